"""What a citizen sends is read in a time that grows as its length does, whatever it is made of.

Counted are the lines of Python that run, so that no clock and no busy machine decides.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.adapters.providers.twilio.webhooks import plain_text
from gateway.domain.commands import first_words, keyword_guesses, keywords, service_keywords
from gateway.domain.commands.answers_within import answer_within
from gateway.domain.commands.evidence import Taken, is_meant
from gateway.domain.commands.keywords_within import keywords_within
from gateway.domain.dialogue.answer_splitting import split_typed, take_words
from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.faults_and_errors.errors import GatewayError
from gateway.domain.inbound.home_lines import line_of_home
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.input_kinds.kinds import KINDS, check
from gateway.domain.reading.days import days_ago
from gateway.domain.reading.lines import line_meant
from gateway.domain.reading.signatures import without_signature
from gateway.domain.reading.signs import plain_signs
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.ussd import dialled_answers, dialled_by_sms
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.domain.text.gsm7 import downgraded
from gateway.domain.text.transliteration import transliterated
from tests.domain.menus import SAMPLE

CODE = "*384*2026#"
REPORT = begin(SAMPLE, "en", "report").session
BIRTH_DATE = REPORT._replace(at="result.birth_date")
TODAY = date(2026, 11, 20)

#: What people and machines repeat without end: letters of each script, marks, signs, words.
UNITS = (
    "é", "a", "1", ".", "a.", "ሀ", "*", "a ", "\u0301", "-", "1-", "1 ", ",", "١", "a\u200b", "ß",
    "ﷺ", "&a", "=", "0.", "result ", "REPORT", "+", "(", "3 jan ", "1jan", "%41", "é ",
    "አ ", "YWJj",
)  # fmt: skip


def _form(text: str) -> object:
    head = {"content-type": "application/x-www-form-urlencoded"}
    request = WebhookRequest(
        method="POST", path="/", query="", headers=head, body=text.encode(),
        remote_address="", public_url="",
    )  # fmt: skip
    return [request.form().words(name) for name in request.form()]


def _taken(text: str) -> object:
    words = text.split()
    return take_words(SAMPLE, REPORT, words) if words else None


READERS: Mapping[str, Callable[[str], object]] = {
    "keyword": partial(keywords.read, SAMPLE),
    "yes": partial(keywords.says_yes, SAMPLE),
    "no": partial(keywords.says_no, SAMPLE),
    "a line of the home screen": partial(line_of_home, SAMPLE, language="en"),
    "bare number": keywords.bare_number,
    "words of a text": _taken,
    "answers of a turn": partial(split_typed, SAMPLE, REPORT),
    "an answer": partial(advance, SAMPLE, REPORT),
    "an answer within": lambda text: answer_within(SAMPLE, REPORT, text.split()),
    "a date within": lambda text: answer_within(SAMPLE, BIRTH_DATE, text.split(), TODAY),
    "keywords within": lambda text: list(keywords_within(SAMPLE, text)),
    "evidence": lambda text: is_meant(
        SAMPLE, "result", text.split(), Taken(left=tuple(text.split()))
    ),
    "a signature": without_signature,
    "days ago": days_ago,
    "plain signs": plain_signs,
    "a line of a list": partial(line_meant, {"Water": "1", "A B C": "2", "é é": "3"}),
    "a dialled code": partial(dialled_answers, CODE),
    "a code in a text": partial(dialled_by_sms, CODE, ""),
    "fields of a form": _form,
    "a body of Twilio": plain_text,
    "segments": segment,
    "letters of GSM-7": transliterated,
    "signs of GSM-7": downgraded,
    **{
        f"input {kind}": partial(
            check,
            Accepts(
                kind=kind, minimum=1, maximum=9, currency="KES", region="KE", pattern="999",
                check_digit="luhn",
            ),
        )
        for kind in KINDS
    },
}  # fmt: skip


def lines_run(reader: Callable[[str], object], text: str) -> int:
    """Returns how many lines of Python a reader runs for a text, taken or refused."""
    count = 0

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return local

    before = sys.gettrace()
    sys.settrace(local)
    try:
        with suppress(GatewayError):  # refused, and that takes lines, too
            reader(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", READERS)
def test_twice_the_length_costs_twice_the_lines_at_most(name: str) -> None:
    reader = READERS[name]
    grown = {}
    for unit in UNITS:
        _, some, twice = (lines_run(reader, (unit * 1600)[:n]) for n in (800, 800, 1600))
        if twice > 2.2 * some + 60:  # the first run was for what is loaded once
            grown[unit] = (some, twice)

    assert {} == grown


def test_a_reader_that_goes_back_again_and_again_would_be_seen() -> None:
    def back(text: str) -> int:
        return sum(len(text[:end]) for end in range(len(text)) for _ in range(end))

    some, twice = (lines_run(back, "x" * n) for n in (100, 200))

    assert twice > 2.2 * some + 60


#: What reads the beginning of a text.
KEYWORD_READERS = (keywords, first_words, service_keywords, keyword_guesses)


def looked_at(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    """Returns at how many characters the reader of keywords looks, again and again counted."""
    count = 0

    def counting(reads: Callable[..., object]) -> Callable[..., object]:
        def counted(text: str, *others: object) -> object:
            nonlocal count
            count += len(text)
            return reads(text, *others)

        return counted

    with monkeypatch.context() as patched:
        for name in ("fold", "_script", "ascii_digits", "spelt"):
            reading = [module for module in KEYWORD_READERS if hasattr(module, name)]
            assert reading
            for module in reading:
                patched.setattr(module, name, counting(getattr(module, name)))
        keywords.read(SAMPLE, text)
    return count


@pytest.mark.parametrize("unit", [*UNITS, "ሪፖርት", "ሀa", "aሀ", "é1"])
def test_no_word_is_looked_at_beyond_where_a_keyword_may_end(
    monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    word = "".join((unit * 1600)[:1600].split())

    longest = looked_at(monkeypatch, word)
    short = looked_at(monkeypatch, word[: 2 * first_words.LONGEST_OPENING + 1])

    assert 0 < longest <= 1.2 * short + first_words.LONGEST_OPENING
    assert longest < 10_000  # a millisecond, of the ten that a text may take


@given(text=st.text(alphabet="aéሀ1*\u0301ßﷺ ", max_size=1600))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_texted_costs_the_reader_of_keywords_little(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    assert looked_at(monkeypatch, text) < 20_000


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_as_long_as_can_be_is_read_in_a_bounded_number_of_lines(unit: str) -> None:
    text = (unit * 1600)[:1600]

    assert lines_run(READERS["keyword"], text) < 500_000  # some 10 ms

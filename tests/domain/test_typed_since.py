"""What was typed in a turn, from texts as aggregators really send them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.domain.inbound.typed_since import (
    Way,
    begins_anew,
    seen_now,
    typed_now,
    typed_since,
    without_code,
)
from gateway.domain.menu.release import HOME
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import AnswerAlone, UssdTurn

CODE = "*384*2026#"
CALLER = Msisdn("+999700000123")


def hashed(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def said(text: str, alone: AnswerAlone | None = None) -> UssdTurn:
    return UssdTurn(session_id="s", subscriber=CALLER, service_code=CODE, text=text, alone=alone)


def after(*texts: str, way: Way = Way.CONTINUED) -> StoredTurn:
    """Returns what is stored after these texts; `way` is how the last of them was read."""
    stored: StoredTurn | None = None
    for number, text in enumerate(texts, 1):
        read = way if number == len(texts) else Way.CONTINUED
        length, index, seen = seen_now(stored, said(text), read, hashed)
        stored = StoredTurn(
            session=Session(release="r1", language="en", at=HOME),
            reply_text="",
            reply_ends=False,
            seen_length=length,
            seen_hash=index,
            seen=seen,
        )
    assert stored is not None
    return stored


BEFORE = ("", "1", "1*5", "1*5*Juma  Musa ")


@pytest.mark.parametrize(
    ("before", "text", "typed", "way"),
    [
        (("",), "1", "1", Way.CONTINUED),
        (("", "1"), "1*5", "5", Way.CONTINUED),
        (BEFORE, "1*5*Juma  Musa *3", "3", Way.CONTINUED),
        (BEFORE, "1*5*Juma  Musa *5*3 pumps", "5*3 pumps", Way.CONTINUED),
        (BEFORE, "1*5*Juma Musa*3", "3", Way.SPACES),
        (BEFORE, " 1 * 5 *Juma Musa* the  pump", " the  pump", Way.SPACES),
        (("", "1", "1*a b"), "1*a  b*2", "2", Way.SPACES),
        (("",), " 1", " 1", Way.CONTINUED),
        (("", "1", "1*5"), "5*2", "2", Way.TRIMMED),
        (("", "1", "1*5", "1*5*7"), "5*7*2", "2", Way.TRIMMED),
        (BEFORE, "Juma Musa*3", "3", Way.TRIMMED),
        (("", "1", "1*5"), "2", "2", Way.NEWEST),
        (BEFORE, "The pump is broken", "The pump is broken", Way.NEWEST),
        (("", "1"), "2", "2", Way.NEWEST),
    ],
)
def test_what_was_typed_is_found_however_the_text_was_changed_on_its_way(
    before: tuple[str, ...], text: str, typed: str, way: Way
) -> None:
    assert (typed, way) == typed_since(after(*before), text, hashed)


@pytest.mark.parametrize(
    ("before", "text", "way"),
    [
        (("",), "", Way.REPEATED),
        (("", "1", "1*5"), "1*5", Way.REPEATED),
        (("", "1", "1*5"), "1", Way.REPEATED),
        (("", "1", "1*5"), "", Way.REPEATED),
        (BEFORE, "1*5*Juma Musa", Way.REPEATED),
        (BEFORE, "1*5", Way.REPEATED),
        (("", "1", "1*5", "1*5*7"), "1*6*7", Way.UNKNOWN),
        (("", "1", "1*5", "1*5*7"), "1*6*7*3", Way.UNKNOWN),
        (("", "1", "1*5"), "1*6", Way.UNKNOWN),
        (("", "1", "1*5"), "2*5*3", Way.UNKNOWN),
        (("", "1", "1*5"), "1*55", Way.UNKNOWN),
        (("1*5", "1*5*7"), "", Way.UNKNOWN),
    ],
)
def test_a_turn_that_comes_late_or_contradicts_moves_nothing(
    before: tuple[str, ...], text: str, way: Way
) -> None:
    assert (None, way) == typed_since(after(*before), text, hashed)


def test_nothing_moves_a_session_that_has_ended() -> None:
    ended = after("", "1")
    for text in ("1*2", "2", "1*9*9"):
        found = typed_since(_ended(ended), text, hashed)
        assert (None, Way.REPEATED) == found


def _ended(stored: StoredTurn) -> StoredTurn:
    return StoredTurn(
        session=stored.session,
        reply_text="",
        reply_ends=True,
        seen_length=stored.seen_length,
        seen_hash=stored.seen_hash,
        seen=stored.seen,
    )


def test_who_sends_the_newest_answer_alone_may_give_an_earlier_one_again() -> None:
    newest = after("", "1", "5", way=Way.NEWEST)

    assert ("1", Way.NEWEST) == typed_since(newest, "1", hashed)
    assert ("3*4 pumps", Way.NEWEST) == typed_since(newest, "3*4 pumps", hashed)
    assert (None, Way.REPEATED) == typed_since(newest, "5", hashed)


@given(st.lists(st.text(st.characters(exclude_characters="*"), min_size=1, max_size=8), max_size=6))
def test_a_text_that_repeats_all_answers_is_always_read_as_it_was_typed(answers: list[str]) -> None:
    texts = ["", *("*".join(answers[:count]) for count in range(1, len(answers) + 1))]
    for number in range(1, len(texts)):
        found = typed_since(after(*texts[:number]), texts[number], hashed)
        assert (answers[number - 1], Way.CONTINUED) == found


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        *(("*384*2026#", ""), ("384*2026#", ""), ("*384*2026", ""), ("*384*2026*31#", "31")),
        *(("*384*2026*31*10231456#", "31*10231456"), ("*384*2026#*1*2", "1*2"), ("", "")),
        *(("*384*2026*31#*10231456", "31*10231456"), ("*384*2026#1", "1")),
    ],
)
def test_the_code_that_was_dialled_is_no_answer(text: str, typed: str) -> None:
    assert typed == without_code(text, CODE, "")


@pytest.mark.parametrize(
    "text", ["1", "1*2#", "#", "384*2026", "*384*20261#", "*384*2026*31", "1*384*2026#", "*1", "**"]
)
def test_other_texts_are_answers_as_they_are(text: str) -> None:
    assert text == without_code(text, CODE, "*999#")


def after_turns(*turns: tuple[str, AnswerAlone]) -> StoredTurn:
    """Returns what is stored after turns that are the newest answer alone."""
    stored: StoredTurn | None = None
    for text, alone in turns:
        length, index, seen = seen_now(stored, said(text, alone), Way.CONTINUED, hashed)
        stored = StoredTurn(
            session=Session(release="r1", language="en", at=HOME),
            reply_text="",
            reply_ends=False,
            seen_length=length,
            seen_hash=index,
            seen=seen,
        )
    assert stored is not None
    return stored


NAMED = (("", AnswerAlone(True, "t1")), ("1", AnswerAlone(False, "t2")))
NAMELESS = (("", AnswerAlone(True)), ("1", AnswerAlone(False)))


@pytest.mark.parametrize(
    ("before", "text", "alone", "typed", "way"),
    [
        (NAMED[:1], "1", AnswerAlone(False, "t2"), "1", Way.CONTINUED),
        (NAMED, "1", AnswerAlone(False, "t3"), "1", Way.CONTINUED),
        (NAMED, "", AnswerAlone(False, "t3"), "", Way.CONTINUED),
        (NAMED, "3*4 pumps", AnswerAlone(False, "t3"), "3*4 pumps", Way.CONTINUED),
        (NAMED, "1", AnswerAlone(False, "t2"), None, Way.REPEATED),
        (NAMED, "9", AnswerAlone(False, "t2"), None, Way.REPEATED),
        (NAMED, "", AnswerAlone(True, "t1"), None, Way.REPEATED),
        (NAMELESS, "1", AnswerAlone(False), "1", Way.CONTINUED),
        (NAMELESS, "", AnswerAlone(True), None, Way.REPEATED),
    ],
)
def test_of_the_newest_answer_alone_a_turn_that_comes_again_is_known_by_its_name(
    before: tuple[tuple[str, AnswerAlone], ...],
    text: str,
    alone: AnswerAlone,
    typed: str | None,
    way: Way,
) -> None:
    assert (typed, way) == typed_now(after_turns(*before), said(text, alone), hashed)


@pytest.mark.parametrize(
    ("alone", "anew"),
    [
        (AnswerAlone(True, "t9"), True),
        (AnswerAlone(True, "t1"), False),
        (AnswerAlone(False, "t9"), False),
        (AnswerAlone(True), True),
        (None, False),
    ],
)
def test_a_session_begins_anew_under_its_old_name(alone: AnswerAlone | None, anew: bool) -> None:
    assert anew == begins_anew(after_turns(*NAMED), said("", alone), hashed)


def test_forty_names_are_remembered_and_not_more() -> None:
    turns = [("1", AnswerAlone(number == 0, f"t{number}")) for number in range(100)]

    stored = after_turns(*turns)

    assert (100, 40) == (stored.seen_length, len(stored.seen.earlier))
    assert typed_now(stored, said("1", AnswerAlone(False, "t60")), hashed)[0] is None

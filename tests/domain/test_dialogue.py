"""Dialogues as files and as transcripts: whatever is said survives, and a difference is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.adapters.golden_dialogues.files import read, written
from gateway.domain.dialogue.golden_dialogue import (
    Dialogue,
    DialogueTurn,
    PinnedCase,
    Surface,
    difference,
    transcript,
)
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.text.localised_text import is_blank
from tests.hard_to_write import HARD

#: Any text but half a character, which no file can hold; what is hard to write comes often.
said = st.text(
    st.characters(exclude_categories=("Cs",)) | st.sampled_from(HARD), min_size=1, max_size=30
)
pages = st.lists(said, min_size=1, max_size=3).map("\n".join)
ids = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)


@st.composite
def dialogues(draw: st.DrawFn) -> Dialogue:
    """Any dialogue that a file could say."""
    surface = draw(st.sampled_from(Surface))
    pages_of = draw(st.lists(pages, min_size=1, max_size=4))
    turns = [
        DialogueTurn(
            sees=page,
            types=None if page is pages_of[-1] and number == len(pages_of) - 1 else draw(said),
            later_minutes=draw(st.integers(0, 600)),
            ends=surface is Surface.SMS and draw(st.booleans()),
            sms=tuple(draw(st.lists(pages, max_size=2))),
        )
        for number, page in enumerate(pages_of)
    ]
    return Dialogue(
        title=draw(said.filter(lambda title: not is_blank(title))),
        surface=surface,
        opening=draw(said),
        turns=turns,
        language=draw(st.sampled_from(("", "sw", "pt-BR"))),
        at=draw(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001 - bounds
        cases=draw(
            st.dictionaries(
                st.sampled_from(("100020266", "100020274")),
                st.builds(PinnedCase, service=ids, category=st.just("") | said, status=said),
            )
        ),
        data=draw(st.dictionaries(ids, st.lists(st.dictionaries(ids, said), max_size=2))),
        handlers=draw(
            st.dictionaries(
                ids,
                st.builds(
                    Outcome,
                    ids,
                    st.dictionaries(ids, said | st.lists(st.dictionaries(ids, said), max_size=2)),
                ),
            )
        ),
        stored=draw(st.none() | st.dictionaries(ids, said, min_size=1)),
    )


def saying(words: str) -> Dialogue:
    """Returns a dialogue that says the same words everywhere but in its title."""
    turn = DialogueTurn(sees=words, types=words, sms=(words,))
    last = DialogueTurn(sees=words)
    return Dialogue(title=f"T{words}", surface=Surface.SMS, opening=words, turns=[turn, last])


@settings(deadline=None)  # it writes a file, and disks have bad days
@example(saying(" "))
@example(saying("'It is said"))
@example(saying("- and so on"))
@example(saying("no\uffff character"))
@example(saying("".join(HARD)))
@example(saying("a\x85b\u2028c"))
@example(saying("one\rtwo\tthree"))
@example(saying("\ufeff"))
@given(dialogues())
def test_whatever_a_dialogue_says_survives_its_file(dialogue: Dialogue) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.dialogue.yaml"
        path.write_text(written(dialogue), "utf-8")

        assert dialogue == read(path)


@given(dialogues())
def test_a_dialogue_does_not_differ_from_itself(dialogue: Dialogue) -> None:
    assert [] == difference(dialogue, dialogue)


@given(dialogues(), pages)
def test_another_page_is_always_seen(dialogue: Dialogue, page: str) -> None:
    first, *others = dialogue.turns
    other = replace(dialogue, turns=[replace(first, sees=page), *others])

    assert bool(difference(dialogue, other)) == (transcript(dialogue) != transcript(other))
    assert (page == first.sees) == (transcript(dialogue) == transcript(other))


def test_a_transcript_reads_from_top_to_bottom() -> None:
    dialogue = Dialogue(
        title="A drop",
        surface=Surface.USSD,
        opening="*1#",
        turns=[
            DialogueTurn(sees="Services\n1. Water", types="1"),
            DialogueTurn(sees="Name?", dials="*1#", later_minutes=5),
            DialogueTurn(sees="Thanks", ends=True, sms=("Thanks",)),
        ],
        stored={"name": "Asha"},
    )

    expected = """\
> *1#
  Services
  1. Water
> 1
  Name?
  (5 minutes later)
> dials *1#
  Thanks
  SMS: Thanks
  (the end)
  stored name: Asha"""
    assert expected.split("\n") == transcript(dialogue)

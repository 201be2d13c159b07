"""A session as plain data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.dialogue.session import Session, StoredTurn
from tests.domain.talks import Talk, through_json

_TEXTS = st.text(max_size=20)
_ROWS = st.lists(st.dictionaries(_TEXTS, _TEXTS, max_size=3), max_size=4)
_VALUES = st.dictionaries(_TEXTS, st.one_of(_TEXTS, _ROWS), max_size=3)
_SESSIONS = st.builds(
    Session,
    release=_TEXTS,
    language=_TEXTS,
    at=_TEXTS,
    page=st.integers(min_value=0),
    more=st.booleans(),
    trail=st.lists(st.tuples(_TEXTS, st.integers(min_value=0), st.none() | _TEXTS), max_size=4).map(
        tuple
    ),
    answers=st.dictionaries(_TEXTS, _TEXTS, max_size=4),
    values=st.lists(_VALUES, max_size=4).map(tuple),
    taken=st.integers(min_value=0),
    wrong=st.integers(min_value=0),
    ended=st.booleans(),
    pending=_TEXTS,
    written=st.booleans(),
    stored=st.dictionaries(_TEXTS, _TEXTS, max_size=4),
)


@given(_SESSIONS)
def test_a_session_comes_back_from_json_as_it_went(session: Session) -> None:
    assert session == through_json(session)


def test_every_field_of_a_session_is_written() -> None:
    plain = Session(release="r", language="en", at="home.home").to_plain()

    assert len(Session.__struct_fields__) == len(plain)


@pytest.mark.parametrize("plain", [[], ["r1", "en"], [*range(20)]])
def test_what_is_no_session_is_refused(plain: list[object]) -> None:
    with pytest.raises((ValueError, TypeError), match=r"unpack|iterable"):
        Session.from_plain(plain)


def test_a_new_session_is_written_in_few_bytes() -> None:
    assert len(json.dumps(Talk().session.to_plain(), separators=(",", ":"))) < 70


def test_no_answer_or_value_stands_in_a_repr() -> None:
    talk = Talk()
    talk.types("2", "10231456", "1", "16042007", "1")

    kept = StoredTurn(
        session=talk.session,
        reply_text=talk.shown.text,
        reply_ends=False,
        seen_length=8,
        seen_hash="ff",
    )
    shown = repr(kept)

    assert "result.candidate" in shown
    assert not any(told in shown for told in ("10231456", "2024", "Candidate number"))


def test_a_session_of_before_something_was_typed_twice_is_read() -> None:
    session = Session(release="r", language="en", at="home.home")

    assert session == Session.from_plain(session.to_plain()[:11])

"""A session that was begun on a version before goes on: the octets that it stored are read."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from gateway.adapters.redis import turn_codec
from gateway.domain.dialogue.session import Offer, Seen, Session, StoredTurn
from gateway.use_cases.ports import TurnRecord
from tests.session_samples import RECORD

BEGUN = Session(release="r1", language="sw", at="home", answers={"service": "31"}, taken=1)
FULL = StoredTurn(
    session=Session(
        release="r1",
        language="sw",
        at="exam_results.year",
        page=1,
        more=True,
        trail=(("home", 0, None), ("exam_results.candidate", 0, "")),
        answers={"exam_results.candidate": "10231456"},
        values=({"grade": "B+", "rows": [{"name": "Asha"}]},),
        taken=2,
        wrong=1,
    ),
    reply_text="Mwaka? \N{GRINNING FACE}",
    reply_ends=False,
    seen_length=10,
    seen_hash="2f",
    offer=Offer(screen="exam_results.candidate", fact="ab", neutral=True),
    origin="ab",
    caller="+999700000123",
    channel="ke",
    spared=True,
    seen=Seen("12345678", ("aa", "bb"), (9, "cd"), True, 1, 2),
)

#: As each version has written it.
STORED: dict[str, tuple[str, StoredTurn]] = {
    "the first form": (
        '[["r1","sw","home",0,false,[],{"service":"31"},[],1,0,false],"Namba?",false,8,"2f"]',
        StoredTurn(
            session=BEGUN, reply_text="Namba?", reply_ends=False, seen_length=8, seen_hash="2f"
        ),
    ),
    "before texts were remembered": (
        (
            '[["r1","sw","home",0,false,[],{"service":"31"},[],1,0,false,"",false],'
            '"Namba?",false,8,"2f","ab","","",null,false]'
        ),
        StoredTurn(
            session=BEGUN,
            reply_text="Namba?",
            reply_ends=False,
            seen_length=8,
            seen_hash="2f",
            origin="ab",
        ),
    ),
    "29 November 2026": (
        (
            '[["r1","sw","exam_results.year",1,true,'
            '[["home",0,null],["exam_results.candidate",0,""]],{"exam_results.candidate":"10231456"},'
            '[{"grade":"B+","rows":[{"name":"Asha"}]}],2,1,false,"",false],'
            '"Mwaka? \N{GRINNING FACE}",false,10,"2f","ab","+999700000123","ke",'
            '{"screen":"exam_results.candidate","fact":"ab","code":"","owner":"","dialled":"",'
            '"neutral":true},true,["12345678",["aa","bb"],[9,"cd"],true,1,2]]'
        ),
        FULL,
    ),
}


@pytest.mark.parametrize(("stored", "expected"), STORED.values(), ids=STORED)
def test_what_an_earlier_version_has_stored_is_read(stored: str, expected: StoredTurn) -> None:
    assert expected == turn_codec.decode(stored.encode())


@pytest.mark.parametrize("expected", [each for _, each in STORED.values()], ids=STORED)
def test_what_is_stored_now_is_read_again(expected: StoredTurn) -> None:
    assert expected == turn_codec.decode(turn_codec.encode(expected))


@pytest.mark.parametrize("cut", ["", "[", '[["r1"]', "{}", "7", "[1, 2]", "null", '["a","b"]'])
def test_what_is_no_stored_turn_is_refused(cut: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        turn_codec.decode(cut.encode())


def test_what_a_release_hands_out_read_only_is_stored() -> None:
    rows = [MappingProxyType({"name": "Asha"})]
    values = (MappingProxyType({"rows": rows}),)
    session = BEGUN._replace(answers=MappingProxyType({"service": "31"}), values=values)

    stored = turn_codec.decode(turn_codec.encode(FULL._replace(session=session)))

    assert ({"service": "31"}, ({"rows": [{"name": "Asha"}]},)) == (
        stored.session.answers,
        stored.session.values,
    )


def test_a_record_of_an_earlier_version_is_read() -> None:
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    record = TurnRecord(
        at=at, channel="ussd", service="exam_results", screen="candidate", event="answered",
        language="sw", milliseconds=12, network_code="63902",
    )  # fmt: skip
    stored = b'[1795420800.0,"ussd","exam_results","candidate","answered","sw",12,"63902"'

    assert record == turn_codec.decode_record(stored + b"]")
    assert record._replace(institution="edu") == turn_codec.decode_record(stored + b',"edu"]')


@pytest.mark.parametrize(
    "more",
    [{}, {"lasted": 0}, {"lasted": 42, "lasted_before": 0}, {"caller": "ab", "lasted": 1}],
    ids=["nothing", "the first turn", "a later turn", "a caller"],
)
def test_a_record_is_read_as_it_was_written(more: dict[str, Any]) -> None:
    record = RECORD._replace(**more)
    assert record == turn_codec.decode_record(turn_codec.encode_record(record))

"""Second facts of declared calls: counted as those of handlers, and never asked for in a wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.adapters.handler_calls.declared_calls import DeclaredCalls
from gateway.adapters.menu_files.compiling.calls import declared
from gateway.adapters.menu_files.schemas.calls import CallShape
from gateway.adapters.releases import codec
from gateway.adapters.releases.in_process import ServedReleases
from gateway.domain.faults_and_errors.errors import HandlerFailed
from gateway.domain.handler_contract.declared_call import Proves, no_secrets
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from tests.clock import FixedClock
from tests.domain.menus import SAMPLE
from tests.handlers.desk import DeskInMemory
from tests.ministry import Ministry, ministry

CANDIDATE, BORN = "10231456", "2007-09-03"
OWNER, STRANGER = Msisdn("+999700000001"), Msisdn("+999700000666")
FOUND, UNKNOWN, CLOSED = Outcome("found", {"grade": "B+"}), Outcome("unknown"), Outcome("closed")
CALL: dict[str, Any] = {
    "method": "POST",
    "json": {"asked_by": "{subscriber}"},
    "values": {"grade": {"path": "grade", "max": 3}},
    "outcomes": {
        "found": {"status": "200"},
        "unknown": {"status": "404"},
        "closed": {"status": "503"},
    },
    "proves": {
        "of": "candidate", "wrong": "unknown", "neither": ["closed"],
        "message": "second_fact_tried",
    },
    "allow_private": ["127.0.0.0/8"],
}  # fmt: skip


class Exams:
    """A call on a real server, made for phones; each try is a call of its own."""

    def __init__(self, server: Ministry, clock: FixedClock) -> None:
        self.server, self.clock, self.desk, self.tries = server, clock, DeskInMemory(), 0
        server.answers[f"/{CANDIDATE}/{BORN}"] = (200, {"grade": "B+"})
        shape = {**CALL, "url": f"{server.url}/{{candidate}}/{{birth_date}}"}
        call = declared("result", CallShape.model_validate(shape))
        self.release = replace(SAMPLE, calls={"result": call})
        self.calls = DeclaredCalls(ServedReleases(self.release), no_secrets)

    def asks(
        self, born: str, phone: Msisdn = STRANGER, of: str = CANDIDATE, key: str = ""
    ) -> Outcome:
        """Returns what a try comes to, held to the contract."""
        self.tries += 1
        call = ServiceCall(
            handler="call:result",
            answers={"candidate": of, "birth_date": born},
            language="en",
            subscriber=phone,
            key=key or f"try {self.tries}",
            at=self.clock.now(),
            channel="ke",
        )
        found = self.calls.find(call)
        assert found is not None
        return held_to(found.contract, call.handler, found.run(call, self.desk))

    def guesses(self, number: int, **of: Any) -> list[Outcome]:
        """Returns what so many wrong dates come to."""
        return [self.asks(f"1990-01-{day + 1:02}", **of) for day in range(number)]

    def again(self, seconds: float) -> Outcome:
        """Returns the outcome of who has to wait so long."""
        at = self.clock.now().timestamp() + seconds
        moment = self.clock.now().fromtimestamp(at, self.clock.now().tzinfo)
        return Outcome("too_often", {"again": f"{moment:%Y-%m-%dT%H:%M}"})


@pytest.fixture
def exams(clock: FixedClock) -> Iterator[Exams]:
    with ministry() as server:
        yield Exams(server, clock)


def test_who_knows_the_second_fact_is_answered(exams: Exams) -> None:
    assert FOUND == exams.asks(BORN, OWNER)


def test_the_fifth_guess_waits_and_the_other_system_is_not_asked(exams: Exams) -> None:
    assert [UNKNOWN] * 4 == exams.guesses(4)
    assert exams.again(300) == exams.asks(BORN)
    assert exams.again(300) == exams.asks("1990-02-02")
    assert 4 == len(exams.server.asked)


def test_another_phone_and_another_way_meet_the_same_wait(exams: Exams) -> None:
    for number in range(4):
        exams.asks("1990-01-01", Msisdn(f"+99970000080{number}"))

    assert exams.again(300) == exams.asks(BORN, Msisdn("+999700000809"))


def test_one_phone_cannot_try_one_date_on_many_records(exams: Exams) -> None:
    for number in range(4):
        exams.asks(BORN, of=f"9000000{number}")

    assert exams.again(300) == exams.asks(BORN)


def test_after_the_wait_the_right_one_is_answered_and_a_wrong_one_waits_longer(
    exams: Exams,
) -> None:
    exams.guesses(4)
    exams.clock.advance(300)
    assert UNKNOWN == exams.asks("1990-03-03")
    assert exams.again(1800) == exams.asks(BORN)
    exams.clock.advance(1800)

    assert FOUND == exams.asks(BORN)


def test_the_phone_that_proved_it_waits_for_no_stranger_and_is_told(exams: Exams) -> None:
    exams.asks(BORN, OWNER)
    exams.guesses(5)

    assert FOUND == exams.asks(BORN, OWNER)
    assert ["second_fact_tried"] == [each.message for each in exams.desk.scheduled]
    assert [OWNER] == [each.subscriber for each in exams.desk.scheduled]


def test_what_tells_nothing_of_the_second_fact_counts_for_nothing(exams: Exams) -> None:
    exams.server.answers[f"/{CANDIDATE}/{BORN}"] = (503, {})
    assert [CLOSED] * 9 == [exams.asks(BORN) for _ in range(9)]
    exams.server.answers[f"/{CANDIDATE}/{BORN}"] = (200, {"grade": "B+"})

    assert FOUND == exams.asks(BORN)


def test_a_reply_that_fits_nothing_counts_for_nothing(exams: Exams) -> None:
    exams.server.answers[f"/{CANDIDATE}/{BORN}"] = (500, {})
    for _ in range(9):
        with pytest.raises(HandlerFailed):
            exams.asks(BORN)
    exams.server.answers[f"/{CANDIDATE}/{BORN}"] = (200, {"grade": "B+"})

    assert FOUND == exams.asks(BORN)


def test_the_same_call_again_is_one_try_with_one_verdict(exams: Exams) -> None:
    assert [UNKNOWN] * 9 == [exams.asks("1990-01-01", key="one") for _ in range(9)]
    exams.guesses(3)

    assert UNKNOWN == exams.asks("1990-01-01", key="one")
    waits = exams.asks(BORN, key="two")
    exams.clock.advance(300)
    assert waits == exams.asks(BORN, key="two") == exams.asks(BORN, key="two")


def test_what_it_proves_is_kept_with_a_published_menu(exams: Exams) -> None:
    read = codec.read(codec.written(exams.release)).calls["result"]

    assert read.proves == Proves(
        of="candidate", wrong=("unknown",), neither=("closed",), message="second_fact_tried"
    )
    assert ("second_fact_tried",) == read.contract.messages
    assert {"again"} == set(read.contract.outcomes["too_often"])

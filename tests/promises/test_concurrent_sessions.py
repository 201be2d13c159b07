"""Many callers at once, with a network that repeats and overtakes itself."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from gateway.adapters.providers.africastalking import wire
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn
from gateway.web.app import create_app
from tests import gateways

#: How many callers there are.
CROWDS = [1000, pytest.param(10_000, marks=pytest.mark.soak)]
SIDE_BY_SIDE = 16


@pytest.fixture
def app(gateway: Gateway) -> Iterator[Flask]:
    return create_app(gateway)


def candidates() -> list[dict[str, str]]:
    with (gateways.SAMPLES / "exam_results.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Caller:
    """One caller, whose every turn reaches the gateway several times, side by side."""

    def __init__(self, app: Flask, url: str, number: int, row: dict[str, str]) -> None:
        self._app, self._url, self._number = app, url, number
        year = {"2024": "1", "2025": "2"}[row["year"]]
        day = "".join(reversed(row["birth_date"].split("-")))
        self.row = row
        self.texts = ["", "1", "1*2", "1*2*1"]
        for answer in (row["candidate"], year, day):
            self.texts.append(f"{self.texts[-1]}*{answer}")

    def request(self, text: str) -> WireRequest:
        turn = UssdTurn(
            session_id=f"ATUid_{self._number}",
            subscriber=Msisdn.from_e164(f"+2547{self._number:08d}"),
            service_code="*384*2026#",
            text=text,
        )
        return wire.ussd(self._url, turn)

    def send(self, text: str) -> str:
        request = self.request(text)
        answer = self._app.test_client().post(
            request.target, headers=dict(request.headers), data=request.body
        )
        return answer.get_data(as_text=True)


def send(caller: Caller, turn: int) -> str:
    return caller.send(caller.texts[turn])


@pytest.mark.parametrize("crowd", CROWDS)
def test_sessions_with_repeated_and_overtaking_turns_never_mix(
    gateway: Gateway, app: Flask, crowd: int
) -> None:
    url = gateway.deployment.webhook_urls("at-ke")["ussd"]
    rows = candidates()
    callers = [Caller(app, url, n, rows[n % len(rows)]) for n in range(crowd)]
    shuffle = random.Random(2026)
    answers: dict[tuple[int, str], set[str]] = {}

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for turn in range(7):
            # Each turn is sent once or twice; now and then the turn before comes again, late.
            sends = [(n, turn) for n in range(crowd) for _ in range(shuffle.choice((1, 1, 2)))]
            tardy = shuffle.sample(range(crowd), crowd // 10) if turn else []
            late = [(n, turn - 1) for n in tardy]
            shuffle.shuffle(sends)
            replies = list(pool.map(lambda each: send(callers[each[0]], each[1]), sends + late))
            for (n, sent), reply in zip(sends, replies, strict=False):
                answers.setdefault((n, callers[n].texts[sent]), set()).add(reply)

    assert all(len(replies) == 1 for replies in answers.values())
    for n, caller in enumerate(callers):
        (final,) = answers[n, caller.texts[-1]]
        whose = f"{caller.row['candidate']} {caller.row['name']}"
        assert final.startswith(f"END {whose}, exam of {caller.row['year']}"), final
        assert caller.row["grade"] in final


def test_two_different_answers_at_the_same_moment_do_not_fork_a_session(
    gateway: Gateway, app: Flask
) -> None:
    url = gateway.deployment.webhook_urls("at-ke")["ussd"]
    callers = [Caller(app, url, n, candidates()[0]) for n in range(200)]

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda caller: caller.send(""), callers))
        list(pool.map(lambda caller: caller.send("2"), callers))
        # Neither is the newest answer alone, nor one behind the other.
        pairs = [(caller, text) for caller in callers for text in ("2*1", "2*4")]
        replies = list(pool.map(lambda pair: pair[0].send(pair[1]), pairs))
        after = list(pool.map(lambda caller: caller.send("2*1"), callers))

    for n in range(len(callers)):
        first, second = replies[2 * n : 2 * n + 2]
        assert first == second == after[n]

"""Providers that send the newest answer alone: no turn can be rebuilt from those after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from tests.use_cases.rig import CALLER, CHANNEL, CODE, Rig

HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"
LOST = UssdReply(text="try again", ends=True)


class Network:
    """A network that names its turns, unless it is told not to."""

    def __init__(self, rig: Rig, *, names: bool = True) -> None:
        self._rig, self._names = rig, names
        self._turns = 0

    def dials(self, code: str = CODE, *, turn: str | None = None) -> UssdReply:
        return self.says("", begins=True, code=code, turn=turn)

    def says(
        self, text: str, *, begins: bool = False, code: str = CODE, turn: str | None = None
    ) -> UssdReply:
        self._turns += 1
        name = (turn or f"t{self._turns}") if self._names else ""
        return self._rig.answer_ussd(
            CHANNEL,
            UssdTurn(
                session_id="s-1",
                subscriber=CALLER,
                service_code=code if begins else "",  # told when dialling, and never again
                text=text,
                alone=AnswerAlone(begins, name),
            ),
        )


@pytest.fixture
def network(rig: Rig) -> Network:
    return Network(rig)


def test_each_answer_goes_to_the_page_before(network: Network) -> None:
    assert HOME_PAGE == network.dials().text
    pages = [network.says(answer).text for answer in ("1", "1", "2", "3")]

    assert "What is wrong?\n0 Back 00 Home" == pages[-1]


@pytest.mark.parametrize("names", [True, False])
def test_the_same_answer_twice_is_two_answers(rig: Rig, names: bool) -> None:
    network = Network(rig, names=names)
    network.dials()

    first, second = network.says("1"), network.says("1")

    assert first != second
    assert 0 == rig.count("ussd_odd_texts")


def test_a_turn_that_comes_again_shows_its_page_and_does_nothing_twice(
    rig: Rig, network: Network
) -> None:
    network.dials()
    for answer in ("1", "1", "2", "3", "The pump is broken"):
        network.says(answer)

    last = network.says("Asha Musa", turn="last")

    assert UssdReply(text="Case 100 000 is open.", ends=True) == last
    assert last == network.says("Asha Musa", turn="last")
    assert last == network.says("1", turn="t3")  # an earlier one, late
    assert 1 == rig.handlers_run.count("open_case")


def test_a_star_that_was_typed_stays_in_its_answer(network: Network) -> None:
    network.dials()
    for answer in ("1", "1", "2", "3"):
        network.says(answer)

    assert "Your name?\n0 Back 00 Home" == network.says("The pump * is broken").text


def test_a_service_is_dialled_at_once(network: Network) -> None:
    reply = network.dials("*384*2026*31*10231456#")

    assert reply.text.startswith("Year?")
    assert network.says("1").text.startswith("Date of birth?")


def test_two_answers_at_the_same_moment_do_not_fork_a_session(rig: Rig, network: Network) -> None:
    network.dials()
    rig.sessions.race(2)

    with ThreadPoolExecutor(2) as pool:
        replies = set(pool.map(network.says, ("1", "2")))

    assert 1 == len(replies)


def test_two_beginnings_at_the_same_moment_are_one(rig: Rig, network: Network) -> None:
    rig.sessions.race(2)

    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda name: network.dials(turn=name), ("a", "b")))

    assert [HOME_PAGE] * 2 == [reply.text for reply in replies]
    assert 1 == rig.count("sessions_begun")


def test_a_session_of_which_nothing_is_known_ends_civilly(rig: Rig, network: Network) -> None:
    assert LOST == network.says("2")
    assert 1 == rig.count("turns", outcome="lost")
    assert 0 == rig.count("sessions_begun")


def test_a_network_that_calls_all_sessions_alike_can_begin_anew(rig: Rig, network: Network) -> None:
    network.dials()
    network.says("2")

    assert HOME_PAGE == network.dials().text
    assert network.says("1").text != HOME_PAGE
    assert 2 == rig.count("sessions_begun")


def test_the_same_report_in_another_session_that_is_called_alike_is_another(
    rig: Rig, network: Network
) -> None:
    told = []
    for _ in range(2):
        network.dials()
        for answer in ("1", "1", "2", "3", "The pump is broken"):
            network.says(answer)
        told.append(network.says("Asha Musa").text)
        rig.clock.advance(hours=1)

    assert ["Case 100 000 is open.", "Case 100 001 is open."] == told


def test_redis_that_is_lost_in_mid_dialogue_ends_it_civilly(rig: Rig, network: Network) -> None:
    network.dials()
    network.says("1")
    rig.loses_redis()

    assert LOST == network.says("1")


def test_a_dialogue_that_begins_without_redis_is_kept_in_the_database(
    rig: Rig, network: Network
) -> None:
    rig.loses_redis()
    network.dials()
    network.says("1")
    third = network.says("1", turn="third")
    rig.finds_redis()

    assert third == network.says("1", turn="third")
    assert "What is wrong?\n0 Back 00 Home" == [network.says(each) for each in "23"][-1].text
    rig.loses_redis()
    assert "Your name?\n0 Back 00 Home" == network.says("The pump is broken").text


def test_a_page_that_redis_did_not_take_is_not_built_upon(rig: Rig, network: Network) -> None:
    network.dials()
    rig.loses_redis("save")

    assert LOST == network.says("1")


def test_the_end_of_a_dialogue_is_told_though_redis_did_not_take_it(
    rig: Rig, network: Network
) -> None:
    network.dials()
    for answer in ("1", "1", "2", "3", "The pump is broken"):
        network.says(answer)
    rig.loses_redis("save")

    assert "Case 100 000 is open." == network.says("Asha Musa").text


def test_with_neither_store_a_session_ends_at_its_second_turn(rig: Rig, network: Network) -> None:
    rig.loses_redis()
    rig.loses_spare_sessions()

    assert HOME_PAGE == network.dials().text
    assert LOST == network.says("1")

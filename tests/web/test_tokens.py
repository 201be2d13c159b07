"""Networks that tell no number: a token dials, opens a case, comes back and is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import yaml

from gateway.composition.gateway import Gateway
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.sms import Lane
from gateway.standin.handset import Handset
from gateway.use_cases.ports import Count
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests import gateways
from tests.clock import FixedClock

VALUE = "4bd1aa30c2f94e07"
#: Its provider takes no SMS to a token; that of the other does.
SILENT = ProviderToken("africastalking", "sandbox", VALUE)
WRITTEN_TO = ProviderToken("simulator", "", VALUE)
BROKEN = "the pump has been broken since Monday"
#: What is held of who has chosen a language and nothing else.
NOTHING = {"language": "1"}
NO_SMS = "This service answers by SMS. No SMS from us can reach you on this network."


class Place:
    """Two channels whose networks give tokens, and a phone on each."""

    def __init__(self, gateway: Gateway, clock: FixedClock) -> None:
        self.gateway = gateway
        self._clock = clock
        app = create_app(gateway)
        self._handsets: dict[str, Handset] = {
            name: handset(gateway.deployment, name, within(app)) for name in ("at-ke", "phone")
        }
        self._sessions = count()

    def pages(self, who: ProviderToken, *answers: str) -> list[str]:
        """Returns the pages of a session in English with these answers."""
        self.gateway.choose_language(who, "en")
        session, used = f"s{next(self._sessions)}", self._handset(who)
        typed = ("*".join(answers[:number]) for number in range(len(answers) + 1))
        return [used.turn(who, session, text).text for text in typed]

    def dials(self, who: ProviderToken, *answers: str) -> str:
        """Returns the last page of such a session."""
        return self.pages(who, *answers)[-1]

    def held(self, who: ProviderToken) -> dict[str, str]:
        """Returns how much is held of somebody, by what it is."""
        call = ServiceCall(
            handler="my_held_data",
            answers={},
            language="en",
            subscriber=who,
            key="held",
            at=self._clock.now(),
        )
        return {row["what"]: row["count"] for row in self.gateway.toolkit.my.held(call)}

    def chooses_a_pin(self, who: ProviderToken) -> None:
        """Chooses a PIN for their data, and waits until it counts."""
        self.dials(who, "9", "3", "1", PIN, PIN)
        self._clock.advance(timedelta(days=3).total_seconds())

    def opens_a_case(self, who: ProviderToken, *answers: str) -> str:
        """Returns the number of the case that a session opens, which then goes home."""
        *_, opened, _ = self.pages(who, *answers, "00")
        return "".join(opened.partition("Case ")[2].partition(".")[0].split())

    def texts(self, who: ProviderToken, words: str) -> list[str]:
        """Returns what a text is answered with."""
        before = len(self.mts(who))
        self._handset(who).text(who, words)
        self.gateway.inbound.route_pending()
        return self.mts(who)[: len(self.mts(who)) - before]

    def mts(self, who: Identity) -> list[str]:
        """Returns the SMS queued for somebody, the newest first."""
        return [sms.text for sms, _ in self.gateway.sql.outbox.to_subscriber(who, 50)]

    def _handset(self, who: ProviderToken) -> Handset:
        return self._handsets["at-ke" if who.provider == "africastalking" else "phone"]


@pytest.fixture
def place(tmp_path: Path, valkey: str, clock: FixedClock) -> Iterator[Place]:
    """The reference deployment, on networks that give tokens."""
    config = yaml.safe_load((gateways.HOME / "config" / "gateway.yaml").read_text("utf-8"))
    config["channels"]["at-ke"]["tokens"] = True
    config["channels"]["phone"] |= {"tokens": True, "sms_to_tokens": True}
    file = tmp_path / "gateway.yaml"
    file.write_text(yaml.safe_dump(config), "utf-8")
    environ = gateways.environment(tmp_path, valkey) | {"GATEWAY_CONFIG": str(file)}
    wired = gateways.wired(gateways.deployed(environ), clock)
    yield Place(wired, clock)
    wired.close()


#: Ways through the menu, from its first page on.
REPORT = ("6", "1", "1", "1", BROKEN)
PIN = "2580"
WHO_LOOKED, DELETE = (("9", "3", "1", PIN, each) for each in ("2", "3"))
BOTH = pytest.mark.parametrize(
    "who",
    [pytest.param(SILENT, id="no SMS"), pytest.param(WRITTEN_TO, id="SMS by token")],
)


@BOTH
def test_a_token_dials_opens_a_case_comes_back_and_erases_its_data(
    place: Place, tmp_path: Path, who: ProviderToken
) -> None:
    place.dials(who, *REPORT[:4])  # and the line drops
    offered = place.dials(who)
    number = place.opens_a_case(who, "1", *REPORT[4:])
    known = place.gateway.cases.read(number, "works")

    assert offered.startswith("Last time the call was cut off: Report a problem.")
    assert known.subscriber == who
    assert place.held(who)["cases"] == "1"
    place.chooses_a_pin(who)
    assert "works" in place.dials(who, *WHO_LOOKED)

    place.gateway.outbound.send("phone", Lane.REPLY)
    place.dials(who, *DELETE, "1")

    assert place.gateway.cases.read(number, "works").subscriber is None
    assert not place.held(who)
    assert not place.mts(who)
    place.gateway.close()
    files = b"".join(each.read_bytes() for each in tmp_path.glob("gateway.db*"))
    assert BROKEN.encode() not in files
    assert VALUE.encode() not in files


def test_the_same_token_of_two_providers_is_two_persons(place: Place) -> None:
    number = place.opens_a_case(SILENT, *REPORT)
    place.texts(SILENT, "STOP")

    assert "cases" not in place.held(WRITTEN_TO)
    place.chooses_a_pin(WRITTEN_TO)
    assert place.dials(WRITTEN_TO, *DELETE, "1").startswith("Your data were deleted.")
    assert place.gateway.cases.read(number, "works").subscriber == SILENT
    consents = place.gateway.sql.consents
    assert consents.of(SILENT)[EVERYTHING].state is ConsentState.OPTED_OUT
    assert EVERYTHING not in consents.of(WRITTEN_TO)


def test_a_copy_goes_by_sms_where_the_provider_takes_it_and_nowhere_else(place: Place) -> None:
    pages = [place.dials(who, *REPORT) for who in (SILENT, WRITTEN_TO)]
    (copy,) = place.mts(WRITTEN_TO)

    assert all(page.startswith("Thank you. Case ") for page in pages)
    assert copy.startswith("Thank you for your report.")
    assert not place.mts(SILENT)


BORN = FixedClock().now().strftime("%d%m%Y")  # today

#: What a way leads to that comes by SMS, and the first page after which nothing else does.
PROMISES = pytest.mark.parametrize(
    ("before", "way", "promised"),
    [
        pytest.param(
            ("6", "3", "1"), ("1",), "You will get the warnings for Mbale by SMS", id="warnings"
        ),
        pytest.param(("9", "4"), ("1", "When do you open?"), "Number ", id="people"),
        pytest.param(
            ("1", "2", "1"), ("Juma", BORN, "1"), "We will remind you of", id="a reminder"
        ),
    ],
)


@PROMISES
def test_who_gets_no_sms_is_told_so_before_the_first_question(
    place: Place, before: tuple[str, ...], way: tuple[str, ...], promised: str
) -> None:
    told = place.dials(SILENT, *before)

    assert told.startswith(NO_SMS)
    assert place.held(SILENT) == NOTHING
    assert not place.mts(SILENT)
    assert not place.gateway.sql.consents.of(SILENT)


@PROMISES
def test_who_gets_sms_by_token_is_served_like_everybody(
    place: Place, before: tuple[str, ...], way: tuple[str, ...], promised: str
) -> None:
    assert not place.dials(WRITTEN_TO, *before).startswith(NO_SMS)
    assert place.dials(WRITTEN_TO, *before, *way).startswith(promised)


def test_people_answer_a_token_through_its_own_channel(place: Place) -> None:
    place.dials(WRITTEN_TO, "9", "4", "1", "When do you open?")
    (asked,) = place.gateway.help_desk.read.newest(None, "", 9, "clinic")

    place.gateway.help_desk.answer(asked.id, "At eight.", "clinic")

    assert (asked.subscriber, ["At eight."]) == (WRITTEN_TO, place.mts(WRITTEN_TO))
    assert not place.mts(SILENT)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("STOP", ConsentState.OPTED_OUT),
        ("Stop!", ConsentState.OPTED_OUT),
        ("START", None),
        ("HELP", None),
        ("HI", None),
        (f"REPORT water Mbale {BROKEN}", None),
        ("anything else", None),
    ],
)
def test_of_texts_that_nothing_can_answer_stop_and_start_count(
    place: Place, words: str, state: ConsentState | None
) -> None:
    assert place.texts(SILENT, words) == []

    said = place.gateway.sql.consents.of(SILENT).get(EVERYTHING)
    assert state == (said and said.state)
    assert "cases" not in place.held(SILENT)
    routed = Count(
        "inbound_routed",
        (
            ("channel", "at-ke"),
            ("outcome", "stop" if state else "no_way_back"),
            ("service", "none"),
        ),
    )
    assert 1 == place.gateway.vital_signs.counted().numbers[routed]


def test_texts_by_token_are_answered_where_the_provider_takes_sms_to_it(place: Place) -> None:
    (menu,) = place.texts(WRITTEN_TO, "HI")
    (stopped,) = place.texts(WRITTEN_TO, "STOP")

    assert menu.startswith("Public services")
    assert stopped.startswith("You will get no more")


def test_a_start_that_nothing_can_answer_ends_a_stop(place: Place) -> None:
    for words in ("STOP", "START"):
        place.texts(SILENT, words)

    assert place.gateway.sql.consents.of(SILENT)[EVERYTHING].state is ConsentState.OPTED_IN
    assert not place.mts(SILENT)


@BOTH
def test_a_case_that_moves_is_told_where_sms_reach_its_citizen(
    place: Place, who: ProviderToken
) -> None:
    number = place.opens_a_case(who, *REPORT)
    before = place.mts(who)

    place.gateway.cases.move(number, "solved", "works")
    while place.gateway.upkeep.send_reminders():
        pass

    told = place.mts(who)[: len(place.mts(who)) - len(before)]
    assert ["solved" in text for text in told] == ([True] if who is WRITTEN_TO else [])
    assert "reminders" not in place.held(who)

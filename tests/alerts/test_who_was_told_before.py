"""Who was told by an earlier alert hears how it goes on: by the later one, or that it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.composition.gateway import Gateway
from gateway.domain.alerts.taken import TakenAlert
from gateway.domain.alerts.warning import Meaning
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import State
from gateway.domain.telecom.sms import OutboundSms
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.alerts.samples import area
from tests.alerts.test_alerts_taken import ASHA, Weather, at, broadcast_of, let_out
from tests.clock import FixedClock
from tests.promises.test_stop_is_law import handed_over

__all__ = ["handed_over"]

BOTH = area("Mbale", geocode="01") + area("Sorindo", geocode="02")
SORINDO = area("Sorindo", geocode="02")


@pytest.fixture
def weather(gateway: Gateway) -> Weather:
    """A source, with a citizen of Sorindo and Mbale who wants to be warned."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    gateway.choose_language(ASHA, "en")
    for place in (1, 2):
        phone.turn(ASHA, f"s{place}", "", service_code=f"*384*2026*81*1*{place}#")
    return Weather(gateway)


def updates(weather: Weather, name: str, refers: str, areas: str) -> bytes:
    says = weather.says(areas=areas, headline="The flood is higher")
    return weather.writes(name, says, refers=refers, msgType="Update")


def overs(gateway: Gateway, taken: TakenAlert) -> list[Broadcast]:
    """Returns the drafts that say that a warning is over."""
    places = sorted(taken.drafts)[len(taken.reading.warnings) :]
    return [broadcast_of(gateway, taken, place) for place in places]


def test_an_update_for_fewer_districts_tells_the_others_that_it_is_over(
    weather: Weather, gateway: Gateway, clock: FixedClock, handed_over: list[OutboundSms]
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    handed_over.clear()

    second = weather.taken(updates(weather, "TWO", "ONE", area("Mbale", geocode="01")))
    (over,) = overs(gateway, second)
    assert (("Sorindo",), State.DRAFT) == (over.audience.districts, over.state)
    assert ("Mbale",) == broadcast_of(gateway, second).audience.districts
    let_out(gateway, clock, over.id)
    assert ["This warning is over"] == [sms.text.partition(":")[0] for sms in handed_over]


def test_a_cancel_of_an_update_that_never_left_tells_those_who_got_the_first(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    weather.taken(updates(weather, "TWO", "ONE", BOTH))

    (over,) = overs(gateway, weather.taken(weather.withdraws("TWO")))
    assert ("Mbale", "Sorindo") == tuple(sorted(over.audience.districts))


def test_each_district_is_told_once_that_it_is_over(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    second = weather.taken(updates(weather, "TWO", "ONE", area("Mbale", geocode="01")))
    let_out(gateway, clock, second.drafts[0])
    (before,) = overs(gateway, second)

    (over,) = overs(gateway, weather.taken(weather.withdraws("TWO")))
    assert ("Mbale",) == over.audience.districts
    assert State.DRAFT is broadcast_of(gateway, second, 1).state, "Sorindo is told by it"
    assert ("Sorindo",) == before.audience.districts


def test_that_it_is_over_is_not_said_where_a_later_update_warns_again(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    second = weather.taken(updates(weather, "TWO", "ONE", area("Mbale", geocode="01")))

    third = weather.taken(updates(weather, "THREE", "TWO", BOTH))
    assert State.CANCELLED is overs(gateway, second)[0].state
    assert [] == overs(gateway, third)


def test_the_end_goes_to_the_districts_and_says_the_words_that_a_person_gave(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    nowhere = weather.says(areas=area("The moon", geocode=""))
    first = weather.taken(weather.writes("ONE", nowhere))
    drafted = gateway.alerts.decide.draft(first.id, 0, ["Mbale"], {"en": "High water."}, "asha")
    let_out(gateway, clock, drafted.drafts[0])

    (over,) = overs(gateway, weather.taken(weather.withdraws("ONE")))
    assert (("Mbale",), "This warning is over: High water.") == (
        over.audience.districts, over.texts["en"],
    )  # fmt: skip


def test_nobody_is_told_that_it_is_over_before_a_person_has_placed_the_update(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    second = weather.taken(updates(weather, "TWO", "ONE", area("The coast", geocode="")))
    assert {} == second.drafts

    placed = gateway.alerts.decide.draft(second.id, 0, ["Sorindo"], {}, "asha")
    (over,) = overs(gateway, placed)
    assert ("Mbale",) == over.audience.districts


def test_an_update_that_has_expired_itself_ends_what_it_replaces(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    gone = weather.says(areas=BOTH, expires=at(weather.sent - timedelta(minutes=1)))

    second = weather.taken(weather.writes("TWO", gone, refers="ONE", msgType="Update"))
    assert Meaning.WITHDRAW is second.reading.meaning
    assert 1 == len(overs(gateway, second))


def test_an_alert_is_ended_once_though_a_crash_came_between(
    weather: Weather, gateway: Gateway, clock: FixedClock
) -> None:
    first = weather.taken(weather.writes("ONE", weather.says(areas=BOTH)))
    let_out(gateway, clock, first.drafts[0])
    second = weather.taken(updates(weather, "TWO", "ONE", SORINDO))

    gateway.alerts.take.tell_left_out(second.id)
    assert second.drafts == gateway.alerts.decide.one(second.id, "asha").drafts
    assert 3 == len(gateway.broadcast.read.newest("", State, 10, "asha"))

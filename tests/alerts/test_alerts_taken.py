"""A warning of a source becomes a broadcast, is replaced and withdrawn, and goes out by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.adapters.cap.document import alert_of, tree_of
from gateway.composition.gateway import Gateway
from gateway.domain.alerts.alert import MOST_BYTES, Alert
from gateway.domain.alerts.districts import District
from gateway.domain.alerts.taken import AlertSource, AlertState, TakenAlert
from gateway.domain.alerts.warning import Meaning, read_alert
from gateway.domain.alerts.wording import LongestText
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import State
from gateway.domain.faults_and_errors.errors import OriginUnproven, Refused
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, OutboundSms
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.alerts.samples import area, document, info
from tests.clock import FixedClock
from tests.promises.test_stop_is_law import handed_over, works

__all__ = ["handed_over"]

SENDER = "warnings@weather.example"
MBALE = area("Mbale", geocode="01")
ASHA = Msisdn("+999700000101")


def at(moment: datetime) -> str:
    """Returns a time as CAP writes it."""
    return moment.isoformat(timespec="seconds")


class Weather:
    """The source of the reference deployment, that brings its alerts to a gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.sent = gateway.clock.now().replace(microsecond=0)
        self.http: FlaskClient = create_app(gateway).test_client()

    def writes(self, name: str, *infos: str, refers: str = "", **fields: str) -> bytes:
        """Returns an alert that holds for six hours; `refers` is an earlier one of its own."""
        if refers:
            fields["references"] = f"{SENDER},{refers},{at(self.sent)}"
        said = infos or (self.says(),)
        return document(*said, identifier=name, sender=SENDER, sent=at(self.sent), **fields)

    def withdraws(self, refers: str) -> bytes:
        """Returns an alert without a text that cancels an earlier one."""
        written = self.writes("CANCEL", refers=refers, msgType="Cancel")
        return written.replace(self.says().encode(), b"")

    def says(self, language: str = "en", **fields: str) -> str:
        expires = at(self.sent + timedelta(hours=6))
        return info(language, **{"areas": MBALE, "expires": expires, **fields})

    def brings(self, octets: bytes, key: str = "") -> Any:
        """Returns the response to a document that is posted."""
        given = key or self.gateway.deployment.alert_keys("weather")[0]
        return self.http.post(f"/alerts/weather?key={given}", data=octets)

    def taken(self, octets: bytes) -> TakenAlert:
        response = self.brings(octets)
        assert 200 == response.status_code, response.get_data(as_text=True)
        return self.gateway.alerts.decide.one(response.get_json()["alert"], "asha")


@pytest.fixture
def weather(gateway: Gateway) -> Weather:
    return Weather(gateway)


def broadcast_of(gateway: Gateway, taken: TakenAlert, place: int = 0) -> Broadcast:
    return gateway.broadcast.read.one(taken.drafts[place], "asha")


def let_out(gateway: Gateway, clock: FixedClock, id: int) -> None:
    """Checks and starts a broadcast, and lets ticker and workers do what they do."""
    gateway.broadcast.check(id, "asha")
    gateway.broadcast.direct.start(id, "asha")
    for _ in range(3):
        works(gateway)
        clock.advance(5)


def subscribe(gateway: Gateway) -> None:
    gateway.choose_language(ASHA, "sw")
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    assert "Mbale" in phone.turn(ASHA, "s1", "", service_code="*384*2026*81*1*1#").text


def test_an_alert_becomes_a_draft_in_the_languages_of_the_menu(weather: Weather) -> None:
    swahili = weather.says("sw-TZ", headline="Mafuriko ya Manafwa", description="", instruction="")
    german = weather.says("de", headline="Hochwasser", description="", instruction="")
    taken = weather.taken(weather.writes("ONE", weather.says(), swahili, german))

    draft = broadcast_of(weather.gateway, taken)
    assert ({"en", "sw"}, "en", ("Mbale",)) == (
        set(draft.texts), draft.fallback, draft.audience.districts,
    )  # fmt: skip
    assert (Lane.URGENT, State.DRAFT, "disaster_management") == (
        draft.lane, draft.state, draft.institution,
    )  # fmt: skip
    assert draft.valid_until == weather.sent + timedelta(hours=6)
    assert draft.created_by == "alerts from weather"


def test_the_same_alert_again_changes_nothing(weather: Weather) -> None:
    first, second = (weather.taken(weather.writes("ONE")) for _ in range(2))
    assert (first.id, first.drafts) == (second.id, second.drafts)
    counted = weather.gateway.counters.counted().numbers.items()
    assert 1 == sum(number for count, number in counted if count.name == "alerts_taken")
    assert 1 == len(weather.gateway.broadcast.read.newest("", State, 10, "asha"))
    lines = weather.gateway.institutions.read_audit.newest(AuditQuery(), "asha")
    assert [
        ("alerts from weather", f"broadcast {first.drafts[0]} drafted"),
        ("alerts from weather", f"alert {first.id} taken from weather"),
    ] == [(line.by, line.what) for line in lines if line.institution == "disaster_management"]


def test_the_source_is_told_that_its_alert_was_taken_before(weather: Weather) -> None:
    other = weather.writes("ONE", weather.says(headline="A correction without a name"))
    answers = [
        weather.brings(octets).get_json()
        for octets in (weather.writes("ONE"), weather.writes("ONE"), other, weather.writes("TWO"))
    ]
    assert [False, True, True, False] == [each["taken_before"] for each in answers]
    one, again, other_text, two = (each["alert"] for each in answers)
    assert one == again == other_text != two


@pytest.mark.parametrize("status", ["Test", "Exercise", "System", "Draft"])
def test_an_exercise_is_kept_and_never_drafted(weather: Weather, status: str) -> None:
    taken = weather.taken(weather.writes("ONE", status=status))
    assert (Meaning.NOT_FOR_CITIZENS, {}, ()) == (taken.reading.meaning, taken.drafts, taken.waits)
    assert status in taken.reading.why


def test_people_let_a_warning_out_and_a_cancel_tells_those_who_got_it(
    weather: Weather, gateway: Gateway, clock: FixedClock, handed_over: list[OutboundSms]
) -> None:
    subscribe(gateway)
    swahili = weather.says("sw", headline="Mafuriko ya Manafwa", instruction="Nenda juu sasa.")
    first = weather.taken(weather.writes("ONE", weather.says(), swahili))
    let_out(gateway, clock, first.drafts[0])
    assert ["Mafuriko ya Manafwa."] == [sms.text[:20] for sms in handed_over]
    handed_over.clear()

    second = weather.taken(weather.withdraws("ONE"))
    assert AlertState.OVER is gateway.alerts.decide.one(first.id, "asha").state
    let_out(gateway, clock, second.drafts[0])
    assert ["Tahadhari hii imekwisha: Mafuriko ya Manafwa."] == [sms.text for sms in handed_over]


def test_an_update_takes_back_what_has_not_left(weather: Weather, gateway: Gateway) -> None:
    first = weather.taken(weather.writes("ONE"))
    second = weather.taken(
        weather.writes("TWO", weather.says(headline="The flood is higher"), refers="ONE",
                       msgType="Update")
    )  # fmt: skip
    assert State.CANCELLED is broadcast_of(gateway, first).state
    assert "higher" in broadcast_of(gateway, second).texts["en"]
    assert () == gateway.alerts.decide.one(first.id, "asha").waits


def test_a_cancel_of_what_nobody_got_tells_nobody(weather: Weather, gateway: Gateway) -> None:
    first = weather.taken(weather.writes("ONE"))
    assert {} == weather.taken(weather.withdraws("ONE")).drafts
    assert State.CANCELLED is broadcast_of(gateway, first).state


def test_a_reference_to_an_alert_that_never_came_stops_nothing(weather: Weather) -> None:
    taken = weather.taken(weather.writes("TWO", refers="ONE", msgType="Update"))
    assert [0] == list(taken.drafts)


def test_what_a_crash_left_half_done_is_ended_once(weather: Weather, gateway: Gateway) -> None:
    alert = alert_of(tree_of(weather.writes("ONE"), "x"), "x")
    taken = _stored(gateway, alert)
    assert {} == gateway.alerts.decide.one(taken, "asha").drafts

    for _ in range(2):
        gateway.alerts.take.finish_all()

    assert [0] == list(gateway.alerts.decide.one(taken, "asha").drafts)
    assert 1 == len(gateway.broadcast.read.newest("", State, 10, "asha"))


def _stored(gateway: Gateway, alert: Alert, by: str = "") -> int:
    """Stores an alert as a process does that dies before it drafts anything."""
    take = gateway.alerts.take
    now = gateway.clock.now()
    reading = read_alert(alert, take.districts(), LongestText(2), now)
    id, _ = take.alerts.take(take.sources["weather"], alert, reading, now, by)
    return id


def test_a_person_places_and_words_what_nobody_else_can(weather: Weather, gateway: Gateway) -> None:
    taken = weather.taken(weather.writes("ONE", weather.says(areas=area("The moon", geocode=""))))
    decide = gateway.alerts.decide
    assert ((0,), {}) == (taken.waits, taken.drafts)

    with pytest.raises(Refused, match="which districts"):
        decide.draft(taken.id, 0, [], {}, "asha")
    with pytest.raises(Refused, match="has 1 warning\\."):
        decide.draft(taken.id, 1, ["Mbale"], {}, "asha")
    drafted = decide.draft(taken.id, 0, ["Mbale"], {"sw": "Mafuriko."}, "asha")
    with pytest.raises(Refused, match="already"):
        decide.draft(taken.id, 0, ["Mbale"], {}, "asha")

    draft = broadcast_of(gateway, drafted)
    assert (("Mbale",), "Mafuriko.", "asha") == (
        draft.audience.districts, draft.texts["sw"], draft.created_by,
    )  # fmt: skip


def test_who_takes_a_warning_from_a_file_does_not_approve_it(
    weather: Weather, gateway: Gateway
) -> None:
    taken = gateway.alerts.decide.bring("weather", weather.writes("ONE"), "flood.xml", "asha")
    draft = broadcast_of(gateway, taken)
    assert ("asha", "asha") == (taken.brought_by, draft.created_by)
    direct, waiting = gateway.broadcast.direct, replace(draft, state=State.WAITING)
    assert gateway.broadcast.read.broadcasts.change(waiting, gateway.clock.now())

    with pytest.raises(Refused, match="somebody else approves it"):
        direct.approve(draft.id, "asha")
    assert State.APPROVED is direct.approve(draft.id, "juma").state


def test_a_crash_does_not_forget_who_took_a_warning_from_a_file(
    weather: Weather, gateway: Gateway
) -> None:
    taken = _stored(gateway, alert_of(tree_of(weather.writes("ONE"), "x"), "x"), "asha")
    gateway.alerts.take.finish_all()
    alert = gateway.alerts.decide.one(taken, "juma")
    assert "asha" == broadcast_of(gateway, alert).created_by


def test_another_institutions_warning_and_broadcast_are_not_there(
    weather: Weather, gateway: Gateway
) -> None:
    taken = weather.taken(weather.writes("ONE"))
    add = gateway.institutions.manage_people.add
    add("adam", {EVERYWHERE: frozenset({Role.ADMINISTRATOR})}, "", "adam")
    add("hana", {"health": frozenset({Role.BROADCASTER})}, "", "adam")
    broadcast, office = taken.drafts[0], gateway.broadcast
    for act, what in (
        (lambda: gateway.alerts.decide.one(taken.id, "hana"), f"no alert {taken.id}"),
        (lambda: gateway.alerts.decide.draft(taken.id, 0, [], {}, "hana"), f"no alert {taken.id}"),
        (lambda: office.read.one(broadcast, "hana"), f"no broadcast {broadcast}"),
        (lambda: office.check(broadcast, "hana"), f"no broadcast {broadcast}"),
        (lambda: office.direct.approve(broadcast, "hana"), f"no broadcast {broadcast}"),
        (lambda: office.direct.cancel(broadcast, "hana"), f"no broadcast {broadcast}"),
    ):
        with pytest.raises(Refused, match=what):
            act()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/alerts/weather", 403),
        ("/alerts/weather?key=", 403),
        ("/alerts/weather?key=wrong-wrong-wrong-wrong", 403),
        ("/alerts/river?key=KEY", 404),
        ("/alerts?key=KEY", 404),
    ],
)
def test_who_is_no_source_is_refused(weather: Weather, path: str, status: int) -> None:
    key = weather.gateway.deployment.alert_keys("weather")[0]
    response = weather.http.post(path.replace("KEY", key), data=weather.writes("ONE"))
    assert status == response.status_code
    assert [] == weather.gateway.alerts.decide.newest("", 10, "asha")


def test_a_source_may_bring_its_secret_in_the_head(weather: Weather) -> None:
    key = weather.gateway.deployment.alert_keys("weather")[0]
    head = {"Authorization": f"Bearer {key}"}
    assert 200 == weather.http.post(
        "/alerts/weather", data=weather.writes("ONE"), headers=head
    ).status_code  # fmt: skip


def test_a_sender_that_the_source_may_not_use_is_refused(weather: Weather) -> None:
    octets = weather.writes("ONE").replace(SENDER.encode(), b"somebody@else.example")
    assert 403 == weather.brings(octets).status_code
    with pytest.raises(OriginUnproven, match=r"'somebody@else.example'.*alerts.sources.weather"):
        weather.gateway.alerts.take("weather", octets, "alert.xml")


def test_faults_are_answered_with_their_lines_and_nothing_is_stored(weather: Weather) -> None:
    response = weather.brings(weather.writes("ONE", weather.says(severity="Red", urgency="")))
    assert 422 == response.status_code
    assert [4, 4] == [each["line"] for each in response.get_json()["faults"]]
    assert [] == weather.gateway.alerts.decide.newest("", 10, "asha")


def test_a_country_is_taken_and_more_than_four_megabytes_are_not(weather: Weather) -> None:
    border = " ".join(f"{1 + each / 1e5:.5f},34.5" for each in range(60_000))
    wide = weather.says(areas=area("x", geocode="01", polygon=f"{border} 1.00000,34.5"))
    assert 200 == weather.brings(weather.writes("ONE", wide)).status_code
    assert 413 == weather.brings(b" " * (MOST_BYTES + 1)).status_code


def test_an_alert_is_known_by_its_source_and_whole_name(
    gateway: Gateway, clock: FixedClock
) -> None:
    alerts, now = gateway.alerts.take.alerts, clock.now()
    alert = alert_of(tree_of(document(), "x"), "x")
    reading = read_alert(alert, [District(name="Mbale")], LongestText(2), alert.name.sent)
    river, weather = (AlertSource(name, "water_office") for name in ("river", "weather"))

    taken = [alerts.take(source, alert, reading, now) for source in (river, weather, river)]
    ids = [id for id, _ in taken]

    assert [True, True, False] == [is_new for _, is_new in taken]
    assert ids[0] == ids[2] != ids[1]
    assert {ids[0], ids[1]} == {each.id for each in alerts.newest(frozenset({"water_office"}), 10)}
    assert 1 == len(alerts.newest(None, 1))
    assert [] == list(alerts.newest(frozenset({"health"}), 10))
    found = alerts.named("river", alert.name)
    assert found is not None
    assert (reading, alert.name) == (found.reading, found.name)
    alerts.drafted(ids[0], 0, 7, now)
    alerts.drafted(ids[0], 0, 8, now)
    alerts.move(ids[0], AlertState.STANDS)
    again = alerts.find(ids[0])
    assert again is not None
    assert ({0: 7}, AlertState.STANDS) == (again.drafts, again.state)
    assert [ids[1]] == list(alerts.unfinished())

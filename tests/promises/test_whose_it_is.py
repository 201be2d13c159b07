"""An institution sees and acts on its own only: command by command, and role by role.

Each row is what a command does. Everybody tries it on what is the works' own, by identifiers that
they can guess: all of them are known to all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from gateway.adapters.cap.document import alert_of, tree_of
from gateway.adapters.sql.ussd.kept_sessions import SqlKeptSessions
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.composition.gateway import Gateway
from gateway.domain.alerts.taken import AlertSource
from gateway.domain.alerts.warning import read_alert
from gateway.domain.alerts.wording import LongestText
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import NewBroadcast
from gateway.domain.broadcast.states import State
from gateway.domain.faults_and_errors.errors import NotAllowed, NotThere, Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role
from gateway.domain.outbound.channel_state import Standing
from gateway.domain.telecom.consent import EVERYTHING
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import Outcomes
from gateway.use_cases.ports.analytics.kept_sessions import SessionPart
from gateway.use_cases.ports.casework import STATUSES, CasesWanted
from gateway.use_cases.ports.consents import ConsentQuery
from gateway.use_cases.ports.institutions import AuditQuery, RoleChange
from gateway.use_cases.ports.releases import Content
from gateway.use_cases.ports.sms.broadcasts import ListRow
from gateway.use_cases.ports.sms.messages import Wanted
from tests.alerts.samples import document, info
from tests.clock import FixedClock
from tests.session_samples import RECORD

#: Who tries: one for each role in the works, one with all roles elsewhere, and two who may nothing.
THERE = {role.value: role for role in Role}
ELSEWHERE, GONE, STRANGER = "elsewhere", "gone", "stranger"

#: Returns whether the one who tries has seen or done it; a refusal is one that they have not.
Try = Callable[[Gateway, str, "Things"], bool]


class Things:
    """What is the works' own. Each try has a case and a message of its own: none is spent."""

    def __init__(self, gateway: Gateway, clock: FixedClock) -> None:
        self._gateway, self._clock, self._number = gateway, clock, 0

    def call(self) -> ServiceCall:
        """Returns a call of the works' service, of a citizen of its own."""
        self._number += 1
        self._clock.advance(timedelta(hours=1).total_seconds())
        return ServiceCall(
            handler="report_problem", answers={}, language="en",
            subscriber=Msisdn(f"+9997000{self._number:05}"), key=f"{self._number:032}",
            at=self._clock.now(), channel="phone", institution="works",
        )  # fmt: skip

    def case(self) -> str:
        """Returns the number of a case."""
        return self._gateway.toolkit.cases.open(self.call(), "report_problem", "water", {})

    @property
    def caller(self) -> Msisdn:
        """Returns who was made last."""
        return Msisdn(f"+9997000{self._number:05}")

    def session(self, gateway: Gateway) -> SessionPart:
        """Returns a session at the screens of works."""
        call = self.call()
        record = RECORD._replace(
            at=call.at, institution="works", lasted=0, session=call.key,
            dialled_by=gateway.keyring.index_of(self.caller).hex(),
        )  # fmt: skip
        SqlTurns(gateway.engine, keyring=gateway.keyring).store([record])
        (part,) = SqlKeptSessions(gateway.engine, gateway.keyring).of(self.caller, None, 9)
        return part

    def message(self) -> int:
        """Returns the number of a message to the help desk."""
        return int(self._gateway.toolkit.help.leave(self.call(), "works", "Where?"))

    def sms(self, status: DeliveryStatus = DeliveryStatus.UNKNOWN) -> int:
        """Returns the number of an MT that came to a status."""
        call = self.call()
        new = NewSms(
            channel="phone", subscriber=self.caller, text="It rains.", lane=Lane.REPLY,
            purpose=Purpose.REPLY, key=call.key, institution="works",
        )  # fmt: skip
        outbox = self._gateway.sql.outbox
        (id,) = outbox.add([new], call.at)
        outbox.start([], Outcomes(final={id: (status, "")}), call.at)
        return id

    def broadcast(self, state: State) -> int:
        """Returns the number of a broadcast that has come so far; a source has drafted it."""
        room, call = self._gateway.broadcast, self.call()
        new = NewBroadcast(
            key=call.key, institution="works", topic="water", title="Water",
            audience=Audience(source=Source.LIST), texts={"en": "No water."}, fallback="en",
            created_by="alerts from weather", valid_until=call.at + timedelta(days=99),
            lane=Lane.URGENT,  # at whatever hour it is
        )  # fmt: skip
        draft = room.draft.for_source(new)
        row = ListRow(number=self.caller, language="en", values={})
        room.take_list.lists.add(draft.id, [row], call.at)
        room.take_list.lists.complete(draft.id, 1, call.at)
        kept = room.read.broadcasts.find(draft.id)
        assert kept is not None
        room.read.broadcasts.change(replace(kept, state=state), call.at)
        return draft.id

    def alert(self) -> int:
        """Returns the number of a public warning of which a person has to say where it holds."""
        call = self.call()
        holds = call.at + timedelta(days=9)
        written = document(info(expires=holds.isoformat(timespec="seconds")))
        alert = alert_of(tree_of(written, "x"), "x")
        alert = replace(alert, name=replace(alert.name, identifier=call.key))
        reading = read_alert(alert, [], LongestText(2), call.at)
        warnings = [replace(each, valid_until=holds) for each in reading.warnings]
        reading = replace(reading, warnings=tuple(warnings))
        id, _ = self._gateway.alerts.take.alerts.take(
            AlertSource("weather", "works"), alert, reading, call.at
        )
        return id


def _all_read(gateway: Gateway, by: str, things: Things) -> bool:
    number = things.case()
    found = gateway.cases.list(CasesWanted(statuses=STATUSES, limit=1000), by)
    return number in [case.number for case in found]


def _messages(gateway: Gateway, by: str, things: Things) -> bool:
    message = things.message()
    found = gateway.help_desk.read.newest(HelpDeskStatus.OPEN, "", 1000, by)
    return message in [each.id for each in found]


def _sessions(gateway: Gateway, by: str, things: Things) -> bool:
    part = things.session(gateway)
    return part.id in [each.id for each in gateway.sessions.newest(1000, by)]


def _sessions_of_a_number(gateway: Gateway, by: str, things: Things) -> bool:
    part = things.session(gateway)
    return [part.id] == [each.id for each in gateway.sessions.of(things.caller, 9, by)]


def _moves(gateway: Gateway, by: str, things: Things) -> bool:
    gateway.cases.move(things.case(), "in_progress", by)
    return True


def _publishes(gateway: Gateway, by: str, things: Things) -> bool:
    live = gateway.menus.live()
    assert live is not None
    start = replace(live.services["report_problem"], cost=None, goals=(1,))
    new = replace(live, id="new", services={**live.services, "report_problem": start})
    gateway.menus.publish.check_allowed(new, by=by)
    return True


def _gives(gateway: Gateway, by: str, things: Things) -> bool:
    change = [RoleChange(institution="works", role=Role.VIEWER, given=True)]
    gateway.institutions.manage_people.change("viewer", change, "", by)
    return True


def _audits(gateway: Gateway, by: str, things: Things) -> bool:
    return any(
        line.institution == "works"
        for line in gateway.institutions.read_audit.newest(AuditQuery(limit=1000), by)
    )


def _broadcasts(gateway: Gateway, by: str, things: Things) -> bool:
    id = things.broadcast(State.DRAFT)
    return id in [each.id for each in gateway.broadcast.read.newest("", State, 1000, by)]


def _drafts(gateway: Gateway, by: str, things: Things) -> bool:
    call = things.call()
    new = NewBroadcast(
        key=call.key, institution="works", topic="water", title="Water",
        audience=Audience(source=Source.LIST), texts={"en": "No water."}, fallback="en",
        created_by=by,
    )  # fmt: skip
    gateway.broadcast.draft(new)
    return True


def _alerts(gateway: Gateway, by: str, things: Things) -> bool:
    return things.alert() in [each.id for each in gateway.alerts.decide.newest("", 1000, by)]


def _drafts_alert(gateway: Gateway, by: str, things: Things) -> bool:
    gateway.alerts.decide.draft(things.alert(), 0, ["Mbale"], {"en": "Flood. Go up."}, by)
    return True


def _sms(gateway: Gateway, by: str, things: Things) -> bool:
    return things.sms() in [each.id for each in gateway.messages.list(Wanted(limit=1000), by)]


def _leaves(gateway: Gateway, by: str, things: Things) -> bool:
    name = f"new{things.case()}"
    people = gateway.institutions.manage_people
    people.add(name, {"works": frozenset({Role.VIEWER})}, "", "adam")
    people.remove(name, by)
    return True


def _settles(gateway: Gateway, by: str, things: Things) -> bool:
    gateway.messages.settle(things.sms(), DeliveryStatus.DELIVERED, "read out", by)
    return True


def _sends_again(gateway: Gateway, by: str, things: Things) -> bool:
    gateway.messages.resend(things.sms(DeliveryStatus.FAILED), "she waits", by)
    return True


def _stops(gateway: Gateway, by: str, things: Things) -> bool:
    things.call()
    gateway.consents.change.stop(things.caller, "report_problem", by, "at the counter")
    return True


def _institutions(gateway: Gateway, by: str, things: Things) -> bool:
    return "works" in [each.institution.name for each in gateway.institutions.manage.listed(by)]


def _done(act: Callable[[Gateway, str, Things], object]) -> Try:
    def tried(gateway: Gateway, by: str, things: Things) -> bool:
        act(gateway, by, things)
        return True

    return tried


ALL = frozenset(THERE)
_OF_WORKS = ConsentQuery(institutions=frozenset({"works"}))
HELPS, RUNS = frozenset({"help_desk"}), frozenset({"administrator"})
WRITES, SETTLES = frozenset({"broadcaster"}), HELPS | RUNS
#: By command: what is tried, and who may.
TABLE: Mapping[str, tuple[Try, frozenset[str]]] = {
    "cases list": (_all_read, ALL),
    "cases show": (_done(lambda g, by, t: g.cases.read(t.case(), by)), ALL),
    "cases show --reveal": (
        _done(lambda g, by, t: g.cases.read(t.case(), by, "to call back")), RUNS
    ),
    "cases move": (_moves, HELPS),
    "cases answer": (_done(lambda g, by, t: g.cases.answer(t.case(), "Soon", by)), HELPS),
    "cases answer --dry-run": (
        _done(lambda g, by, t: g.cases.compose_answer(t.case(), "Soon", by)), HELPS
    ),
    "cases assign": (_done(lambda g, by, t: g.cases.assign(t.case(), "help_desk", by)), HELPS),
    "cases note": (_done(lambda g, by, t: g.cases.remark(t.case(), "It is old", by)), HELPS),
    "cases close": (_done(lambda g, by, t: g.cases.close([t.case()], "mended", by)), HELPS),
    "sessions list": (_sessions, ALL),
    "sessions list --number": (_sessions_of_a_number, ALL),
    "sessions show": (_done(lambda g, by, t: g.sessions.show(t.session(g).id, by)), ALL),
    "helpdesk show --reveal": (
        _done(lambda g, by, t: g.help_desk.read.one(t.message(), by, "to call back")), RUNS
    ),
    "helpdesk assign": (
        _done(lambda g, by, t: g.help_desk.answer.assign(t.message(), "help_desk", by)), HELPS
    ),
    "helpdesk close --why": (
        _done(lambda g, by, t: g.help_desk.answer.close_many([t.message()], "thanks", by)), HELPS
    ),
    "helpdesk list": (_messages, ALL),
    "helpdesk list --institution works": (
        _done(lambda g, by, t: g.help_desk.read.newest(None, "works", 9, by)), ALL
    ),
    "helpdesk show": (_done(lambda g, by, t: g.help_desk.read.one(t.message(), by)), ALL),
    "helpdesk answer": (_done(lambda g, by, t: g.help_desk.answer(t.message(), "Here", by)), HELPS),
    "helpdesk close": (_done(lambda g, by, t: g.help_desk.answer.close(t.message(), by)), HELPS),
    "broadcast new": (_drafts, WRITES),
    "broadcast list": (_broadcasts, ALL),
    "broadcast list --institution works": (
        _done(lambda g, by, t: g.broadcast.read.newest("works", State, 9, by)), ALL
    ),
    "broadcast show": (
        _done(lambda g, by, t: g.broadcast.read.one(t.broadcast(State.DRAFT), by)), ALL
    ),
    "broadcast report": (
        _done(lambda g, by, t: g.broadcast.read.outcomes(t.broadcast(State.DONE), by)), ALL
    ),
    "broadcast check": (
        _done(lambda g, by, t: g.broadcast.check(t.broadcast(State.DRAFT), by)), WRITES
    ),
    "broadcast rehearse": (
        _done(lambda g, by, t: g.broadcast.rehearse(t.broadcast(State.DRAFT), t.caller, by)), WRITES
    ),
    "broadcast emergency": (
        _done(lambda g, by, t: g.broadcast.direct.declare_emergency(
            t.broadcast(State.CHECKED), by, "the dam")), RUNS
    ),
    "broadcast approve": (
        _done(lambda g, by, t: g.broadcast.direct.approve(t.broadcast(State.WAITING), by)),
        WRITES | RUNS,
    ),
    "broadcast schedule": (
        _done(lambda g, by, t: g.broadcast.direct.schedule(
            t.broadcast(State.CHECKED), g.clock.now() + timedelta(hours=9), by)), WRITES
    ),
    "broadcast start": (
        _done(lambda g, by, t: g.broadcast.direct.start(t.broadcast(State.CHECKED), by)), WRITES
    ),
    "broadcast pause": (
        _done(lambda g, by, t: g.broadcast.direct.pause(t.broadcast(State.SENDING), by)), WRITES
    ),
    "broadcast resume": (
        _done(lambda g, by, t: g.broadcast.direct.resume(t.broadcast(State.PAUSED), by)), WRITES
    ),
    "broadcast cancel": (
        _done(lambda g, by, t: g.broadcast.direct.cancel(t.broadcast(State.WAITING), by)), WRITES
    ),
    "alerts list": (_alerts, ALL),
    "alerts list --institution works": (
        _done(lambda g, by, t: g.alerts.decide.newest("works", 9, by)), ALL
    ),
    "alerts show": (_done(lambda g, by, t: g.alerts.decide.one(t.alert(), by)), ALL),
    "alerts draft": (_drafts_alert, WRITES),
    "sms list": (_sms, ALL),
    "sms list --institution works": (
        _done(lambda g, by, t: g.messages.list(Wanted(institutions=["works"]), by)), ALL
    ),
    "sms list --reveal": (
        _done(lambda g, by, t: g.messages.list(Wanted(institutions=["works"]), by, "asked")), RUNS
    ),
    "sms show": (_done(lambda g, by, t: g.messages.show(t.sms(), by)), ALL),
    "sms show --reveal": (_done(lambda g, by, t: g.messages.show(t.sms(), by, "asked")), RUNS),
    "sms settle": (_settles, SETTLES),
    "sms resend": (_sends_again, SETTLES),
    "cases list --institution works": (
        _done(lambda g, by, t: g.cases.list(CasesWanted(institutions=frozenset({"works"})), by)),
        ALL,
    ),
    "consents list --institution works": (
        _done(lambda g, by, t: g.consents.read.newest(_OF_WORKS, 9, by)), ALL
    ),
    "consents export --institution works": (
        _done(lambda g, by, t: list(g.consents.read.export(_OF_WORKS, by, "asked"))), RUNS
    ),
    "consents stop --topic": (_stops, RUNS),
    "consents stop": (
        _done(lambda g, by, t: g.consents.change.stop(t.caller, EVERYTHING, by, "by phone")),
        frozenset(),
    ),
    "ledger show --institution works": (
        _done(lambda g, by, t: g.institutions.read_ledger("", "works", by)), ALL
    ),
    "channels pause": (
        _done(lambda g, by, t: g.manage_channels.decide(
            "twilio", Standing.PAUSED, by=by, reason="why")), frozenset()
    ),
    "people remove": (_leaves, RUNS),
    "menus publish": (_publishes, frozenset({"publisher"})),
    "data export ratings": (
        # No service names the table: it is the deployment's own.
        _done(lambda g, by, t: g.datasets._may(by, Act.EXPORT, "ratings")), frozenset()
    ),
    "institutions list": (_institutions, ALL),
    "institutions show": (_done(lambda g, by, t: g.institutions.manage.one("works", by)), ALL),
    "institutions limit": (
        _done(lambda g, by, t: g.institutions.manage.set("works", {"daily_limit": 1}, by)),
        frozenset(),
    ),
    "people add": (
        _done(lambda g, by, t: g.institutions.manage_people.add(
            f"new{t.case()}", {"works": frozenset({Role.VIEWER})}, "", by)), RUNS
    ),
    "people add --everywhere": (
        _done(lambda g, by, t: g.institutions.manage_people.add(
            f"new{t.case()}", {EVERYWHERE: frozenset({Role.VIEWER})}, "", by)), frozenset()
    ),
    "people roles": (_gives, RUNS),
    "audit list": (_audits, RUNS),
    "audit list --institution works": (
        _done(lambda g, by, t: g.institutions.read_audit.newest(
            AuditQuery(institutions=frozenset({"works"})), by)), RUNS
    ),
    "keys reseal": (_done(lambda g, by, t: g.keys.reseal(by)), frozenset()),
}  # fmt: skip


def people(gateway: Gateway) -> None:
    """Adds them all."""
    add = gateway.institutions.manage_people.add
    add("adam", {EVERYWHERE: frozenset({Role.ADMINISTRATOR})}, "", "the first")
    for name, role in THERE.items():
        add(name, {"works": frozenset({role})}, f"Works {name}", "adam")
    add(ELSEWHERE, {"health": frozenset(Role)}, "", "adam")
    add(GONE, {"works": frozenset(Role)}, "", "adam")
    gateway.institutions.manage_people.remove(GONE, "adam")


def test_an_institution_sees_and_acts_on_its_own_only(gateway: Gateway, clock: FixedClock) -> None:
    release = gateway.releases.current()
    content = Content(release=release, sources={})
    gateway.menus.publish(content, by="before anybody", upon=0)
    people(gateway)
    things = Things(gateway, clock)

    wrong = []
    for command, (attempt, allowed) in TABLE.items():
        for by in (*THERE, ELSEWHERE, GONE, STRANGER):
            try:
                done = attempt(gateway, by, things)
            except Refused:
                done = False
            if done != (by in allowed):
                wrong.append((command, by, "may" if done else "may not"))

    assert [] == wrong


def test_what_is_anothers_is_told_to_be_absent_as_what_is_not_there(
    gateway: Gateway, clock: FixedClock
) -> None:
    people(gateway)
    things = Things(gateway, clock)
    number, message = things.case(), things.message()

    def told(ask: Callable[[], object]) -> tuple[type, str]:
        try:
            ask()
        except Refused as error:
            return type(error), str(error)
        raise AssertionError("It was shown.")

    absent = told(lambda: gateway.cases.read("100000009", ELSEWHERE))
    theirs = told(lambda: gateway.cases.read(number, ELSEWHERE))
    assert absent[0] is theirs[0] is NotThere
    assert theirs[1].startswith("There is no case ")
    assert (NotThere, f"There is no message {message}. See: gateway helpdesk list") == told(
        lambda: gateway.help_desk.answer(message, "Here", ELSEWHERE)
    )
    # Who may read it and not do that is told so.
    assert NotAllowed is told(lambda: gateway.cases.move(number, "solved", "viewer"))[0]
    # Who is not known learns nothing of what there is.
    for show, own, none in (
        (gateway.cases.read, number, "100000009"),
        (gateway.help_desk.read.one, message, 9999),
        (gateway.messages.show, things.sms(), 9999),
        (gateway.broadcast.read.one, things.broadcast(State.DRAFT), 9999),
        (gateway.alerts.decide.one, things.alert(), 9999),
        (gateway.manage_channels.one, "twilio", "twillio"),
        (gateway.institutions.manage.one, "works", "workz"),
        (gateway.institutions.manage_people.one, "viewer", "vieweer"),
    ):
        same = {told(partial(show, each, STRANGER)) for each in (own, none)}  # type: ignore[operator]
        assert 1 == len(same), show


def test_whoever_guesses_what_is_anothers_is_in_the_audit_of_that_institution(
    gateway: Gateway, clock: FixedClock
) -> None:
    people(gateway)
    things = Things(gateway, clock)
    guesses: list[Callable[[], object]] = [
        lambda: gateway.cases.read(things.case(), ELSEWHERE),
        lambda: gateway.help_desk.read.one(things.message(), ELSEWHERE),
        lambda: gateway.messages.show(things.sms(), ELSEWHERE),
        lambda: gateway.broadcast.read.one(things.broadcast(State.DRAFT), ELSEWHERE),
        lambda: gateway.alerts.decide.one(things.alert(), ELSEWHERE),
        lambda: gateway.institutions.manage.one("works", ELSEWHERE),
        lambda: gateway.institutions.manage_people.one("viewer", ELSEWHERE),
        lambda: gateway.institutions.read_ledger("", "works", ELSEWHERE),
    ]
    for guess in guesses:
        with pytest.raises(Refused):
            guess()

    asked = AuditQuery(institutions=frozenset({"works"}), act="refused", by=ELSEWHERE)
    noted = gateway.institutions.read_audit.newest(asked, "administrator")
    assert ["read, of another institution"] * len(guesses) == [each.what for each in noted]


def test_everything_that_is_done_is_in_the_audit_and_nothing_is_amiss(
    gateway: Gateway, clock: FixedClock
) -> None:
    people(gateway)
    things = Things(gateway, clock)
    number, message = things.case(), things.message()
    gateway.cases.read(number, "viewer")
    gateway.cases.move(number, "in_progress", "help_desk")
    gateway.help_desk.answer(message, "Here", "help_desk")

    read = gateway.institutions.read_audit
    lines = read.newest(AuditQuery(institutions=frozenset({"works"})), "administrator")
    assert [
        ("help_desk", "answer", f"help desk message {message} answered", 1),
        ("help_desk", "answer", f"case {number} is in_progress", 1),
        ("viewer", "read", f"case {number}", 1),
    ] == [(each.by, each.act, each.what, each.subscribers) for each in lines[1:4]]
    assert [] == list(read.faults("adam"))

"""An institution sees and acts on its own only: command by command, and role by role.

Each row is what a command does. Everybody tries it on what is the works' own, by identifiers that
they can guess: all of them are known to all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from gateway.adapters.sql.ussd.kept_sessions import SqlKeptSessions
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotAllowed, NotThere, Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role
from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.analytics.kept_sessions import SessionPart
from gateway.use_cases.ports.casework import STATUSES, CasesWanted
from gateway.use_cases.ports.institutions import AuditQuery, RoleChange
from gateway.use_cases.ports.releases import Content
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


def _institutions(gateway: Gateway, by: str, things: Things) -> bool:
    return "works" in [each.institution.name for each in gateway.institutions.manage.listed(by)]


def _done(act: Callable[[Gateway, str, Things], object]) -> Try:
    def tried(gateway: Gateway, by: str, things: Things) -> bool:
        act(gateway, by, things)
        return True

    return tried


ALL = frozenset(THERE)
HELPS, RUNS = frozenset({"help_desk"}), frozenset({"administrator"})
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
    same = {told(lambda n=n: gateway.cases.read(n, STRANGER)) for n in ("100000009", number)}
    assert 1 == len(same)


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

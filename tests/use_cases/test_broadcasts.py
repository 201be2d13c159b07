"""Broadcasts from a draft to a report: who gets it, when, in which language, and who does not."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from gateway.adapters.sql.broadcast.audiences import SqlAudiences
from gateway.adapters.sql.broadcast.broadcasts import SqlBroadcasts
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.states import State
from gateway.domain.faults_and_errors.errors import (
    GatewayError,
    NotAllowed,
    OutcomeUnknown,
    Refused,
)
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.broadcast.fill_broadcasts import FillBroadcasts
from gateway.use_cases.ports import ConsentChange
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from gateway.use_cases.ports.sms.broadcasts import ListRow
from tests.clock import FixedClock
from tests.contracts.test_broadcasts import number
from tests.session_samples import KEYRING
from tests.use_cases.rig import CHANNEL, Rig

OFFICER, HEAD = "asha", "juma"


class Desk:
    """A gateway with people who write to many, and all that leaves it."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.rig = Rig(engine, clock)
        self.clock = clock
        self.room = self.rig.gateway.broadcast
        self.lists = SqlRecipientLists(engine, KEYRING)
        self.broadcasts = SqlBroadcasts(engine, KEYRING)
        self.audiences = SqlAudiences(engine, KEYRING)
        self.fill = self.rig.gateway.fill_broadcasts
        self.taken: list[OutboundSms] = []
        self.rig.provider.before = self.taken.append

    def drafted(self, recipients: int = 3, **changes: object) -> Broadcast:
        """Returns a draft to a list of so many."""
        new = NewBroadcast(
            key=f"{self.clock.now()} {changes}",
            institution="",
            topic="floods",
            title="Floods",
            audience=Audience(source=Source.LIST),
            texts={"en": "The river rises.", "am": "ጎርፍ"},
            fallback="en",
            created_by=OFFICER,
        )
        draft = self.room.draft(replace(new, **changes))  # type: ignore[arg-type]
        rows = [
            ListRow(number=number(each), language="", values={"name": f"N{each}"})
            for each in range(recipients)
        ]
        self.lists.add(draft.id, rows, self.clock.now())
        self.lists.complete(draft.id, recipients, self.clock.now())
        return draft

    def started(self, recipients: int = 3, **changes: object) -> Broadcast:
        draft = self.drafted(recipients, **changes)
        self.room.check(draft.id, OFFICER)
        return self.room.direct.start(draft.id, OFFICER)

    def works(self, seconds: float = 0.0) -> None:
        """Does what ticker and workers do, for so long."""
        ends = self.clock.now() + timedelta(seconds=seconds)
        while True:
            self.fill()
            for lane in Lane:
                self.rig.send_sms(CHANNEL.name, lane)
            if self.clock.now() >= ends:
                return
            self.clock.advance(5)

    def found(self, id: int) -> Broadcast:
        return self.room.read.one(id, OFFICER)

    def numbers(self, id: int) -> dict[str, int]:
        """Returns what has come of it, without what there is none of."""
        _, outcomes = self.room.read.outcomes(id, OFFICER)
        return {name: count for name, count in outcomes.numbers.items() if count}

    @property
    def texts(self) -> list[str]:
        return [sms.text for sms in self.taken]


@pytest.fixture
def desk(database: Engine, clock: FixedClock) -> Iterator[Desk]:
    made = Desk(database, clock)
    yield made
    made.rig.pool.shutdown()


@dataclass
class ListOfTwo:
    """A list, in the middle of which something happens."""

    meanwhile: Callable[[], object]
    faults: list[Fault] = field(default_factory=list)
    bytes_read: int = 0

    def recipients(self) -> Iterator[ListRow]:
        """Yields two."""
        yield ListRow(number=number(1), language="", values={})
        self.meanwhile()
        yield ListRow(number=number(2), language="", values={})


def test_a_list_that_is_sent_twice_at_once_is_taken_once(desk: Desk) -> None:
    """The second would find no row that is new, and take the draft away as if it had none."""
    new = NewBroadcast(
        key="one", institution="", topic="floods", title="Floods", created_by=OFFICER,
        audience=Audience(source=Source.LIST), texts={"en": "It rains."}, fallback="en",
    )  # fmt: skip
    draft = desk.room.draft(new)

    def sent_again() -> None:
        with pytest.raises(Refused, match="is being taken already"):
            desk.room.take_list(desk.room.draft(new), ListOfTwo(lambda: None))

    taken = desk.room.take_list(draft, ListOfTwo(sent_again))

    assert (2, 2) == (taken.rows, desk.room.read.one(draft.id, OFFICER).list_rows)
    assert 2 == desk.room.check(draft.id, OFFICER).recipients


def test_each_is_written_to_once_in_their_language(desk: Desk, clock: FixedClock) -> None:
    desk.rig.subscribers.choose_language(number(1), "am", clock.now())
    broadcast = desk.started(3)

    desk.works(seconds=20)

    assert ["The river rises.", "The river rises.", "ጎርፍ"] == sorted(desk.texts)
    ended = desk.found(broadcast.id)
    assert (State.DONE, 3, {}) == (ended.state, ended.filled, ended.left_out)
    assert {"sent": 3} == desk.numbers(broadcast.id)
    _, outcomes = desk.room.read.outcomes(broadcast.id, OFFICER)
    assert {("am", 1), ("en", 2)} == {(each.language, each.number) for each in outcomes.parts}


def test_whoever_got_the_copy_of_one_that_nobody_knows_of_has_got_it(
    desk: Desk, database: Engine
) -> None:
    broadcast = desk.started(3)
    desk.works(seconds=20)
    with transaction(database) as connection:
        connection.execute(update(outbound_sms).values(status="unknown"))
        first = [dict(row) for row in connection.execute(select(outbound_sms)).mappings()]
        copies = [
            {**row, "id": None, "key_index": b"copy", "resend_of": row["id"], "broadcast_id": None}
            for row in first
        ]
        for copy, status in zip(copies, ("delivered", "refused", "unknown"), strict=True):
            del copy["id"]
            ref = None if status == "refused" else status
            copy |= {"key_index": status.encode(), "status": status, "provider_ref": ref}
            connection.execute(insert(outbound_sms), copy)

    assert {"delivered": 1, "unknown": 2} == desk.numbers(broadcast.id)
    _, outcomes = desk.room.read.outcomes(broadcast.id, OFFICER)
    # The copy of which nobody knows either is paid for, too.
    assert [2, 3] == sorted(each.segments for each in outcomes.parts)


def test_the_values_of_a_list_stand_in_its_texts_and_the_list_goes_when_it_ends(
    desk: Desk,
) -> None:
    broadcast = desk.started(2, texts={"en": "Dear {name}"})

    desk.works(seconds=20)

    assert ["Dear N0", "Dear N1"] == sorted(desk.texts)
    assert [] == desk.audiences.members(desk.found(broadcast.id), "", 9).members


def test_what_it_costs_is_counted_before_and_what_unicode_costs_is_said(
    desk: Desk, clock: FixedClock
) -> None:
    for each in (0, 1):
        desk.rig.subscribers.choose_language(number(each), "am", clock.now())
    desk.rig.subscribers.choose_language(number(2), "xx", clock.now())
    draft = desk.drafted(4, texts={"en": "ũ" + "a" * 80, "am": "ጎ" * 75})

    estimate = desk.room.check(draft.id, OFFICER).estimate

    assert (4, 8) == (estimate["recipients"], estimate["segments"])
    english, amharic = (estimate["languages"][each] for each in ("en", "am"))
    assert (2, 4, 2, "ũ") == (
        english["recipients"], english["segments"], english["segments_without_unicode"],
        english["unicode_characters"],
    )  # fmt: skip
    assert (2, 4, 2, "ጎ") == (
        amharic["recipients"], amharic["segments"], amharic["segments_without_unicode"],
        amharic["unicode_characters"],
    )  # fmt: skip
    assert {"xx": 1, "unknown": 1} == estimate["instead"]
    assert [] == desk.texts


def test_who_said_stop_is_counted_and_left_out_and_who_says_it_meanwhile_is_refused(
    desk: Desk, clock: FixedClock
) -> None:
    stop = ConsentChange(
        subscriber=number(0), topic="*", state=ConsentState.OPTED_OUT, source="sms"
    )
    desk.rig.consents.change([stop], clock.now())
    broadcast = desk.started(3)
    desk.fill()
    desk.rig.consents.change([replace(stop, subscriber=number(1), topic="floods")], clock.now())

    desk.works(seconds=20)

    assert 1 == len(desk.texts)
    assert {"stopped": 1} == desk.found(broadcast.id).left_out
    assert {"refused": 1, "sent": 1} == desk.numbers(broadcast.id)


def test_a_process_that_dies_between_two_steps_doubles_nobody_and_skips_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast = desk.started(25, per_minute=60)
    steps = 0
    add = SqlBroadcasts.fill

    def dies(self: SqlBroadcasts, *arguments: object) -> bool:
        nonlocal steps
        steps += 1
        if steps % 2:  # killed before its transaction was committed
            raise RuntimeError("killed")
        stored = add(self, *arguments)  # type: ignore[arg-type]
        if steps % 4 == 0:
            raise RuntimeError("killed")  # and right behind it
        return stored

    monkeypatch.setattr(SqlBroadcasts, "fill", dies)
    for _ in range(60):
        with contextlib.suppress(RuntimeError):
            desk.works()
        desk.clock.advance(5)
    monkeypatch.undo()
    desk.works(seconds=20)

    assert 25 == len(desk.texts)
    assert 25 == len({sms.subscriber for sms in desk.taken})
    assert State.DONE is desk.found(broadcast.id).state


def test_it_goes_no_faster_than_was_asked_for(desk: Desk) -> None:
    desk.started(30, per_minute=60)
    begins = desk.clock.now()

    while desk.clock.now() < begins + timedelta(seconds=20):
        desk.works()
        desk.clock.advance(1)

    assert 20 <= len(desk.texts) <= 27


def test_only_what_leaves_within_seconds_waits_in_the_outbox(desk: Desk) -> None:
    broadcast = desk.started(150)

    desk.fill()
    desk.clock.advance(30)
    desk.fill()

    assert 100 == desk.numbers(broadcast.id)["waiting"]  # five a second, for twenty seconds


def test_what_is_paused_leaves_no_more_and_goes_on_where_it_was(desk: Desk) -> None:
    broadcast = desk.started(20, per_minute=600)
    desk.clock.advance(1)
    desk.fill()

    desk.room.direct.pause(broadcast.id, OFFICER, "a wrong date")
    desk.works(seconds=60)
    assert [] == desk.texts
    desk.room.direct.resume(broadcast.id, HEAD)
    desk.works(seconds=60)

    assert 20 == len(desk.texts) == len({sms.subscriber for sms in desk.taken})
    assert State.DONE is desk.found(broadcast.id).state


def test_what_is_cancelled_is_taken_back_as_far_as_it_has_not_left(desk: Desk) -> None:
    broadcast = desk.started(20, per_minute=600)
    desk.clock.advance(1)
    desk.fill()
    filled = desk.found(broadcast.id).filled

    desk.room.direct.cancel(broadcast.id, HEAD, "the rain has ended")
    desk.works(seconds=20)

    assert [] == desk.texts
    assert {"taken_back": filled} == desk.numbers(broadcast.id)
    ended = desk.found(broadcast.id)
    assert (State.CANCELLED, True) == (ended.state, ended.closed_at is not None)
    with pytest.raises(Refused, match="is cancelled"):
        desk.room.direct.resume(broadcast.id, OFFICER)


def test_what_holds_no_longer_is_not_sent(desk: Desk, clock: FixedClock) -> None:
    ends = clock.now() + timedelta(minutes=10)
    broadcast = desk.started(3, per_minute=1, valid_until=ends)

    desk.works(seconds=700)

    assert 0 < len(desk.texts) <= 3
    late = desk.started(3, per_minute=1, valid_until=clock.now() + timedelta(seconds=70))
    desk.works(seconds=100)
    ended = desk.found(late.id)
    assert (State.DONE, "expired", 2) == (ended.state, ended.why, ended.filled)
    assert State.DONE is desk.found(broadcast.id).state


@pytest.mark.parametrize("paused", [False, True])
def test_a_clock_that_is_wrong_ends_no_broadcast(
    desk: Desk, clock: FixedClock, paused: bool
) -> None:
    broadcast = desk.started(3, per_minute=1, valid_until=clock.now() + timedelta(minutes=10))
    desk.works()
    if paused:
        desk.room.direct.pause(broadcast.id, OFFICER, "a wrong date")
    clock.advance(hours=4)
    clock.ahead = 4 * 3600.0

    desk.works(seconds=30)

    found = desk.found(broadcast.id)
    assert (State.PAUSED if paused else State.SENDING, 1) == (found.state, len(desk.taken))
    clock.advance(hours=-4)
    clock.ahead = 0.0
    if paused:
        desk.room.direct.resume(broadcast.id, OFFICER)
    desk.works(seconds=200)
    assert 3 == len(desk.taken) == len({sms.subscriber for sms in desk.taken})


def test_a_large_one_waits_for_a_second_person_who_is_never_its_own(
    database: Engine, clock: FixedClock
) -> None:
    desk = Desk(database, clock)
    check = replace(desk.room.check, approval_above=2)
    draft = desk.drafted(3)

    assert State.WAITING is check(draft.id, OFFICER).state
    with pytest.raises(Refused, match="gateway broadcast approve"):
        desk.room.direct.start(draft.id, OFFICER)
    for same in (OFFICER, " ASHA "):
        with pytest.raises(Refused, match="somebody else approves"):
            desk.room.direct.approve(draft.id, same)
    assert State.APPROVED is desk.room.direct.approve(draft.id, HEAD).state
    assert State.SENDING is desk.room.direct.start(draft.id, OFFICER).state
    desk.rig.pool.shutdown()


def at_night(desk: Desk) -> None:
    """Moves the clock on into the night: the quiet hours are those of UTC here."""
    while not QUIET.hold(desk.clock.now()):
        desk.clock.advance(hours=1)


QUIET = QuietHours.parse("20:00-07:00", FixedClock().now().tzinfo)  # type: ignore[arg-type]


def test_at_night_nothing_goes_that_is_not_urgent(desk: Desk) -> None:
    at_night(desk)
    draft = desk.drafted(2)
    desk.room.check(draft.id, OFFICER)

    with pytest.raises(Refused, match=r"07:00.*--urgent"):
        desk.room.direct.start(draft.id, OFFICER)
    with pytest.raises(Refused, match="07:00"):
        desk.room.direct.schedule(draft.id, desk.clock.now() + timedelta(minutes=1), OFFICER)
    desk.started(2, lane=Lane.URGENT)
    desk.works(seconds=10)

    assert 2 == len(desk.texts)


def test_what_the_night_falls_upon_waits_for_the_morning(desk: Desk) -> None:
    broadcast = desk.started(20, per_minute=600)
    desk.clock.advance(1)
    desk.fill()
    assert desk.numbers(broadcast.id)["waiting"]
    at_night(desk)

    desk.works(seconds=60)
    assert [] == desk.texts
    while QUIET.hold(desk.clock.now()):
        desk.clock.advance(hours=1)
        desk.works()
    desk.works(seconds=60)

    assert 20 == len(desk.texts)


def test_it_begins_by_itself_at_its_time(desk: Desk) -> None:
    draft = desk.drafted(2)
    desk.room.check(draft.id, OFFICER)
    desk.room.direct.schedule(draft.id, desk.clock.now() + timedelta(minutes=5), OFFICER)

    desk.works(seconds=290)
    assert [] == desk.texts
    desk.works(seconds=30)

    assert 2 == len(desk.texts)


def test_an_institution_over_its_budget_is_stopped_before_and_on_the_way(desk: Desk) -> None:
    broadcast = desk.started(3)
    over = replace(desk.fill, over_budget=lambda whose, segments, at: "The budget is spent.")
    _run(over)

    paused = desk.found(broadcast.id)
    assert (State.PAUSED, "The budget is spent.") == (paused.state, paused.why)
    direct = replace(
        desk.room.direct, over_budget=lambda whose, segments, at: f"{segments} too many."
    )
    with pytest.raises(Refused, match="3 too many"):
        direct.resume(broadcast.id, OFFICER)
    assert State.SENDING is desk.room.direct.resume(broadcast.id, OFFICER).state


def test_a_limit_that_was_set_holds_it_and_a_price_says_what_it_costs(desk: Desk) -> None:
    manage = desk.rig.gateway.institutions.manage
    manage.set("gateway", {"daily_limit": 2, "price": Decimal("0.80"), "currency": "KES"}, HEAD)
    draft = desk.drafted(3)
    checked = desk.room.check(draft.id, OFFICER)

    assert "2.40 KES" == str(desk.room.read.cost_of(checked)["en"])
    with pytest.raises(Refused, match=r"daily limit of 'gateway' is 2.*gateway institutions limit"):
        desk.room.direct.start(draft.id, OFFICER)
    manage.set("gateway", {"daily_limit": 3}, HEAD)
    desk.room.direct.start(draft.id, OFFICER)
    desk.works(seconds=20)

    _, outcomes = desk.room.read.outcomes(draft.id, OFFICER)
    assert (3, {"KES": "2.40"}) == (len(desk.texts), outcomes.costs)


def test_an_institution_writes_about_its_own_topics_on_its_own_channels(desk: Desk) -> None:
    manage = desk.rig.gateway.institutions.manage
    manage.set("gateway", {"topics": ("droughts",)}, HEAD)
    with pytest.raises(Refused, match="'gateway' may not use the topic 'floods', only: droughts"):
        desk.drafted(1)
    manage.set("gateway", {"topics": (), "channels": (CHANNEL.name,)}, HEAD)

    assert CHANNEL.name == desk.drafted(1).channel


def test_a_topic_that_is_taken_from_an_institution_holds_what_was_to_come(
    desk: Desk, clock: FixedClock
) -> None:
    manage, direct = desk.rig.gateway.institutions.manage, desk.room.direct
    draft = desk.drafted(1)
    desk.room.check(draft.id, OFFICER)
    direct.schedule(draft.id, clock.now() + timedelta(minutes=5), OFFICER)
    manage.set("gateway", {"topics": ("droughts",)}, HEAD)

    with pytest.raises(Refused, match="'gateway' may not use the topic 'floods', only: droughts"):
        direct.start(draft.id, OFFICER)
    clock.advance(6 * 60)
    desk.fill()

    held = desk.room.read.one(draft.id, OFFICER)
    assert (State.PAUSED, 0) == (held.state, held.filled)
    assert "may not use the topic 'floods'" in held.why
    manage.set("gateway", {"topics": ()}, HEAD)
    assert State.SENDING is direct.resume(draft.id, OFFICER).state


def test_only_who_may_acts_and_what_was_done_stands_in_the_audit(desk: Desk) -> None:
    people = desk.rig.gateway.institutions.manage_people
    juma = {
        "gateway": frozenset({Role.BROADCASTER}),
        EVERYWHERE: frozenset({Role.ADMINISTRATOR}),
    }
    people.add(HEAD, juma, "Juma Otieno", HEAD)
    people.add("neema", {"gateway": frozenset({Role.VIEWER})}, "Neema Ali", HEAD)

    with pytest.raises(NotAllowed):
        desk.drafted(1, created_by="neema")
    draft = desk.drafted(1, created_by=HEAD)
    for deed in (desk.room.check, desk.room.direct.start, desk.room.direct.cancel):
        with pytest.raises(NotAllowed):
            deed(draft.id, "neema")
    for id in (draft.id, 999):
        with pytest.raises(NotAllowed, match="Nobody is known as 'nobody'"):
            desk.room.read.one(id, "nobody")
    desk.room.check(draft.id, HEAD)

    lines = desk.rig.gateway.institutions.read_audit.newest(AuditQuery(), HEAD)
    assert [
        (HEAD, f"broadcast {draft.id} checked: 1 recipient"),
        (HEAD, f"broadcast {draft.id} drafted"),
    ] == [(line.by, line.what) for line in lines if line.what.startswith("broadcast ")]


def test_the_newest_of_others_push_nobodys_own_off_the_list(desk: Desk) -> None:
    office = desk.rig.gateway.institutions
    manage, people = office.manage, office.manage_people
    manage.set("health", {}, HEAD)
    people.add(HEAD, {EVERYWHERE: frozenset({Role.ADMINISTRATOR, Role.BROADCASTER})}, "", HEAD)
    people.add("neema", {"gateway": frozenset({Role.VIEWER})}, "", HEAD)
    own = desk.drafted(1, created_by=HEAD)
    theirs = desk.drafted(2, created_by=HEAD, institution="health")

    def listed(institution: str, most: int, by: str) -> list[int]:
        return [each.id for each in desk.room.read.newest(institution, State, most, by)]

    assert [own.id] == listed("", 1, "neema")
    assert [theirs.id, own.id] == listed("", 9, HEAD)
    assert [theirs.id] == listed("health", 9, HEAD)
    with pytest.raises(NotAllowed, match="'neema' may not read in 'health'"):
        listed("health", 9, "neema")


def _run(fill: FillBroadcasts) -> None:
    fill()


def test_one_that_names_a_code_is_sent_no_faster_than_its_readers_may_dial(desk: Desk) -> None:
    slow = replace(desk.fill, turns_per_second=1.8)  # one a second at most
    desk.started(60, service_code="*384*2026#")

    for _ in range(11):
        slow()
        desk.rig.send_sms(CHANNEL.name, Lane.BULK)
        desk.clock.advance(1)

    assert 10 <= len(desk.texts) <= 18


def test_a_rehearsal_goes_to_ones_own_phone_alone_and_says_so(desk: Desk) -> None:
    draft = desk.drafted(3, texts={"en": "Dear {name}", "am": "{name} ጎርፍ"})

    desk.room.rehearse(draft.id, number(99), OFFICER)
    desk.works()

    assert ["TEST: Dear NAME", "TEST: NAME ጎርፍ"] == sorted(desk.texts)
    assert {number(99)} == {sms.subscriber for sms in desk.taken}
    with pytest.raises(Refused, match="no text in 'sw'"):
        desk.room.rehearse(draft.id, number(99), OFFICER, ["sw"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"texts": {}}, "needs a text"),
        ({"texts": {"en": " \u200b"}}, "is empty"),
        ({"fallback": "am", "texts": {"en": "Hi"}}, "no text in 'am'"),
        ({"texts": {"en": "Hi", "ammm": "Hi"}}, "no language 'ammm'.* has: en, am"),
        ({"texts": {"en": "Hi {"}}, "character 4"),
        ({"texts": {"en": "Hi {name}", "am": "Hi"}}, "lacks {name}"),
        ({"channel": "kee"}, "no channel 'kee'.*Did you mean 'ke'"),
        ({"title": " "}, "needs a title"),
        ({"topic": ""}, "needs a topic"),
        (
            {
                "audience": Audience(source=Source.TOPIC, topic="floods"),
                "texts": {"en": "Dear {name}"},
            },
            "only a list has columns",
        ),
    ],
)
def test_a_draft_that_cannot_be_sent_is_refused_with_what_to_do(
    desk: Desk, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        desk.drafted(1, **changes)
    assert [] == desk.room.read.newest("", State, 9, OFFICER)


def test_one_that_reaches_nobody_or_comes_too_late_is_refused(
    desk: Desk, clock: FixedClock
) -> None:
    districts = Audience(source=Source.TOPIC, topic="floods", districts=("Mbale",))
    nobody = desk.drafted(0, audience=districts)
    with pytest.raises(Refused, match="Nobody has subscribed to the topic 'floods'"):
        desk.room.check(nobody.id, OFFICER)
    with pytest.raises(Refused, match="would hold no longer"):
        desk.drafted(1, valid_until=clock.now())
    late = desk.drafted(1, valid_until=clock.now() + timedelta(hours=1))
    desk.room.check(late.id, OFFICER)
    clock.advance(hours=2)
    with pytest.raises(Refused, match="holds no longer"):
        desk.room.direct.start(late.id, OFFICER)
    long = desk.drafted(1, texts={"en": "a" * 2000})
    with pytest.raises(Refused, match="14 SMS, and 6 are the most"):
        desk.room.check(long.id, OFFICER)
    with pytest.raises(Refused, match="no broadcast 999"):
        desk.room.check(999, OFFICER)


def test_a_list_that_was_not_taken_whole_is_sent_to_nobody(desk: Desk) -> None:
    new = NewBroadcast(
        key="torn", institution="", topic="floods", title="Floods",
        audience=Audience(source=Source.LIST), texts={"en": "Hi"}, fallback="en",
        created_by=OFFICER,
    )  # fmt: skip
    draft = desk.room.draft(new)
    row = ListRow(number=Msisdn("+999700000001"), language="", values={})
    desk.lists.add(draft.id, [row], desk.clock.now())

    with pytest.raises(Refused, match="not taken whole"):
        desk.room.check(draft.id, OFFICER)


def test_nothing_is_done_with_what_has_not_come_so_far(desk: Desk) -> None:
    draft = desk.drafted(1)
    direct = desk.room.direct
    for deed in (direct.approve, direct.start, direct.pause, direct.resume):
        with pytest.raises(GatewayError, match=r"is not checked yet.*gateway broadcast check"):
            deed(draft.id, HEAD)


def test_mts_of_others_do_not_count_as_its_own(desk: Desk) -> None:
    desk.rig.accepts("Somebody's answer")
    broadcast = desk.started(1)

    desk.works(seconds=10)

    assert {"sent": 1} == desk.numbers(broadcast.id)


def test_a_topic_that_nobody_knows_is_refused_with_the_nearest(desk: Desk) -> None:
    said = ConsentChange(
        subscriber=number(1), topic="floods", state=ConsentState.OPTED_IN, source="sms"
    )
    desk.rig.consents.change([said], desk.clock.now())
    misspelt = Audience(source=Source.TOPIC, topic="flods")
    for audience in (misspelt, replace(misspelt, districts=("Mbale",))):
        draft = desk.drafted(0, topic="flods", audience=audience)
        with pytest.raises(Refused, match=r"topic 'flods'\. Did you mean 'floods'"):
            desk.room.check(draft.id, OFFICER)


def test_a_broadcast_for_a_later_day_is_held_to_the_limit_of_that_day(
    desk: Desk, clock: FixedClock
) -> None:
    entry = AuditEntry(at=clock.now(), by=HEAD, institution="gateway", act="set", what="limits")
    institutions = desk.rig.gateway.institutions
    institutions.spend.institutions.put(Institution(name="gateway", daily_limit=3), entry)
    desk.started(3)
    desk.works(seconds=20)
    tomorrow = desk.drafted(3, title="tomorrow")
    desk.room.check(tomorrow.id, OFFICER)

    with pytest.raises(Refused, match="daily limit"):
        desk.room.direct.start(tomorrow.id, OFFICER)
    scheduled = desk.room.direct.schedule(tomorrow.id, clock.now() + timedelta(days=1), OFFICER)

    assert State.SCHEDULED is scheduled.state


def _copies(engine: Engine) -> list[str]:
    with transaction(engine) as connection:
        mt = outbound_sms.c
        return list(connection.scalars(select(mt.status).where(mt.resend_of.is_not(None))))


def test_nothing_of_a_cancelled_broadcast_is_sent_once_more(
    desk: Desk, database: Engine, clock: FixedClock
) -> None:
    def lose(sms: OutboundSms) -> None:
        raise OutcomeUnknown("cut")

    desk.rig.provider.before = lose
    broadcast = desk.started(2, lane=Lane.URGENT)
    desk.works(seconds=20)
    assert 2 == desk.numbers(broadcast.id)["unknown"]
    settle = desk.rig.gateway.upkeep.settle_unknown
    clock.advance(12 * 60)
    settle()
    copies = _copies(database)
    assert ["queued", "queued"] == copies

    desk.room.direct.cancel(broadcast.id, OFFICER)
    clock.advance(30 * 60)
    settle()

    assert ["refused", "refused"] == _copies(database)
    assert {"unknown": 2} == desk.numbers(broadcast.id)
    with pytest.raises(Refused, match="is done"):
        desk.room.direct.cancel(broadcast.id, OFFICER)


def test_what_is_unknown_when_a_source_withdraws_its_warning_is_not_sent_once_more(
    desk: Desk, database: Engine, clock: FixedClock
) -> None:
    def lose(sms: OutboundSms) -> None:
        raise OutcomeUnknown("cut")

    desk.rig.provider.before = lose
    broadcast = desk.started(2, lane=Lane.URGENT)
    desk.works(seconds=20)

    desk.room.direct.supersede(broadcast.id, "weather", "alert 2")
    clock.advance(30 * 60)
    desk.rig.gateway.upkeep.settle_unknown()

    assert [] == _copies(database)


def test_the_report_stays_when_the_sms_are_removed(
    desk: Desk, database: Engine, clock: FixedClock
) -> None:
    broadcast = desk.started(3)
    desk.works(seconds=20)
    before = desk.room.read.outcomes(broadcast.id, OFFICER)[1]
    assert 3 == before.number

    assert not desk.room.keep_reports()
    clock.advance(hours=6 * 24)
    desk.room.keep_reports()
    with transaction(database) as connection:
        connection.execute(delete(outbound_sms))

    assert before == desk.room.read.outcomes(broadcast.id, OFFICER)[1]


@pytest.fixture
def stopped(desk: Desk, clock: FixedClock) -> Msisdn:
    """Somebody of the audience who has said STOP."""
    stop = ConsentChange(
        subscriber=number(1), topic="*", state=ConsentState.OPTED_OUT, source="sms STOP"
    )
    desk.rig.consents.change([stop], clock.now())
    return number(1)


def an_emergency(desk: Desk, **changes: object) -> Broadcast:
    """Returns a warning that one has drafted and another declared an emergency."""
    until = desk.clock.now() + timedelta(hours=3)
    draft = desk.drafted(3, valid_until=until, **changes)
    return desk.room.direct.declare_emergency(draft.id, HEAD, "Dam failure, Disaster Act 12")


def test_an_emergency_goes_to_those_who_said_stop_and_says_so(desk: Desk, stopped: Msisdn) -> None:
    declared = an_emergency(desk)
    checked = desk.room.check(declared.id, OFFICER)

    assert (State.WAITING, 3, 1) == (
        checked.state, checked.recipients, checked.estimate["despite_stop"],
    )  # fmt: skip
    desk.room.direct.approve(declared.id, HEAD)
    desk.room.direct.start(declared.id, OFFICER)
    desk.works(seconds=20)

    assert {Purpose.EMERGENCY} == {sms.purpose for sms in desk.taken}
    assert {Lane.URGENT} == {sms.lane for sms in desk.taken}
    assert stopped in {sms.subscriber for sms in desk.taken}
    trail = desk.rig.gateway.institutions.trail
    (line,) = trail.newest(AuditQuery(act="emergency"))
    assert (HEAD, f"broadcast {declared.id} declared an emergency") == (line.by, line.what)
    assert "Dam failure, Disaster Act 12" == line.reason


def test_without_the_declaration_the_same_broadcast_leaves_them_alone(
    desk: Desk, stopped: Msisdn
) -> None:
    desk.started(3, lane=Lane.URGENT)
    desk.works(seconds=20)

    assert stopped not in {sms.subscriber for sms in desk.taken}
    assert 2 == len(desk.taken)


def test_an_emergency_goes_out_though_its_topic_is_taken_away(desk: Desk) -> None:
    declared = an_emergency(desk)
    desk.room.check(declared.id, OFFICER)
    desk.room.direct.approve(declared.id, HEAD)
    desk.rig.gateway.institutions.manage.set("gateway", {"topics": ("droughts",)}, HEAD)

    desk.room.direct.start(declared.id, OFFICER)
    desk.works(seconds=20)

    assert 3 == len(desk.taken)


@pytest.mark.parametrize(
    ("holds", "reason", "why"),
    [(None, "Dam failure", "until when"), (3, "  ", "which danger"), (3, "", "which danger")],
)
def test_an_emergency_without_an_end_or_a_reason_is_refused(
    desk: Desk, holds: int | None, reason: str, why: str
) -> None:
    until = None if holds is None else desk.clock.now() + timedelta(hours=holds)
    draft = desk.drafted(3, valid_until=until)

    with pytest.raises(Refused, match=why):
        desk.room.direct.declare_emergency(draft.id, HEAD, reason)

    assert not desk.found(draft.id).is_emergency


def test_an_emergency_takes_the_role_and_two_people(desk: Desk) -> None:
    people = desk.rig.gateway.institutions.manage_people
    people.add("adam", {EVERYWHERE: frozenset({Role.ADMINISTRATOR})}, "", "adam")
    people.add(OFFICER, {"gateway": frozenset({Role.BROADCASTER})}, "", "adam")
    until = desk.clock.now() + timedelta(hours=3)
    draft = desk.drafted(3, valid_until=until)

    with pytest.raises(NotAllowed):
        desk.room.direct.declare_emergency(draft.id, OFFICER, "Dam failure")
    desk.room.direct.declare_emergency(draft.id, "adam", "Dam failure")
    with pytest.raises(Refused, match="already"):
        desk.room.direct.declare_emergency(draft.id, "adam", "Dam failure")
    assert State.WAITING is desk.room.check(draft.id, OFFICER).state
    with pytest.raises(Refused, match="somebody else approves"):
        desk.room.direct.approve(draft.id, OFFICER)
    assert State.APPROVED is desk.room.direct.approve(draft.id, "adam").state


def test_of_what_a_source_has_drafted_who_declares_it_does_not_approve_it(desk: Desk) -> None:
    declared = an_emergency(desk, created_by="alerts from weather")
    desk.room.check(declared.id, OFFICER)

    with pytest.raises(Refused, match="declared it an emergency"):
        desk.room.direct.approve(declared.id, HEAD)
    assert State.APPROVED is desk.room.direct.approve(declared.id, OFFICER).state


def test_what_is_on_its_way_becomes_no_emergency_any_more(desk: Desk) -> None:
    until = desk.clock.now() + timedelta(hours=3)
    started = desk.started(3, valid_until=until)

    with pytest.raises(Refused, match="so it cannot be declared an emergency"):
        desk.room.direct.declare_emergency(started.id, HEAD, "Dam failure")


def test_a_limit_lowered_on_the_way_holds_the_rest_and_raised_lets_each_have_it_once(
    desk: Desk,
) -> None:
    manage, direct = desk.rig.gateway.institutions.manage, desk.room.direct
    manage.set("gateway", {"monthly_limit": 100}, HEAD)
    broadcast = desk.started(20, per_minute=60)
    desk.works(seconds=5)
    got = len(desk.taken)
    manage.set("gateway", {"monthly_limit": got}, HEAD)
    desk.works(seconds=60)

    held = desk.found(broadcast.id)
    assert (State.PAUSED, True) == (held.state, 0 < len(desk.taken) < 20)
    assert "monthly limit" in held.why
    with pytest.raises(Refused, match="monthly limit"):
        direct.resume(broadcast.id, OFFICER)
    manage.set("gateway", {"monthly_limit": 100}, HEAD)
    desk.works(seconds=30)
    assert State.PAUSED is desk.found(broadcast.id).state, "a person says that it goes on"
    direct.resume(broadcast.id, OFFICER)
    desk.works(seconds=60)

    assert 20 == len(desk.taken) == len({sms.subscriber for sms in desk.taken})
    assert State.DONE is desk.found(broadcast.id).state


def test_a_month_that_ends_on_the_way_begins_the_limit_anew_and_each_counts_where_it_was_accepted(
    desk: Desk,
) -> None:
    institutions = desk.rig.gateway.institutions
    institutions.manage.set("gateway", {"monthly_limit": 12}, HEAD)
    today = desk.clock.now().astimezone(institutions.spend.zone)
    ends = (today.replace(day=1, hour=0, minute=0, second=0) + timedelta(days=32)).replace(day=1)
    desk.clock.advance((ends - today).total_seconds() - 10)
    draft = desk.drafted(20, per_minute=60, lane=Lane.URGENT)
    desk.room.check(draft.id, OFFICER)
    with pytest.raises(Refused, match="monthly limit"):
        desk.room.direct.start(draft.id, OFFICER)
    institutions.manage.set("gateway", {"monthly_limit": 20}, HEAD)
    desk.room.direct.start(draft.id, OFFICER)
    institutions.manage.set("gateway", {"monthly_limit": 12}, HEAD)

    desk.works(seconds=120)
    while institutions.count_spending():
        pass

    assert State.DONE is desk.found(draft.id).state
    before = _sent_in(desk, ends - timedelta(days=1))
    assert 0 < before <= 12
    assert 20 - before == _sent_in(desk, ends)


def _sent_in(desk: Desk, day: datetime) -> int:
    """Returns the SMS that the account of a day's month has."""
    account = desk.rig.gateway.institutions.read_ledger(f"{day:%Y-%m}", "", HEAD)
    return sum(sums.number for _, sums in account.lines)


@pytest.mark.parametrize("asked_for", [CHANNEL.name, ""])
def test_a_channel_that_is_taken_from_an_institution_holds_what_was_to_come(
    desk: Desk, clock: FixedClock, asked_for: str
) -> None:
    direct, entry = (
        desk.room.direct,
        AuditEntry(at=clock.now(), by=HEAD, institution="gateway", act="set", what="channels"),
    )
    put = desk.rig.gateway.institutions.spend.institutions.put
    draft = desk.drafted(1, channel=asked_for)
    desk.room.check(draft.id, OFFICER)
    direct.schedule(draft.id, clock.now() + timedelta(minutes=5), OFFICER)
    put(Institution(name="gateway", channels=("elsewhere",)), entry)

    if asked_for:
        with pytest.raises(Refused, match="may not use the channel 'ke', only: elsewhere"):
            direct.start(draft.id, OFFICER)
    clock.advance(6 * 60)
    desk.fill()

    held = desk.found(draft.id)
    assert (State.PAUSED, 0) == (held.state, held.filled)
    assert "may not use the channel 'ke'" in held.why
    put(Institution(name="gateway"), entry)
    assert State.SENDING is direct.resume(draft.id, OFFICER).state

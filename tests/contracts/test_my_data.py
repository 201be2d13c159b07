"""A subscriber's own data: all that is held, what erasing leaves, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, LargeBinary

from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_toolkit import data_rights
from gateway.adapters.sql.handler_toolkit.data_rights import SqlMyData
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit, toolkit
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.sql.ussd.kept_questions import SqlKeptQuestions
from gateway.adapters.sql.ussd.resume_points import SqlResumePoints
from gateway.adapters.sql.ussd.slow_calls import SqlSlowCalls
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import NoWayBySms
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.handler_api import Column, Table
from gateway.use_cases.ports import ConsentChange, Conversation, Outcomes, ResumePoint, Routed
from gateway.use_cases.ports.calls import Result
from gateway.use_cases.ports.reminders import NewQuestion
from gateway.use_cases.ports.sms.broadcasts import ListRow
from tests.clock import FixedClock
from tests.session_samples import turn

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
#: One token of two applications: nothing but its scope tells these two apart.
HERE, THERE = (ProviderToken("at", each, "4bd1aa30c2f94e07") for each in ("here", "there"))
CHILDREN = Table(
    name="children",
    columns=(Column(name="id", max=8), Column(name="name", max=20, personal=True)),
    key=("id",),
)
WRONG_TRIES = Table(
    name="wrong_tries", columns=(Column(name="day", max=10),), key=("day",), kept=True
)
RELEASE = Release(
    id="r1",
    languages={"en": "English"},
    services={},
    screens={},
    phrases={},
    messages={"due": LocalisedText({"en": Template.parse("Due.")})},
)


class Rig:
    """The desk on a database, with the stores that hold something on a subscriber."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine = engine
        self.clock = clock
        self.inbox = SqlInbox(engine, KEYRING)
        self.outbox = SqlOutbox(engine, KEYRING)
        self.subscribers = SqlSubscribers(engine, KEYRING)
        self.consents = SqlConsents(engine, KEYRING)
        self.points = SqlResumePoints(engine, KEYRING)
        self.slow_calls = SqlSlowCalls(engine, KEYRING)
        self.questions = SqlKeptQuestions(engine, KEYRING)
        self.desk: SqlToolkit = toolkit(
            engine=engine,
            datasets={},
            tables={each.name: each for each in (CHILDREN, WRONG_TRIES)},
            keyring=KEYRING,
            clock=clock,
            zone=ZoneInfo("Africa/Nairobi"),
            releases=ServedReleases(RELEASE),
            posted=["report_problem"],
            choose_language=lambda subscriber, language: self.subscribers.choose_language(
                subscriber, language, clock.now()
            ),
        )
        self.calls = 0

    def call(self, subscriber: Identity = ASHA) -> ServiceCall:
        self.calls += 1
        return ServiceCall(
            handler="my_data",
            answers={},
            language="en",
            subscriber=subscriber,
            key=f"turn {self.calls}",
            at=self.clock.now(),
            channel="ke",
        )

    def leave_traces(self, subscriber: Identity) -> str:
        """Leaves something everywhere; returns the number of a case."""
        self.desk.records.put("children", self.call(subscriber), {"id": "1", "name": "Neema"})
        self.desk.records.put("children", self.call(subscriber), {"id": "2", "name": "Zawadi"})
        self.desk.subscriptions.add(self.call(subscriber), "warnings", "Mbale")
        self.desk.pins.set(self.call(subscriber), "benefits", "4711", of="30110042")
        self.desk.proofs.check(self.call(subscriber), "benefits", of="30110042", fits=True)
        self.desk.my.set_language(self.call(subscriber), "en")
        self.desk.help.leave(self.call(subscriber), "health", "When do you open?")
        self.desk.reminders.schedule(
            self.call(subscriber),
            message="due",
            values={},
            at=self.clock.now() + timedelta(days=1),
            topic="vaccination",
            key="1",
        )
        listed = ListRow(number=subscriber, language="", values={"name": "Neema"})
        SqlRecipientLists(self.engine, KEYRING).add(1, [listed], self.clock.now())
        self._wait_for_a_result(subscriber)
        self._exchange_sms(subscriber)
        self._be_cut_off(subscriber)
        self.answer_slowly(subscriber, delivered=True)
        return self.desk.cases.open(self.call(subscriber), "report_problem", "water", {})

    def _wait_for_a_result(self, subscriber: Identity) -> None:
        now = self.clock.now()
        session = Session(release="r1", language="en", at="warnings.not_out")
        self.questions.keep(
            NewQuestion(
                channel="ke",
                subscriber=subscriber,
                session=session,
                asked="No result yet.",
                institution="",
                kept_at=now,
                expires_at=now + timedelta(days=30),
                ask_at=now + timedelta(hours=1),
            )
        )

    def settle_calls(self, subscriber: Identity, conversation: Conversation) -> bool:
        """Receives an SMS that leads to this state of a dialogue; returns whether it was stored."""
        self.calls += 1
        received = InboundSms(
            provider_ref=f"said {self.calls}", subscriber=subscriber, to="2026", text="HI"
        )
        inbound_id = self.inbox.accept("ke", received, self.clock.now())
        assert inbound_id is not None
        ends_at = self.clock.now() + timedelta(hours=1)
        routed = Routed(
            inbound_id=inbound_id, conversation=conversation, conversation_expires_at=ends_at
        )
        return self.inbox.finish(routed, self.clock.now())

    def _exchange_sms(self, subscriber: Identity) -> None:
        now = self.clock.now()
        received = InboundSms(
            provider_ref=subscriber.as_stored, subscriber=subscriber, to="2026", text="RESULT"
        )
        inbound_id = self.inbox.accept("ke", received, now)
        assert inbound_id is not None
        self.inbox.finish(Routed(inbound_id=inbound_id), now)
        self.outbox.add([_mt(subscriber, "sent")], now)
        self._fail_all_mts()

    def _fail_all_mts(self) -> None:
        now = self.clock.now()
        leased = self.outbox.lease("ke", Lane.BULK, 10, now, now + timedelta(seconds=60))
        ids = [sms.id for sms in leased]
        self.outbox.start(ids, Outcomes(), now)
        over = dict.fromkeys(ids, (DeliveryStatus.FAILED, "test"))
        self.outbox.start([], Outcomes(final=over), now)

    def _be_cut_off(self, subscriber: Identity) -> None:
        point = ResumePoint(
            code=KEYRING.index("resume code", subscriber.as_stored).hex(),
            service="exam_results",
            fact="",
            kept=turn(),
            expires_at=self.clock.now() + timedelta(hours=1),
        )
        assert self.points.nudge(_mt(subscriber, "nudge"), point, self.clock.now())
        self._fail_all_mts()

    def answer_slowly(self, subscriber: Identity, *, delivered: bool) -> int:
        """Begins a slow call; its answer is shown on the screen if it is delivered."""
        now, call = self.clock.now(), self.call(subscriber)
        began = self.slow_calls.begin(
            call, Session(release="r1", language="en", at="a.b"), now, now
        )
        if delivered:
            self.slow_calls.finish(began.id, Result(Outcome("found")), now)
            self.slow_calls.take(began.id, now)
        return began.id

    def held(self, subscriber: Identity = ASHA) -> dict[str, str]:
        return {row["what"]: row["count"] for row in self.desk.my.held(self.call(subscriber))}


def _mt(subscriber: Identity, key: str) -> NewSms:
    return NewSms(
        channel="ke",
        subscriber=subscriber,
        text="Hello",
        lane=Lane.BULK,
        purpose=Purpose.NOTICE,
        key=f"{subscriber.as_stored} {key}",
    )


@pytest.fixture
def rig(database: Engine, clock: FixedClock) -> Rig:
    return Rig(database, clock)


EVERYWHERE = {
    "language": "1",
    "consents": "1",
    "consent_proofs": "2",
    "cases": "1",
    "subscriptions": "1",
    "reminders": "1",
    "kept_questions": "1",
    "broadcast_lists": "1",
    "pins": "1",
    "proofs": "1",
    "help_messages": "1",
    "sms_received": "1",
    "sms_sent": "2",
    "resume_codes": "1",
    "slow_answers": "1",
    "postings": "1",
    "children": "2",
}


two_people = pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(ASHA, JUMA, id="numbers"),
        pytest.param(HERE, THERE, id="tokens"),
        pytest.param(HERE, ASHA, id="a token and a number"),
    ],
)


@two_people
def test_all_that_is_held_is_told_to_its_subscriber_alone(
    rig: Rig, one: Identity, other: Identity
) -> None:
    rig.leave_traces(one)

    assert EVERYWHERE == rig.held(one)
    assert {} == rig.held(other)


def test_dates_are_those_of_the_deployment(database: Engine) -> None:
    evening = FixedClock(datetime.fromisoformat("2026-11-23T21:30:00+00:00"))
    rig = Rig(database, evening)
    rig.desk.my.set_language(rig.call(), "en")

    assert [{"what": "language", "since": "2026-11-24", "count": "1"}] == rig.desk.my.held(
        rig.call()
    )


def test_the_first_of_many_says_since_when(rig: Rig) -> None:
    rig.desk.records.put("children", rig.call(), {"id": "1", "name": "Neema"})
    first = f"{rig.clock.now():%Y-%m-%d}"
    rig.clock.advance(days=2)
    rig.desk.records.put("children", rig.call(), {"id": "2", "name": "Zawadi"})

    assert [{"what": "children", "since": first, "count": "2"}] == rig.desk.my.held(rig.call())


@two_people
def test_erasing_leaves_the_case_without_its_subscriber_and_nothing_of_another(
    rig: Rig, one: Identity, other: Identity
) -> None:
    number, _ = rig.leave_traces(one), rig.leave_traces(other)

    rig.desk.my.erase(rig.call(one))

    assert {} == rig.held(one)
    assert EVERYWHERE == rig.held(other)
    case = rig.desk.cases.find(number)
    assert case is not None
    assert ("water", "received") == (case.category, case.status)
    assert not rig.desk.cases.confirm(rig.call(one), number, mended=True)
    assert ["erased"] == [row["what"] for row in rig.desk.my.who_looked(rig.call(one))]


@pytest.mark.parametrize("who", [pytest.param(ASHA, id="number"), pytest.param(HERE, id="token")])
def test_after_erasing_the_subscriber_stands_nowhere(rig: Rig, who: Identity) -> None:
    rig.leave_traces(who)

    rig.desk.my.erase(rig.call(who))

    index = KEYRING.index_of(who)
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
        with statements(rig.engine) as connection:
            for row in connection.execute(table.select()).mappings():
                for column in columns:
                    # The note of who looked is kept, and tells no number to whoever has not got it.
                    if (table.name, column.name) != ("audit", "msisdn_index"):
                        assert row[column.name] != index, f"{table.name}.{column.name}"


def test_no_table_with_a_number_is_left_out() -> None:
    numbered = {name for name, table in metadata.tables.items() if "msisdn_index" in table.columns}
    told = {table.name for table, _ in data_rights._HELD.values()}

    # Who looked is told in its own words; a conversation is emptied, and its row stays: the answer
    # to the very wish to be erased is stored against its version.
    assert numbered == told | {"audit", "conversations"}


def test_answers_of_a_conversation_are_erased_and_it_can_be_gone_on_with(rig: Rig) -> None:
    spoken = Session(release="r1", language="en", at="a.b", answers={"a.name": "Asha"})
    rig.settle_calls(ASHA, Conversation(spoken, 0))
    before = rig.inbox.conversation("ke", ASHA, rig.clock.now())

    rig.desk.my.erase(rig.call())

    assert Conversation(None, 1) == rig.inbox.conversation("ke", ASHA, rig.clock.now())
    assert rig.settle_calls(ASHA, Conversation(None, before.version))


def test_what_is_kept_against_abuse_outlives_erasing(rig: Rig) -> None:
    rig.desk.records.put("wrong_tries", rig.call(), {"day": "2026-11-23"})

    rig.desk.my.erase(rig.call())

    assert {"wrong_tries": "1"} == rig.held()


def test_an_answer_that_is_still_awaited_is_not_torn_away(rig: Rig) -> None:
    call_id = rig.answer_slowly(ASHA, delivered=False)

    rig.desk.my.erase(rig.call())

    assert {"slow_answers": "1"} == rig.held()
    assert rig.slow_calls.finish(call_id, Result(Outcome("found")), rig.clock.now())


def test_what_is_at_hand_beside_the_database_is_forgotten_too(
    database: Engine, clock: FixedClock
) -> None:
    forgotten: list[Identity] = []
    data = SqlMyData(
        database, KEYRING, {}, UTC, lambda subscriber, language: None, forgotten.append
    )

    data.erase(Rig(database, clock).call())

    assert [ASHA] == forgotten


def test_a_refusal_to_be_written_to_outlives_erasing(rig: Rig) -> None:
    rig.desk.my.set_consent(rig.call(), EVERYTHING, on=False)
    rig.desk.my.set_consent(rig.call(), "prices", on=True)

    rig.desk.my.erase(rig.call())

    assert [{"topic": EVERYTHING, "state": "off"}] == rig.desk.my.consents(rig.call())


def test_what_is_still_on_its_way_is_not_torn_away(rig: Rig) -> None:
    now = rig.clock.now()
    rig.outbox.add([_mt(ASHA, "queued")], now)
    waiting = InboundSms(provider_ref="w", subscriber=ASHA, to="2026", text="ERASE")
    inbound_id = rig.inbox.accept("ke", waiting, now)

    rig.desk.my.erase(rig.call())

    assert {"sms_received": "1", "sms_sent": "1"} == rig.held()
    assert inbound_id is not None
    assert rig.inbox.read(inbound_id) is not None


def test_erasing_in_the_same_turn_again_leaves_what_came_since(rig: Rig) -> None:
    call = rig.call()
    rig.desk.my.erase(call)
    rig.leave_traces(ASHA)

    rig.desk.my.erase(call)

    assert EVERYWHERE == rig.held()


def test_what_was_said_last_about_a_topic_counts(rig: Rig) -> None:
    rig.desk.my.set_consent(rig.call(), "prices", on=False)
    rig.desk.my.set_consent(rig.call(), "warnings", on=True)
    rig.clock.advance(1)
    rig.desk.my.set_consent(rig.call(), "prices", on=True)
    stop = ConsentChange(
        subscriber=ASHA, topic="warnings", state=ConsentState.OPTED_OUT, source="sms"
    )
    rig.consents.change([stop], rig.clock.now())

    expected = [{"topic": "prices", "state": "on"}, {"topic": "warnings", "state": "off"}]
    assert expected == rig.desk.my.consents(rig.call())
    assert [] == rig.desk.my.consents(rig.call(JUMA))


def test_a_turn_that_comes_again_proves_what_was_said_once(rig: Rig) -> None:
    call = rig.call()

    rig.desk.my.set_consent(call, "prices", on=True)
    rig.clock.advance(1)
    rig.desk.my.set_consent(replace(call, at=rig.clock.now()), "prices", on=True)

    assert "1" == rig.held()["consent_proofs"]


def test_a_topic_that_was_asked_for_before_stop_is_off_and_after_it_on(rig: Rig) -> None:
    rig.desk.my.set_consent(rig.call(), "prices", on=True)
    rig.clock.advance(1)
    rig.desk.my.set_consent(rig.call(), EVERYTHING, on=False)
    rig.clock.advance(1)
    rig.desk.my.set_consent(rig.call(), "warnings", on=True)

    states = {row["topic"]: row["state"] for row in rig.desk.my.consents(rig.call())}

    assert {EVERYTHING: "off", "prices": "off", "warnings": "on"} == states


def test_a_language_that_was_set_is_remembered(rig: Rig) -> None:
    rig.desk.my.set_language(rig.call(), "sw")

    assert "sw" == rig.subscribers.language(ASHA)
    assert "" == rig.subscribers.language(JUMA)


def test_the_newest_looks_come_first_and_not_too_many(rig: Rig) -> None:
    rig.desk.records.put("children", rig.call(), {"id": "1", "name": "Neema"})
    for _ in range(25):
        rig.clock.advance(days=1)
        rig.desk.records.find("children")

    looks = rig.desk.my.who_looked(rig.call())

    assert 20 == len(looks)
    assert f"{rig.clock.now():%Y-%m-%d}" == looks[0]["at"]


def test_who_has_looked_often_on_a_day_is_told_once_for_it(rig: Rig) -> None:
    rig.desk.records.put("children", rig.call(), {"id": "1", "name": "Neema"})
    for hours in (1, 1, 1, 24, 1):
        rig.clock.advance(hours=hours)
        rig.desk.records.find("children")

    days = [row["at"] for row in rig.desk.my.who_looked(rig.call())]

    assert sorted(set(days), reverse=True) == days
    assert f"{rig.clock.now():%Y-%m-%d}" == days[0]


def test_what_is_promised_by_sms_is_refused_to_whom_none_can_reach(rig: Rig) -> None:
    call = replace(rig.call(HERE), by_sms=False)
    promises: list[Callable[[], object]] = [
        lambda: rig.desk.subscriptions.add(call, "warnings", "Mbale"),
        lambda: rig.desk.help.leave(call, "health", "When do you open?"),
        lambda: rig.desk.reminders.schedule(
            call, message="due", values={}, at=rig.clock.now(), topic="vaccination", key="1"
        ),
    ]

    for promise in promises:
        with pytest.raises(NoWayBySms):
            promise()

    assert {} == rig.held(HERE)
    assert [] == rig.desk.my.consents(rig.call(HERE))

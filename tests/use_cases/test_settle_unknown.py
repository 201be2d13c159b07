"""An SMS of which nobody knows whether the provider has it is settled, and nobody is left waiting.

The provider here remembers what it took; what it answers, and which reports it sends, is scripted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from gateway.domain.faults_and_errors.errors import OutcomeUnknown, ProviderUnavailable
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import FINAL, DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.outbound import settle_unknown
from gateway.use_cases.outbound.settle_unknown import SettleUnknown
from gateway.use_cases.ports import ConsentChange
from tests.fakes import NoThrottle
from tests.use_cases.rig import CALLER, CHANNEL, OTHER_CALLER, Rig

MINUTES = 60
REPLY = {"lane": Lane.REPLY, "purpose": Purpose.REPLY, "topic": ""}
URGENT = {"lane": Lane.URGENT}


@dataclass
class Asked:
    """A provider that says of what it was handed whether it has it, or fails to."""

    has: dict[str, DeliveryStatus] = field(default_factory=dict)
    failure: Exception | None = None
    asks: list[str] = field(default_factory=list)

    def find_sent(
        self, sms: OutboundSms, since: datetime, is_another: Callable[[str], bool]
    ) -> DeliveryReport | None:
        self.asks.append(sms.text)
        if self.failure is not None:
            raise self.failure
        status = self.has.get(sms.text)
        if status is None or is_another(f"ref-{sms.id}"):
            return None
        return DeliveryReport(
            provider_ref=f"ref-{sms.id}", status=status, detail=status.value, message_id=sms.id
        )


def settles(rig: Rig, asked: Asked | None = None) -> SettleUnknown:
    """Returns the use case; without a provider that can be asked, as most are."""
    return replace(rig.gateway.outbound.settle, asked={} if asked is None else {"ke": asked})


def loses(rig: Rig, *texts: str, **kind: object) -> list[int]:
    """Sends MTs whose answers are lost; the provider works again afterwards."""
    rig.provider.answers |= {text: OutcomeUnknown("provider_error", "500") for text in texts}
    ids = rig.accepts(*texts, **kind)
    sends(rig)
    for text in texts:
        del rig.provider.answers[text]
    return list(ids)


def sends(rig: Rig) -> None:
    for lane in Lane:
        rig.send_sms("ke", lane)


def reports(rig: Rig, *texts: str, status: DeliveryStatus = DeliveryStatus.DELIVERED) -> None:
    """Lets the reports of another's MTs come."""
    newest = rig.outbox.to_subscriber(OTHER_CALLER, 200)
    refs = [f"ref-{sms.id}" for sms, now in newest if sms.text in texts and now == "sent"]
    told = [(CHANNEL, DeliveryReport(provider_ref=ref, status=status)) for ref in refs]
    rig.gateway.outbound.record_delivery(told)


def flows(rig: Rig, text: str = "another") -> None:
    """Sends another something of which a report comes: the channel works."""
    rig.clock.advance(1)
    rig.accepts(text, subscriber=OTHER_CALLER, **REPLY)
    sends(rig)
    reports(rig, text)


def passes(rig: Rig, settle: SettleUnknown, minutes: float, *, traffic: bool = False) -> None:
    """Lets time pass, with the ticker every half minute and workers that send."""
    for number in range(int(minutes * 2)):
        rig.clock.advance(MINUTES / 2)
        if traffic:
            flows(rig, f"traffic {rig.clock.now():%d%H%M%S} {number}")
        rig.gateway.outbound.sweep()
        while settle():
            pass
        sends(rig)


# ---------------------------------------------------------------- by rule


def test_a_reply_is_sent_once_more_when_reports_show_that_it_was_lost(rig: Rig) -> None:
    (first,) = loses(rig, "It rains", **REPLY)
    settle = settles(rig)

    passes(rig, settle, 4.5, traffic=True)
    before = rig.provider.sent.count("It rains")
    passes(rig, settle, 60, traffic=True)

    assert (1, 2) == (before, rig.provider.sent.count("It rains"))
    copies = [sms for sms, _ in rig.outbox.to_subscriber(CALLER, 200) if sms.resend_of == first]
    assert 1 == len(copies)
    assert 1 == rig.count("sms_settled", way="copied")


def test_without_reports_on_the_channel_nobody_knows_and_nothing_is_sent_again(rig: Rig) -> None:
    loses(rig, "It rains", **REPLY)

    passes(rig, settles(rig), 120)

    assert 1 == rig.provider.sent.count("It rains")
    assert "unknown" == rig.statuses()["It rains"]


def test_as_long_as_the_provider_fails_no_copy_is_thrown_after_it(rig: Rig) -> None:
    loses(rig, "It rains", **REPLY)
    settle = settles(rig)
    rig.accepts("no report comes of it", **REPLY)
    passes(rig, settle, 30)
    waited = rig.provider.sent.count("It rains")
    flows(rig)
    passes(rig, settle, 10, traffic=True)

    assert (1, 2) == (waited, rig.provider.sent.count("It rains"))


def test_a_report_that_comes_in_time_settles_it_and_nothing_is_sent_again(rig: Rig) -> None:
    (first,) = loses(rig, "It rains", **REPLY)
    settle = settles(rig)
    passes(rig, settle, 3, traffic=True)
    report = DeliveryReport(provider_ref="late", status=DeliveryStatus.DELIVERED, message_id=first)
    rig.gateway.outbound.record_delivery([(CHANNEL, report)])
    passes(rig, settle, 30, traffic=True)

    assert "delivered" == rig.statuses()["It rains"]
    assert 1 == rig.provider.sent.count("It rains")


@pytest.mark.parametrize(
    "kind",
    [
        {"lane": Lane.BULK},
        {"lane": Lane.BULK, "purpose": Purpose.REPLY},
        {"lane": Lane.REPLY},
    ],
    ids=["bulk", "bulk reply", "a notice among replies"],
)
def test_what_nobody_waits_for_is_not_sent_again(rig: Rig, kind: dict[str, object]) -> None:
    loses(rig, "Prices", **kind)
    settle = settles(rig)

    passes(rig, settle, 60, traffic=True)
    before = rig.statuses()["Prices"]
    rig.clock.advance(hours=73)
    settle()

    assert 1 == rig.provider.sent.count("Prices")
    assert ("unknown", "unreported") == (before, rig.statuses()["Prices"])


def test_a_warning_is_sent_again_sooner_and_though_no_reports_come(rig: Rig) -> None:
    loses(rig, "Flood", **URGENT)
    settle = settles(rig)
    passes(rig, settle, 9)
    quiet = rig.provider.sent.count("Flood")
    passes(rig, settle, 5)
    loses(rig, "Storm", **URGENT)
    passes(rig, settle, 2, traffic=True)

    assert (1, 2) == (quiet, rig.provider.sent.count("Flood"))
    assert 2 == rig.provider.sent.count("Storm")


def test_a_copy_whose_outcome_is_unknown_is_not_copied_again(rig: Rig) -> None:
    settle = settles(rig)
    rig.provider.answers["It rains"] = OutcomeUnknown("provider_error", "500")
    rig.accepts("It rains", **REPLY)
    sends(rig)

    passes(rig, settle, 120, traffic=True)
    sent = rig.provider.sent.count("It rains")
    rig.clock.advance(days=4)
    settle()

    assert 2 == sent
    assert ["unreported"] * 2 == [
        status.value for text, status in rig.queued() if text == "It rains"
    ]


def test_a_copy_does_not_reach_who_has_said_stop_meanwhile(rig: Rig) -> None:
    loses(rig, "Flood", **URGENT)
    stop = ConsentChange(
        subscriber=CALLER, topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="sms"
    )
    rig.consents.change([stop], rig.clock.now())

    passes(rig, settles(rig), 15)

    assert 1 == rig.provider.sent.count("Flood")
    assert ["unknown", "refused"] == [
        status.value for text, status in rig.queued() if text == "Flood"
    ]


def test_a_clock_that_is_apart_settles_nothing(rig: Rig) -> None:
    loses(rig, "Flood", **URGENT)
    rig.accepts("It waits")
    rig.clock.ahead = 345600
    rig.clock.advance(days=4)

    assert not settles(rig)()

    assert {"Flood": "unknown", "It waits": "queued"} == rig.statuses()


# ---------------------------------------------------------------- by asking


def test_who_has_it_is_believed(rig: Rig) -> None:
    loses(rig, "It rains", "Prices", **REPLY)
    asked = Asked(has={"It rains": DeliveryStatus.DELIVERED, "Prices": DeliveryStatus.SENT})

    passes(rig, settles(rig, asked), 2)

    assert {"It rains": "delivered", "Prices": "sent"} == rig.statuses()
    assert 2 == rig.count("sms_settled", way="found")
    assert 2 == len(rig.provider.sent)


def test_who_has_it_not_gets_it_once_more_whatever_the_lane(rig: Rig) -> None:
    loses(rig, "Prices")
    asked = Asked()
    settle = settles(rig, asked)

    passes(rig, settle, 2.5)
    before = rig.provider.sent.count("Prices")
    passes(rig, settle, 5)

    assert (1, 2) == (before, rig.provider.sent.count("Prices"))
    assert {"Prices": "sent"} == rig.statuses()
    assert 1 == rig.count("sms_settled", way="not_there")


def test_who_never_takes_it_gets_no_more_than_any_other_failure(rig: Rig) -> None:
    rig.provider.answers["Prices"] = OutcomeUnknown("provider_error", "500")
    rig.accepts("Prices", valid_until=rig.clock.now() + timedelta(days=90))
    sends(rig)

    passes(rig, settles(rig, Asked()), 120)

    assert 1 + len(SCHEDULE) == rig.provider.sent.count("Prices")
    assert {"Prices": "failed"} == rig.statuses()


@pytest.mark.parametrize("failure", [ProviderUnavailable("no_connection"), RuntimeError("the SDK")])
def test_who_cannot_say_leaves_it_to_the_rule(
    rig: Rig, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    loses(rig, "It rains", **REPLY)
    loses(rig, "Prices")
    asked = Asked(failure=failure)

    passes(rig, settles(rig, asked), 20, traffic=True)
    asks = asked.asks.count("Prices")
    asked.failure, asked.has = None, {"Prices": DeliveryStatus.DELIVERED}
    passes(rig, settles(rig, asked), 20)

    assert (2, 1) == tuple(rig.provider.sent.count(text) for text in ("It rains", "Prices"))
    assert asks > 3
    assert "delivered" == rig.statuses()["Prices"]


def test_a_provider_that_is_slow_to_say_holds_nothing_else_up(rig: Rig) -> None:
    texts = [f"text {number}" for number in range(10)]
    loses(rig, *texts)
    asked = Asked(has=dict.fromkeys(texts, DeliveryStatus.DELIVERED))
    slow = asked.find_sent

    def slowly(*about: object) -> DeliveryReport | None:
        rig.clock.advance(1)
        return slow(*about)

    asked.find_sent = slowly
    settle = settles(rig, asked)
    rig.clock.advance(60)
    settle()
    settle()
    first = len(asked.asks)
    for _ in range(10):
        rig.clock.advance(10)
        settle()

    assert first <= 10
    assert sorted(texts) == sorted(asked.asks)
    assert {"delivered"} == set(rig.statuses().values())


# ---------------------------------------------------------------- and all together


@pytest.mark.parametrize("can_ask", [False, True])
def test_67_replies_lost_in_8_seconds_leave_nobody_without_an_answer(
    rig: Rig, can_ask: bool
) -> None:
    citizens = [Msisdn(f"+9997001{number:05d}") for number in range(67)]
    for number, citizen in enumerate(citizens):
        rig.accepts(f"answer {number}", subscriber=citizen, **REPLY)
    taken: set[str] = set()
    failing_until = rig.clock.monotonic() + 8

    def fails(sms: OutboundSms) -> None:
        if sms.text.startswith("answer"):
            if rig.clock.monotonic() < failing_until and sms.id % 3:
                raise OutcomeUnknown("provider_error", "500")  # and it has not taken it
            if rig.clock.monotonic() < failing_until:
                taken.add(sms.text)
                raise OutcomeUnknown("provider_error", "500")  # and it has
            taken.add(sms.text)

    rig.provider.before = fails
    rig.throttle.take = NoThrottle(rig.clock).take
    asked = Asked() if can_ask else None
    settle = settles(rig, asked)
    sends(rig)
    lost = [rig.statuses(citizen) for citizen in citizens]
    if asked is not None:
        asked.has = dict.fromkeys(taken, DeliveryStatus.DELIVERED)
    passes(rig, settle, 12, traffic=True)

    assert all({"unknown"} == set(each.values()) for each in lost)
    assert {f"answer {number}" for number in range(67)} == taken
    doubled = [text for text in taken if rig.provider.sent.count(text) > 2]
    assert [] == doubled
    rig.clock.advance(days=4)
    while settle():
        pass
    everything = [status for each in citizens for _, status in rig.queued(each)]
    assert set(everything) <= FINAL
    assert (67 if can_ask else 134) == len(everything)


def test_a_million_that_wait_too_long_are_ended_in_small_steps(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle_unknown, "ENDED_AT_ONCE", 3)
    rig.accepts(*(f"text {number}" for number in range(7)))
    rig.clock.advance(days=4)
    settle = settles(rig)

    assert [True, True, False, False] == [settle() for _ in range(4)]
    assert 7 == rig.count("sms_ended", status="expired")

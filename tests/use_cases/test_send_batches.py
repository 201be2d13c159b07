"""Equal texts in one call: who goes together, who goes alone, and what becomes of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendRejected,
)
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.ports import ConsentChange
from tests.use_cases.rig import CHANNEL, Rig

PHONES = [Msisdn(f"+9997000002{digit}0") for digit in range(6)]


@pytest.fixture
def wide(rig: Rig) -> Rig:
    """A rig whose provider takes four numbers in a call."""
    rig.provider.batch_size = 4
    channel = replace(CHANNEL, max_per_second=1000, in_flight=1)
    rig.send_sms = replace(rig.send_sms, channels={"ke": channel})
    return rig


def warn(rig: Rig, *phones: Msisdn, text: str = "Flood", **changes: object) -> None:
    for phone in phones:
        key = f"{text} {phone.e164} {changes}"
        rig.accepts(text, subscriber=phone, **{"key": key, **changes})


def statuses(rig: Rig) -> list[str]:
    return [each for phone in PHONES for each in rig.statuses(phone).values()]


def test_equal_texts_go_in_calls_of_what_the_provider_takes(wide: Rig) -> None:
    warn(wide, *PHONES)

    wide.send_sms("ke", Lane.BULK)

    assert [4, 2] == [len(batch) for batch in wide.provider.batches]
    assert ["sent"] * 6 == statuses(wide)


def test_other_words_another_sender_a_link_or_the_same_phone_do_not_go_together(wide: Rig) -> None:
    warn(wide, PHONES[0], PHONES[1])
    warn(wide, PHONES[0])
    warn(wide, PHONES[2], text="Mafuriko")
    warn(wide, PHONES[3], sender="METEO")
    warn(wide, PHONES[4], link_id="L1")
    warn(wide, PHONES[0], key="again")

    wide.send_sms("ke", Lane.BULK)

    assert [["Flood", "Flood"]] == wide.provider.batches
    assert 6 == len(wide.provider.sent)


def test_a_provider_that_mixes_texts_takes_what_says_something_else_in_the_same_call(
    wide: Rig,
) -> None:
    wide.provider.mixes_texts = True
    warn(wide, PHONES[0])
    warn(wide, PHONES[1], text="Mafuriko")
    warn(wide, PHONES[2], sender="METEO")
    warn(wide, PHONES[0], text="again")
    warn(wide, PHONES[3], link_id="L1")

    wide.send_sms("ke", Lane.BULK)

    assert [["Flood", "Mafuriko", "Flood"]] == wide.provider.batches
    assert 5 == len(wide.provider.sent)


def test_of_mixed_texts_no_call_holds_more_segments_than_its_share(wide: Rig) -> None:
    wide.provider.mixes_texts = True
    channel = replace(CHANNEL, max_per_second=50, in_flight=1)
    wide.send_sms = replace(wide.send_sms, channels={"ke": channel})
    warn(wide, *PHONES[:2], text="long " * 40)
    warn(wide, PHONES[2], text="short")
    warn(wide, PHONES[3], text="long " * 70)
    warn(wide, PHONES[4], text="another")

    while not wide.send_sms("ke", Lane.BULK):
        pass

    # Two, two and one segment are the share of five; of three no two would fit in it.
    assert [3] == [len(batch) for batch in wide.provider.batches]
    assert 5 == len(wide.provider.sent)


def test_no_call_holds_more_than_a_tenth_of_a_second(wide: Rig) -> None:
    channel = replace(CHANNEL, max_per_second=20, in_flight=1)
    wide.send_sms = replace(wide.send_sms, channels={"ke": channel})
    warn(wide, *PHONES[:4])
    warn(wide, *PHONES[4:], text="long " * 40)

    while not wide.send_sms("ke", Lane.BULK):
        pass

    assert [2, 2] == [len(batch) for batch in wide.provider.batches]


def test_who_said_stop_is_left_out_and_the_others_are_told(wide: Rig) -> None:
    warn(wide, *PHONES[:3])
    change = ConsentChange(
        subscriber=PHONES[1], topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="test"
    )
    wide.consents.change([change], wide.clock.now())

    wide.send_sms("ke", Lane.BULK)

    assert [2] == [len(batch) for batch in wide.provider.batches]
    assert ["sent", "refused", "sent"] == statuses(wide)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (OutcomeUnknown("answer_timeout"), "unknown"),
        (ProviderUnavailable("batch_refused"), "queued"),
        (SendRejected("number_invalid"), "failed"),
        (RuntimeError("a fault of the SDK"), "unknown"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
def test_what_befalls_a_call_befalls_each_of_it(
    wide: Rig, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: str
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(wide.provider, "send_many", fail)
    warn(wide, *PHONES[:4])

    wide.send_sms("ke", Lane.BULK)

    assert [status] * 4 == statuses(wide)
    assert [] == wide.provider.sent


def test_what_failed_together_is_tried_again_alone(
    wide: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def refuse(mts: object, url: str) -> None:
        calls.append(mts)
        raise ProviderUnavailable("batch_refused")

    monkeypatch.setattr(wide.provider, "send_many", refuse)
    warn(wide, *PHONES[:4])
    wide.send_sms("ke", Lane.BULK)
    wide.clock.advance(SCHEDULE[0] * 1.3)
    wide.send_sms("ke", Lane.BULK)

    assert 1 == len(calls)
    assert ["sent"] * 4 == statuses(wide)


def test_too_few_answers_are_nobodys(wide: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide.provider, "send_many", lambda mts, url: [])
    warn(wide, *PHONES[:2])

    wide.send_sms("ke", Lane.BULK)

    assert ["unknown"] * 2 == statuses(wide)

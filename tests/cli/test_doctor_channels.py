"""`gateway doctor` names what waits because a channel was renamed or taken out."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.cli.doctor.messages import unsettled
from gateway.cli.doctor.people import channels_allowed
from gateway.cli.shared.finding import Finding
from gateway.domain.institutions.institution import Institution
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.clock import FixedClock


def found(channels: Sequence[str], *, allowed: Sequence[str]) -> list[Finding]:
    """Returns what is said of an institution that may use some of the channels."""
    stored = [Institution(name="health"), Institution(name="works", channels=tuple(allowed))]
    gateway: Any = SimpleNamespace(
        institutions=SimpleNamespace(stored=SimpleNamespace(all=lambda: stored)),
        channels=dict.fromkeys(channels),
    )
    return list(channels_allowed(gateway))


def test_an_institution_whose_only_channel_is_gone_is_named() -> None:
    [finding] = found(["at-ke", "twilio-b"], allowed=["twilio"])
    assert ("institution works", False) == (finding.what, finding.ok)
    assert "twilio only" in finding.sentence


@pytest.mark.parametrize("allowed", [[], ["at-ke"], ["twilio", "at-ke"]])
def test_one_that_may_send_by_a_channel_that_is_there_is_well(allowed: Sequence[str]) -> None:
    assert [] == found(["at-ke", "twilio-b"], allowed=allowed)


def test_what_waits_for_a_channel_that_is_gone_is_counted_and_the_way_out_named() -> None:
    queued = {("twilio", DeliveryStatus.QUEUED.value): 1577}
    gateway: Any = SimpleNamespace(
        vital_signs=SimpleNamespace(gauges=lambda: SimpleNamespace(outbound=queued)),
        sql=SimpleNamespace(settling=SimpleNamespace(flows=dict, sent_for_longer=lambda since: 0)),
        clock=FixedClock(),
        channels={"at-ke": None},
    )
    [finding] = (each for each in unsettled(gateway) if each.what == "SMS twilio")
    assert finding.sentence.startswith("1577 wait for channel 'twilio'")
    assert "gateway channels pause twilio" in finding.fix

"""MOs are taken in once, and kept before they are answered for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.sms import LONGEST_MO, InboundSms
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, CHANNEL, Rig

SMS = InboundSms(provider_ref="mo-1", subscriber=CALLER, to="2026", text="RESULT")


def test_a_new_mo_is_stored_and_a_worker_woken(rig: Rig) -> None:
    assert rig.accept_sms(CHANNEL, SMS)
    assert ["inbound"] == rig.jobs.wakes
    assert 1 == len(rig.due())


def test_an_mo_delivered_twice_is_stored_once(rig: Rig) -> None:
    rig.accept_sms(CHANNEL, SMS)

    assert not rig.accept_sms(CHANNEL, SMS)
    assert not rig.accept_sms(CHANNEL, replace(SMS, text="RESULTS"))
    assert ["inbound"] == rig.jobs.wakes
    assert 1 == len(rig.due())


def test_a_reference_is_a_provider_s_own(rig: Rig) -> None:
    rig.accept_sms(CHANNEL, SMS)

    assert rig.accept_sms(replace(CHANNEL, name="ng"), SMS)


def test_an_mo_that_is_a_repeat_is_one_even_after_it_was_routed(rig: Rig) -> None:
    rig.accept_sms(CHANNEL, SMS)
    rig.route_pending()

    assert not rig.accept_sms(CHANNEL, SMS)
    assert rig.route_pending()
    assert 1 == len(rig.queued())


def test_an_mo_that_cannot_be_stored_is_not_answered_for(rig: Rig) -> None:
    failing = replace(rig.accept_sms, inbox=Failing(rig.inbox, "accept"))

    with pytest.raises(StoreUnavailable):
        failing(CHANNEL, SMS)

    assert [] == rig.jobs.wakes


def test_no_more_of_a_text_is_kept_than_a_phone_can_send(rig: Rig) -> None:
    rig.receives("é" * 60_000)

    (waits,) = rig.due()
    stored = rig.inbox.read(waits)
    assert stored is not None
    assert "é" * LONGEST_MO == stored.sms.text

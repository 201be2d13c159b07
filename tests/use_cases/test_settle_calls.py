"""What a handler is told of the moment at which it is called."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gateway.adapters.handler_calls.thread_runner import ThreadRunner
from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls
from gateway.use_cases.ports import Handler, Toolkit
from tests.clock import FixedClock
from tests.domain.menus import SAMPLE
from tests.handlers.desk import DeskInMemory
from tests.session_samples import KEYRING


def test_the_day_of_a_call_is_that_of_the_deployment() -> None:
    days = []

    def list_regions(call: ServiceCall, desk: Toolkit) -> Outcome:
        days.append(call.at.date().isoformat())
        return Outcome("none")

    contract = HandlerContract(outcomes={"none": {}})
    runner = ThreadRunner({"list_regions": Handler(list_regions, contract)}, DeskInMemory({}))
    clock = FixedClock(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
    settle_calls = SettleCalls(
        runner=runner, clock=clock, keyring=KEYRING, zone=ZoneInfo("Africa/Nairobi")
    )
    asked = advance(SAMPLE, begin(SAMPLE, "en", "report").session, "1")

    settle_calls.settle(
        SAMPLE, DialogueProgress(asked), Party(Msisdn.from_e164("+999700000123"), "1"), lambda: 5
    )

    assert ["2026-11-24"] == days

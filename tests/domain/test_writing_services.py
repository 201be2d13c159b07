"""Which services write, by their handlers."""

from __future__ import annotations

from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.side_effects import with_writes
from tests.domain.menus import SAMPLE


def writing(*handlers: str) -> set[str]:
    """Returns the services of the sample menu that write when these handlers do."""
    names = ("list_regions", "list_districts", "open_case", "exam_results")
    contracts = {name: HandlerContract(outcomes={}, writes=name in handlers) for name in names}
    marked = with_writes(SAMPLE, contracts)
    return {name for name, service in marked.services.items() if service.writes}


def test_a_service_writes_when_one_of_its_handlers_does() -> None:
    assert {"result"} == writing("exam_results")


def test_a_service_that_opens_a_writing_one_at_once_writes_too() -> None:
    assert {"report", "desk"} == writing("open_case")


def test_services_that_only_read_or_only_lead_to_others_do_not_write() -> None:
    assert set() == writing()
    assert "result" not in writing("open_case")
    assert "home" not in writing("open_case", "exam_results")


def test_a_handler_that_nobody_declares_writes_nothing() -> None:
    assert SAMPLE == with_writes(SAMPLE, {})

"""Which screens of a menu lead to nothing but what comes by SMS, by what handlers declare."""

from __future__ import annotations

from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.menu_checks.ways.sms_only import with_sms_only
from tests.domain.menus import SAMPLE, choice, option, release_of, text


def promising(*handlers: str) -> frozenset[str]:
    """Returns the screens of the sample menu that lead to nothing but what these send by SMS."""
    contracts = {name: HandlerContract(outcomes={}, promises_sms=True) for name in handlers}
    return with_sms_only(SAMPLE, contracts).sms_only


def test_who_gets_no_sms_is_stopped_where_every_way_leads_to_one() -> None:
    assert {"result.candidate", "result.year", "result.birth_date", "result.fetch"} == promising(
        "exam_results"
    )


def test_where_another_way_may_follow_nobody_is_stopped() -> None:
    stopped = promising("open_case")

    assert {"report.district", "report.description", "report.name", "report.open_case"} == stopped
    assert "home.home" not in promising("exam_results", "open_case")


def test_a_menu_that_promises_no_sms_stops_nobody() -> None:
    assert frozenset() == promising()
    assert frozenset() == promising("nobody_calls_it")


def test_what_is_read_back_to_be_corrected_is_no_other_way() -> None:
    screens = (
        choice("a.ask", text("?"), option("1", text("One"), "a.read_back")),
        choice(
            "a.read_back",
            text("Right?"),
            option("1", text("Yes"), "a.call"),
            option("2", text("No"), "a.ask"),
        ),
        ServiceScreen(id="a.call", handler="call", outcomes={"done": "a.done"}),
        choice("a.done", text("Done"), option("1", text("Better"), "b.ask")),
        choice("b.ask", text("Another?"), option("1", text("Yes"), "b.other")),
        ServiceScreen(id="b.other", handler="other", outcomes={"done": "b.done"}),
        choice("b.done", text("Done"), option("1", text("Better"), "b.ask")),
    )
    contracts = {"call": HandlerContract(outcomes={}, promises_sms=True)}

    found = with_sms_only(release_of(screens, ()), contracts).sms_only

    assert {"a.ask", "a.read_back", "a.call"} == found

"""Why an MT was not sent is told in words, with the code that a provider's support asks for."""

from __future__ import annotations

import pytest

from gateway.domain.telecom.delivery import NO_REPORT
from gateway.use_cases.outbound.why_not_sent import why_in_words


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("opted_out", "its subscriber has said STOP"),
        (NO_REPORT, "no report came in its time"),
        ("number_invalid (403)", "the number is not reached: number_invalid (403)"),
        ("connection_lost", "the provider gave no answer: connection_lost"),
        ("provider_error (500)", "the provider answered with a fault: provider_error (500)"),
        ("throttled (429)", "the provider takes no more at the moment: throttled (429)"),
        ("balance_exhausted", "the provider refuses our account: balance_exhausted"),
        ("sender_id_refused", "the provider refuses our sender: sender_id_refused"),
        ("request_refused (400)", "the provider refuses this SMS: request_refused (400)"),
        (
            "opted_out (21610)",
            "the network has it that this subscriber said STOP: opted_out (21610)",
        ),
        ("something_new (7)", "something_new (7)"),
    ],
)
def test_a_code_is_told_in_words(error: str, told: str) -> None:
    assert told == why_in_words(error)

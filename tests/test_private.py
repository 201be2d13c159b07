"""The guard over the logs of the whole run hears what it should, and nothing else."""

from __future__ import annotations

import pytest

from gateway.cli.processes.log_format import masked
from tests.private import is_private


@pytest.mark.parametrize(
    "line",
    [
        "sent to +254712345678",
        "POST from=%2B254712345678",
        "MO 254712345678 stored",
        "text was 'the pump is broken'",
        "answers: 03092007",
    ],
)
def test_the_guard_hears_a_private_line(line: str) -> None:
    assert is_private(line)


@pytest.mark.parametrize(
    "line",
    [
        "sent to +2547•••••678",
        "MT 4711 failed: throttled (20429)",
        "gateway listens on 127.0.0.1:8384",
        "release 143f7373a2af5cdd, 2026-11-23T08:00:00Z",
    ],
)
def test_the_guard_lets_an_honest_line_pass(line: str) -> None:
    assert not is_private(line)


def test_a_log_line_of_a_library_is_masked_on_its_way_out() -> None:
    line = masked("POST /sms/at-ke?key=secret-1 body from=%2B254712345678&to=20880")

    assert "secret-1" not in line
    assert not is_private(line)

"""The doctor says of a source of warnings whether its alerts could be read now."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.cli.doctor.alerts import sources
from tests.alerts.samples import SENT
from tests.alerts.test_signature import signer
from tests.clock import FixedClock

#: When the certificates of `signer` end.
ENDS = SENT + timedelta(days=30)


def found(certificates: tuple[Path, ...], now: datetime = SENT) -> tuple[bool, str]:
    source = SimpleNamespace(certificates=certificates)
    settings = SimpleNamespace(alerts=SimpleNamespace(sources={"weather": source}))
    gateway: Any = SimpleNamespace(
        deployment=SimpleNamespace(settings=settings), clock=FixedClock(now)
    )
    [finding] = sources(gateway)
    return finding.ok, finding.sentence


@pytest.mark.parametrize(("days", "ok"), [(31, True), (30, False), (0, False), (-1, False)])
def test_a_certificate_is_named_a_month_before_it_ends(tmp_path: Path, days: int, ok: bool) -> None:
    file = tmp_path / "weather.pem"
    file.write_bytes(signer("weather.example")[1].public_bytes(Encoding.PEM))

    assert (ok, f"1 certificate, until {ENDS:%Y-%m-%d}.") == found(
        (file,), ENDS - timedelta(days=days)
    )


def test_what_is_no_certificate_or_not_there_is_named(tmp_path: Path) -> None:
    empty, missing = tmp_path / "empty.pem", tmp_path / "missing.pem"
    empty.write_bytes(b"")

    for file, why in ((empty, "it holds no certificate"), (missing, "No such file")):
        ok, sentence = found((file,))
        assert not ok
        assert str(file) in sentence
        assert why in sentence


def test_a_source_without_certificates_is_well() -> None:
    assert found(())[0]

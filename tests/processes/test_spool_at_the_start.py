"""A web server that could keep nothing while the database is away does not start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import gateways
from tests.polling import PATIENCE_SECONDS
from tests.ports import free_port


def test_serve_is_refused_where_the_spool_cannot_be_written(tmp_path: Path, valkey: str) -> None:
    environ = {
        **os.environ,
        **gateways.environment(tmp_path, valkey),
        "GATEWAY_PORT": str(free_port()),
    }
    gateways.deployed(environ)
    (tmp_path / "spool").write_text("a file stands in its place", "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "serve"],
        env=environ, capture_output=True, encoding="utf-8", timeout=PATIENCE_SECONDS,
    )  # fmt: skip

    assert 5 == done.returncode, done.stderr
    assert "would be lost" in done.stderr

"""What the processes of `gateway run` share: loaded once, and nothing that none of them needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.gateways import HOME, MASTER_KEY

#: Libraries of tens of megabytes together, each for work that somebody asks for by a command.
NEEDED_BY_COMMANDS = ("openpyxl", "lxml", "PIL", "pyxform", "cryptography.x509", "alembic")

SHARES = """
import sys
from gateway.adapters.system.clock import SystemClock
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.cli.processes.run_forked import Inheritance
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files
from gateway.deployment.load import load

deployment = load()
read = from_files(deployment, SystemClock())
Inheritance(deployment=deployment, clock=SystemClock(), read=read).share()
before = set(sys.modules)
made = Gateway(deployment)
_ = made.inbound, made.outbound, made.handler_calls, made.upkeep, made.ussd
later = sorted(name for name in set(sys.modules) - before if name.startswith("gateway."))
print([name for name in %r if name in sys.modules], later)
"""


def test_processes_inherit_what_they_need_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHARES % (NEEDED_BY_COMMANDS,)],
        capture_output=True, encoding="utf-8", check=False,
        env={
            "GATEWAY_HOME": str(HOME), "GATEWAY_DATA": str(tmp_path), "GATEWAY_KEY": MASTER_KEY,
            "GATEWAY_DEVELOPMENT": "1", "PATH": "",
        },
    )  # fmt: skip

    assert "[] []\n" == done.stdout, done.stderr

"""What the processes of `gateway run` share, and the web workers of `gateway serve`.

It is loaded once, and nothing that none of them needs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.gateways import HOME, MASTER_KEY

#: Libraries of tens of megabytes together, each for work that somebody asks for by a command.
NEEDED_BY_COMMANDS = ("openpyxl", "lxml", "PIL", "pyxform", "cryptography.x509", "alembic")

SHARES = """
import gc
import sys
from gateway.adapters.system.clock import SystemClock
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.cli.processes.shared_by_web import share_with_web_workers
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files
from gateway.deployment.load import load

def rooms(*entered):  # what of ours is loaded where these are entered
    before, made = set(sys.modules), Gateway(deployment)
    for room in entered:
        getattr(made, room)
    return sorted(name for name in set(sys.modules) - before if name.startswith("gateway."))

deployment = load()
share_with_web_workers(deployment)
print(gc.get_freeze_count() > 0, rooms("inbound", "outbound", "handler_calls", "ussd"))

from gateway.cli.processes.run_forked import Inheritance

read = from_files(deployment, SystemClock())
Inheritance(deployment=deployment, clock=SystemClock(), read=read).share()
later = rooms("inbound", "outbound", "handler_calls", "upkeep", "ussd")
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

    assert "True []\n[] []\n" == done.stdout, done.stderr

"""The same turn with the code of another commit: what a change costs, or saves."""

from __future__ import annotations

import io
import subprocess
import tarfile
from contextlib import ExitStack
from pathlib import Path

from bench.figures import Findings
from bench.house import House, laid_out, served
from bench.rounds import HEADS, correctness, first_wrong, play_interleaved, ratio, raw
from bench.servers import ROOT, Failed, unshared_mib

#: How much dearer than before a turn may be.
MOST = 1.1


def measure(house: House, commit: str, rounds: int, seconds: float) -> Findings:
    """Returns the cost of a turn here and at a commit of this repository; raises Failed.

    The other commit is measured with its own bench's deployment and this environment's packages.
    """
    folder = house.folder / "other"
    root = checked_out(commit, folder / "checkout")
    other = laid_out(folder, root, house.environ["GATEWAY_REDIS_URL"], house.valkey)
    with ExitStack() as running:
        before = running.enter_context(served(other, f"gateway serve at {commit}"))
        now = running.enter_context(served(house, "gateway serve here"))
        played = play_interleaved([before, now], rounds, seconds, house.valkey)
        findings = Findings(f"A USSD turn beside commit {commit}", HEADS)
        findings.rows = [played[s.name].row(unshared_mib(s.process)) for s in (before, now)]
    findings.targets = [
        ratio(
            played[now.name], played[before.name], "server_us",
            what=f"CPU of a turn, here / at {commit}", bound=MOST, at_least=False,
        ),
        *correctness(played),
    ]  # fmt: skip
    first_wrong(played, findings)
    findings.raw = raw(played)
    return findings


def checked_out(commit: str, folder: Path) -> Path:
    """Writes the files of a commit into a folder, and returns it; raises Failed."""
    archived = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=ROOT, capture_output=True, timeout=60
    )
    if archived.returncode:
        raise Failed(f"There is no commit {commit}: {archived.stderr.decode().strip()[-200:]}")
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder

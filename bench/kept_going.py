"""Keeps the processes of a deployment going, with the supervisor of `gateway run`.

`python -m bench.kept_going FOLDER COMMANDS`: COMMANDS is a JSON object of commands by name, FOLDER
takes what they log.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gateway.cli.processes.supervisor import Process, Supervisor


def main(folder: str, commands: str) -> None:
    """Returns when all have ended after a signal."""
    processes = [
        Process(name=name, command=command) for name, command in json.loads(commands).items()
    ]
    Supervisor(processes, logs=Path(folder)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Moves the clock of every Python process that finds this folder on its path.

Python imports a module of this name before anything else. `CLOCK_MOVED_BY` says by how many
seconds; clocks that only count, by which programs wait, stay as they are, and so do databases.
"""

from __future__ import annotations

import os
import time

import time_machine

if seconds := os.environ.get("CLOCK_MOVED_BY"):
    time_machine.travel(time.time() + float(seconds)).start()  # noqa: TID251 - it is moved here
    # It begins to go when it is first looked at: else each fork would begin again at that moment.
    time.time()  # noqa: TID251

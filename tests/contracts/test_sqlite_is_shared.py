"""Processes that come and go on one SQLite file: what one has stored, all others see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.engine import statements, transaction

#: Another process: it reads how many rows there are, and closes the file behind it.
COUNTS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT count(*) FROM said").fetchone()[0])
connection.close()
"""


def counted_elsewhere(file: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", COUNTS, str(file)], capture_output=True, check=True, text=True
    )
    return int(done.stdout)


def test_who_leaves_last_does_not_take_what_a_running_process_writes(tmp_path: Path) -> None:
    """SQLite's locks are the process's: a file that is opened and closed beside it loses them.

    Another process then believes that it is alone when it leaves, takes the log (WAL) away, and
    what is written from then on goes into a file that nobody else can see.
    """
    file = tmp_path / "gateway.db"
    engine = engine_module.create(f"sqlite:///{file}")
    with transaction(engine) as connection:
        connection.execute(text("CREATE TABLE said (word TEXT)"))
    with statements(engine) as one, statements(engine) as another:  # the pool opens a second
        another.execute(text("INSERT INTO said VALUES ('first')"))
        assert 1 == counted_elsewhere(file)
        one.execute(text("INSERT INTO said VALUES ('second')"))

        assert 2 == counted_elsewhere(file)

    engine.dispose()
    assert 2 == counted_elsewhere(file)

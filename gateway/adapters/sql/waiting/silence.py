"""Why a database does not do what it was asked, in the words of whoever has to mend it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

_FULL = "Its disk is full: make room there."

#: By SQLSTATE, or the first two signs of it (PostgreSQL's appendix A).
_BY_SQLSTATE: Mapping[str, str] = {
    "53100": _FULL,
    "53200": "It is out of memory.",
    "53300": "It has too many connections: raise max_connections there, or run fewer processes.",
    "57014": "It gave up a statement that took too long; it may be overloaded, or wait for a lock.",
    "57P": "It is being stopped or started.",
    "28": "It does not let us in: look at name and password in GATEWAY_DATABASE_URL.",
    "3D000": "It has no such database: create it, or mend GATEWAY_DATABASE_URL.",
}

#: While a connection is made the driver tells no SQLSTATE, only the server's words. A server that
#: speaks another language is not understood, and the sentence goes without its reason.
_BY_WORDS: Mapping[str, str] = {
    "too many clients": "53300",
    "too many connections": "53300",
    "remaining connection slots": "53300",
    "is starting up": "57P",
    "is shutting down": "57P",
    "password authentication failed": "28",
    "no pg_hba.conf entry": "28",
    "no password supplied": "28",
}

#: By SQLite's primary result code (sqlite.org/rescode.html).
_BY_RESULT: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: "Its file, or the file system under it, takes no writes.",
    sqlite3.SQLITE_CANTOPEN: "Its file cannot be opened: see its folder, its rights and its disk.",
    sqlite3.SQLITE_IOERR: "Its disk cannot be read or written: it may be full, or broken.",
    sqlite3.SQLITE_CORRUPT: "Its file is damaged: restore the last backup.",
    sqlite3.SQLITE_NOTADB: "Its file is no SQLite database: see database_url.",
    sqlite3.SQLITE_BUSY: "Another process writes, and did not end in time.",
}
_PRIMARY = 0xFF

#: With less than this a disk counts as full: SQLite's next pages and its log have no room.
_LEAST_BYTES = 1 << 20


def why(told: BaseException | None) -> str:
    """Returns a sentence that says what is wrong and what to do; empty where nobody can tell.

    Nothing of the driver's own words is in it: they may hold an address, or a row.
    """
    result = getattr(told, "sqlite_errorcode", None)
    if isinstance(result, int):
        return _BY_RESULT.get(result & _PRIMARY, "")
    sqlstate = getattr(told, "sqlstate", None) or ""
    if not sqlstate:
        words = str(told)
        sqlstate = next((state for sign, state in _BY_WORDS.items() if sign in words), "")
        if 'database "' in words and words.rstrip().endswith("does not exist"):
            sqlstate = "3D000"
    return next((why for state, why in _BY_SQLSTATE.items() if sqlstate.startswith(state)), "")


def refuses(folder: Path) -> str:
    """Returns why the file system of a folder takes no writes; empty where it does.

    SQLite reads on from a full disk, and tells nobody until somebody writes.
    """
    try:
        disk = os.statvfs(folder)
    except OSError:
        return ""  # SQLite tells what is wrong
    if disk.f_flag & os.ST_RDONLY:
        return _BY_RESULT[sqlite3.SQLITE_READONLY]
    free = disk.f_bavail if os.geteuid() else disk.f_bfree
    return _FULL if free * disk.f_frsize < _LEAST_BYTES else ""

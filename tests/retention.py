"""What is removed when, as the page for operators shows it, and what Redis holds beside it."""

from __future__ import annotations

import redis

from gateway.domain.retention.what_is_removed import (
    EXPIRES,
    KEPT,
    REMOVED,
    Expiry,
    Removal,
    in_words,
)


def as_page() -> list[str]:
    """Returns the lines of docs/operations.md that show the three tables."""
    return [
        "| table | goes | why |",
        "|---|---|---|",
        *(f"| {_what(each)} | {_when(each)} | {each.why} |" for each in REMOVED),
        "",
        "| table | a row stays until | why |",
        "|---|---|---|",
        *(f"| `{each.table}` | {each.until} | {each.why} |" for each in KEPT),
        "",
        "| key | goes | why |",
        "|---|---|---|",
        *(f"| `{each.key}` | {each.goes} | {each.why} |" for each in EXPIRES),
    ]


def against_the_table(url: str) -> list[str]:
    """Returns the keys in Redis that the table does not name, or that live longer than it says."""
    with redis.Redis.from_url(url) as client:
        keys = list(client.scan_iter(count=1000))
        lives_on = {key for key in keys if client.pttl(key) == -1}
    return sorted(
        repr(key) for key in keys if not any(_fits(key, key in lives_on, row) for row in EXPIRES)
    )


def _what(removal: Removal) -> str:
    what = f"`{removal.table}`"
    if removal.empties:
        what += f": `{removal.empties}` is emptied"
    return what + (f": {removal.only}" if removal.only else "")


def _when(removal: Removal) -> str:
    return f"{in_words(removal.after)} after {removal.since}" if removal.after else removal.since


def _fits(key: bytes, lives_on: bool, row: Expiry) -> bool:
    name = row.key.encode()
    named = key.startswith(name) if name.endswith(b":") else key == name
    return named and (row.lives_on or not lives_on)

"""What is typed twice, such as a new PIN, between its two entries: never readable in a session.

A PIN has so few forms that no hash alone hides it from someone who has the session and time. It is
kept for one turn only, each guess costs some 50 ms (scrypt), and stores keep sessions sealed.
What it costs stands in the release: on a stage, where no PIN is anybody's, it is next to nothing.
"""

from __future__ import annotations

import hashlib

from gateway.domain.dialogue.session import Session
from gateway.domain.text.secret_comparison import same_secret

#: The cost (`ENTRY_COST`) is that of 16 MiB and some 50 ms; nobody else waits for it.
_BLOCK, _LANES = 8, 1
_MOST_MEMORY = 64 * 1024 * 1024


def first_entry(session: Session, entry: str, cost: int) -> str:
    """Returns what stands for the first entry in the session: a salt and a slow hash.

    The salt comes from what only this session knows: the same turn again gives the same text.
    """
    known = "|".join((session.release, session.at, str(session.taken), *session.answers.values()))
    salt = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{salt}{_hash(salt, entry, cost)}"


def is_same(kept: str, entry: str, cost: int) -> bool:
    """Returns whether the second entry is the first one again."""
    return same_secret(kept[16:], _hash(kept[:16], entry, cost))


def _hash(salt: str, entry: str, cost: int) -> str:
    return hashlib.scrypt(
        entry.encode(), salt=salt.encode(), n=cost, r=_BLOCK, p=_LANES, maxmem=_MOST_MEMORY,
        dklen=16,
    ).hex()  # fmt: skip

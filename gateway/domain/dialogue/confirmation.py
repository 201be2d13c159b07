"""What is typed twice, such as a new PIN, between its two entries: never readable in a session.

A PIN has so few forms that no hash alone hides it from someone who has the session and time. It is
kept for one turn only, each guess costs some 50 ms (scrypt), and stores keep sessions sealed.
"""

from __future__ import annotations

import hashlib

from gateway.domain.dialogue.session import Session
from gateway.domain.text.secret_comparison import same_secret

#: 16 MiB and some 50 ms for each entry; nobody else waits for it.
_COST, _BLOCK, _LANES = 2**14, 8, 1
_MOST_MEMORY = 64 * 1024 * 1024


def first_entry(session: Session, entry: str) -> str:
    """Returns what stands for the first entry in the session: a salt and a slow hash.

    The salt comes from what only this session knows: the same turn again gives the same text.
    """
    known = "|".join((session.release, session.at, str(session.taken), *session.answers.values()))
    salt = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{salt}{_hash(salt, entry)}"


def is_same(kept: str, entry: str) -> bool:
    """Returns whether the second entry is the first one again."""
    return same_secret(kept[16:], _hash(kept[:16], entry))


def _hash(salt: str, entry: str) -> str:
    return hashlib.scrypt(
        entry.encode(), salt=salt.encode(), n=_COST, r=_BLOCK, p=_LANES, maxmem=_MOST_MEMORY,
        dklen=16,
    ).hex()  # fmt: skip

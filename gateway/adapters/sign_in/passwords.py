"""The `PasswordHashes` port: scrypt, and the passwords that others would try.

The list is that of Django (BSD-3-Clause, made by Royce Williams from leaked passwords): of it, the
words, and what has twelve characters or more. The rest is refused by its length already.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

from gateway.domain.faults_and_errors.errors import Busy
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.sign_in.passwords import prepared

COMMON = Path(__file__).parent / "common_passwords.txt"
#: N, r, p as OWASP has them for scrypt: 32 MiB and a tenth of a second.
METHOD = "scrypt:32768:8:1"
#: Of no password at all: it is compared with where there is nobody, so that it takes as long.
_NOBODY = f"$nobody${'0' * 128}"
#: One at a time in a process: each takes 32 MiB, and many at once would take a citizen's turn.
_ONE_AT_A_TIME = threading.Lock()
#: That one, and those that wait for it: each holds a thread that citizens' turns need.
_PLACES = threading.BoundedSemaphore(3)
#: In seconds. Longer nobody waits for those before.
MOST_WAIT = 2.0

TOO_BUSY = Sentence("Many sign in just now. Wait a minute, then try again.")


@contextmanager
def _turn() -> Iterator[None]:
    """Yields when it is one's turn to hash; raises Busy where too many want to."""
    if not _PLACES.acquire(blocking=False):
        raise Busy(TOO_BUSY)
    try:
        if not _ONE_AT_A_TIME.acquire(timeout=MOST_WAIT):
            raise Busy(TOO_BUSY)
        try:
            yield
        finally:
            _ONE_AT_A_TIME.release()
    finally:
        _PLACES.release()


class ScryptPasswords:
    """Fits the `PasswordHashes` port."""

    @cached_property
    def common(self) -> Container[str]:
        """Returns the passwords that others would try; read when first asked for."""
        return frozenset(COMMON.read_text(encoding="utf-8").split("\n"))

    def hashed(self, password: str) -> str:
        """Returns the hash of a password; raises Busy."""
        with _turn():
            return generate_password_hash(prepared(password), METHOD)

    def matches(self, hashed: str, password: str) -> bool:
        """Returns whether it is the password of a hash; raises Busy."""
        with _turn():
            same = check_password_hash(hashed or METHOD + _NOBODY, prepared(password))
        return same and bool(hashed)

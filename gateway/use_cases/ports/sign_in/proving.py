"""The ports of what is proven with: hashes of passwords, and codes of a telephone."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Protocol


class PasswordHashes(Protocol):
    """Hashes passwords slowly, on purpose; raises Busy where too many want it at once."""

    @property
    def common(self) -> Container[str]:
        """Returns the passwords and words that others would try, in small letters."""

    def hashed(self, password: str) -> str:
        """Returns the hash of a password, with its salt and its cost."""

    def matches(self, hashed: str, password: str) -> bool:
        """Returns whether it is the password of a hash; an empty hash takes as long, and is no."""


class OneTimeCodes(Protocol):
    """Codes of six digits that a telephone shows, another every 30 s (TOTP, RFC 6238)."""

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """Returns the step to which a code belongs: now, just before, or just after; else None."""

"""Whether two secrets are the same, in a time that does not tell where they begin to differ.

Keys, signatures, codes, and the hashes of any of them are compared here and nowhere else.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

Secret = str | bytes


def same_secret(one: Secret, other: Secret) -> bool:
    """Returns whether both are the same; a text counts as its UTF-8.

    >>> same_secret("café", "café".encode()), same_secret("s3cret", "s3c")
    (True, False)
    """
    # Half a character is no reason to fail in another way than by being another secret.
    if not isinstance(one, bytes):
        one = one.encode("utf-8", "surrogatepass")
    if not isinstance(other, bytes):
        other = other.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(one, other)


def is_one_of(given: Secret, secrets: Iterable[Secret]) -> bool:
    """Returns whether it is one of them; all are compared, so that none shows how close it came."""
    found = False
    for each in secrets:
        found |= same_secret(given, each)
    return found

"""How the app signs its webhooks."""

from __future__ import annotations

import hmac

#: The headers, as they are read: in lower case.
SIGNATURE, SIGNED_AT = "x-signature", "x-timestamp"


def signature_of(key: str, body: bytes, at: str) -> str:
    """Returns the signature of a body that is sent at a time, in seconds since 1970."""
    signed = body + at.encode("ascii", "replace")
    return hmac.digest(key.encode(), signed, "sha256").hex()

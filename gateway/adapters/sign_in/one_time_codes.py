"""The `OneTimeCodes` port on pyotp, and the picture that a telephone reads the secret from."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pyotp
import segno

from gateway.domain.text.secret_comparison import same_secret

STEP_SECONDS = 30


class Totp:
    """Fits the `OneTimeCodes` port: six digits, SHA-1, as every authenticator has it."""

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """Returns the step of a code; a telephone may be 30 s before or behind."""
        totp, found = pyotp.TOTP(secret), None
        for step in (-1, 0, 1):  # all of them, whichever fits: it takes as long
            moment = at + timedelta(seconds=step * STEP_SECONDS)
            if same_secret(totp.at(moment), code):
                found = int(moment.timestamp()) // STEP_SECONDS
        return found


def secret_of(seed: bytes) -> str:
    """Returns the secret (base32, 160 bits) that is made of 20 bytes."""
    return base64.b32encode(seed[:20]).decode()


def address(secret: str, name: str, issuer: str) -> str:
    """Returns what the picture says, as authenticators read it."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def picture(text: str, title: str) -> str:
    """Returns a QR code as SVG, to stand within a page."""
    drawn: str = segno.make(text, micro=False).svg_inline(
        scale=4, border=4, title=title, dark="#000", light="#fff", omitsize=False
    )
    return drawn

"""What a form has brought about, shown on a page of its own: to load it again does nothing again.

What it shows stands sealed in its address. The browser that has sent the form opens it for some
minutes, on that page, and nobody else does.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from secrets import token_urlsafe

from flask import request, session

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.sign_in.stay import PROOF_LASTS

#: The field of an address in which it stands, and the cookie's, which makes it this browser's.
SHOWN = "shown"
_PURPOSE = "console shown after"


def to_show(gateway: Gateway, page: str, what: str = "") -> str:
    """Returns what leads to a page on which something is shown once it is done."""
    browser: str = session.setdefault(SHOWN, token_urlsafe(16))
    text = f"{gateway.clock.now().isoformat()} {what}"
    sealed = gateway.keyring.seal(_PURPOSE, text, [browser.encode(), page.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def shown(gateway: Gateway, page: str) -> str | None:
    """Returns what this page is to show; None where nothing was done that leads here."""
    given, browser = request.args.get(SHOWN, ""), session.get(SHOWN)
    if not given or not browser:
        return None
    try:
        sealed = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
        place = [browser.encode(), page.encode()]
        at, _, what = gateway.keyring.open_text(_PURPOSE, sealed, place).partition(" ")
    except (Refused, binascii.Error, ValueError):
        return None
    is_late = gateway.clock.now() - datetime.fromisoformat(at) > PROOF_LASTS
    return None if is_late else what

"""What the head of a request to the console tells: how long its body may be, and take.

It is asked by the front, before a body is waited for, and knows nothing that the pages need.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie

from gateway.adapters.system.keyring import Keyring
from gateway.deployment.load import Deployment
from gateway.web.console.mount import PREFIX
from gateway.web.front.exchange import Room

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

#: A form of the console is small, in octets.
LONGEST_FORM = 64 * 1024
#: Where files come in: a workbook with its lists, seldom over 200 KiB; a list of numbers, of which
#: a page takes 20,000; a warning.
UPLOADED_TO, LONGEST_UPLOAD = (
    frozenset({"/drafts/import", "/broadcasts/new", "/alerts/take"}),
    2 * 1024 * 1024,
)
#: Who has signed in may have a slow line: 2 MiB take so long at 280 kbit/s.
PATIENT_SECONDS = 60.0
#: The field of the cookie that has the token of who has signed in.
SIGNED_IN = "session"


def cookies_of(deployment: Deployment, keyring: Keyring) -> dict[str, Any]:
    """Returns how the console keeps its cookie, as Flask's configuration has it."""
    keys = keyring.derive_all("console cookies")
    secure = deployment.console_url.startswith("https:")
    return {
        "SECRET_KEY": keys[0],
        "SECRET_KEY_FALLBACKS": keys[1:],
        "SESSION_COOKIE_NAME": "__Secure-console" if secure else "console",
        "SESSION_COOKIE_PATH": f"{PREFIX}/",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


class ConsoleDoor:
    """Knows by their cookie alone who has signed in, were it in a session that has ended since."""

    def __init__(self, deployment: Deployment, keyring: Keyring) -> None:
        self._deployment, self._keyring = deployment, keyring
        here = deployment.has_console and deployment.settings.console.address is None
        self._at = PREFIX.strip("/") if here else None

    def stands_at(self, route: str) -> bool:
        """Returns whether the console is behind a first part of a path."""
        return route == self._at

    def room(self, path: str, headers: Mapping[str, str]) -> Room:
        """Returns how long a body may be and take; what is longer is told on a page."""
        if not self._has_signed_in(headers.get("cookie", "")):
            return Room(LONGEST_FORM, page=True)
        longest = LONGEST_UPLOAD if f"/{path}" in UPLOADED_TO else LONGEST_FORM
        return Room(longest, PATIENT_SECONDS, page=True)

    def _has_signed_in(self, sent: str) -> bool:
        longest = timedelta(hours=self._deployment.settings.console.longest_hours)
        try:
            kept = parse_cookie(sent).get(self._cookies["SESSION_COOKIE_NAME"], "")
            return SIGNED_IN in self._signed.loads(kept, max_age=int(longest.total_seconds()))
        except (BadSignature, UnicodeError):  # octets may stand in it that are no text
            return False

    @cached_property
    def _cookies(self) -> dict[str, Any]:
        return cookies_of(self._deployment, self._keyring)

    @cached_property
    def _signed(self) -> URLSafeTimedSerializer:
        """Returns what reads the cookie, as Flask has written it."""
        like = Flask("gateway.web.console.head", static_folder=None)
        like.config.update(self._cookies)
        reads = SecureCookieSessionInterface().get_signing_serializer(like)
        return cast("URLSafeTimedSerializer", reads)  # there is a key

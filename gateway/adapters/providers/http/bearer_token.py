"""A token that a provider gives for a while, fetched and renewed as a preset says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from gateway.adapters.providers.http.template.fields import Path, first_text, json_tree
from gateway.adapters.providers.http.template.sending import Call, TokenMaker
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    Malformed,
    OutcomeUnknown,
    ProviderUnavailable,
)

#: A token is renewed so long before it ends: the call has to come there.
_SPARE_SECONDS = 30.0
#: How long a token is used whose answer does not say.
_TOKEN_SECONDS = 600.0


class BearerToken:
    """The token of one account, for any threads. `ask` makes a call, and returns its answer."""

    def __init__(
        self,
        maker: TokenMaker,
        known: Mapping[str, object],
        ask: Callable[[Call], HttpAnswer],
        monotonic: Callable[[], float],
    ) -> None:
        self._maker, self._known, self._ask, self._monotonic = maker, known, ask, monotonic
        self._token, self._until = "", 0.0
        self._renewing = threading.Lock()

    def forget(self) -> None:
        """Lets the next call fetch another: this one was taken back before its end."""
        self._until = 0.0

    def now(self) -> str:
        """Returns the token that is good now, or a new one; raises SendFailed: nothing was sent."""
        with self._renewing:
            if self._monotonic() < self._until:
                return self._token
            self._token, seconds = self._fetched()
            self._until = self._monotonic() + max(seconds - _SPARE_SECONDS, seconds / 2)
            return self._token

    def _fetched(self) -> tuple[str, float]:
        """Returns a token, and how many seconds it holds."""
        try:
            answer = self._ask(self._maker.call(self._known))
        except OutcomeUnknown as lost:  # a token is no SMS
            raise ProviderUnavailable(lost.code, lost.detail) from None
        detail = str(answer.status)
        if answer.status in (400, 401, 403):
            raise ChannelMisconfigured("credentials_refused", detail)
        if answer.status not in (200, 201):
            raise ProviderUnavailable("token_refused", detail)
        try:
            fields, shape = json_tree(answer.body), self._maker.shape
            token = first_text(fields, [Path.of(name) for name in shape.token])
            seconds = first_text(fields, [Path.of(name) for name in shape.seconds]) or ""
        except Malformed:
            token, seconds = None, ""
        if not token:
            raise ProviderUnavailable("token_unreadable", detail)
        return token, float(seconds) if seconds.isdecimal() and len(seconds) < 9 else _TOKEN_SECONDS

"""Webhooks taken early: answered by the front's threads, without Flask on the way.

The doors and the providers are those of the Flask application, and so is what is said when
something goes wrong. What is not plainly a webhook, or is refused by its head, is left to Flask.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import WebhookRejected
from gateway.domain.record import Record
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest
from gateway.use_cases.ports import Provider
from gateway.web import alerts
from gateway.web.access import Access, Named, source_address
from gateway.web.console.head import ConsoleDoor
from gateway.web.front.exchange import Answer, Reply, Room, Scope, WithOthers, peer_of
from gateway.web.webhooks import LONGEST_BODY, Doors, reply_to_error

#: Its requests are answered together: they wait for the disk, and that costs more than the rest.
_TOGETHER = "delivery"
_METHODS = frozenset({"GET", "POST", "PUT"})


class _Asked(Record, frozen=True):
    """A webhook whose head is proven; `named` is entered while it is answered."""

    route: str
    channel: str
    provider: Provider
    request: WebhookRequest
    named: Named


class Direct:
    """Finds the webhooks among the requests; what it returns answers one with its body."""

    def __init__(self, gateway: Gateway, access: Access) -> None:
        self._gateway, self._access = gateway, access
        self._doors, self._alerts = Doors(gateway), alerts.AlertDoor(gateway)
        self._console = ConsoleDoor(gateway.deployment, gateway.keyring)
        self._routes = frozenset(self._doors.routes)
        self._public_url = gateway.public_url
        self._trusted = gateway.deployment.settings.server.trusted_proxies

    def __call__(self, scope: Scope) -> Answer | WithOthers | None:
        """Returns what answers, or None for a request that Flask answers.

        A report of delivery is to be given to `together`, with others of its moment.
        """
        path, method, headers = scope.path, scope.method, scope.headers  # each is made when read
        route, _, channel = path[1:].partition("/")
        channel = channel.rstrip("/")
        if route not in self._routes or method not in _METHODS:
            return None
        peer, trusted = peer_of(scope), self._trusted
        request = WebhookRequest(
            method=method,
            path=path,
            query=scope.query_string,
            headers=headers,
            remote_address=source_address(peer, headers, trusted) if trusted else peer,
            public_url=self._public_url,
        )
        try:
            provider = self._doors.enter(route, channel, request)
        except WebhookRejected:
            return None
        channel = channel.partition("/")[0]
        named = self._access.around(method, path, headers.get("x-request-id", ""), peer)
        asked = _Asked(route, channel, provider, request, named)
        if route == _TOGETHER:
            return WithOthers(asked)
        return partial(self._answered, asked)

    def together(self, asked: Sequence[tuple[_Asked, bytes]]) -> Sequence[Reply]:
        """Answers reports of delivery, each given with its body."""
        for each, body in asked:
            each.request.body = body
        replies = self._doors.answer_reports(
            [(each.channel, each.provider, each.request) for each, _ in asked]
        )
        answered: list[Reply] = []
        for (each, _), reply in zip(asked, replies, strict=True):
            with each.named:
                if isinstance(reply, Exception):
                    reply = reply_to_error(self._gateway, each.channel, reply)
                each.named.status = reply.status
            answered.append(_as_sent(reply, each.named.name))
        return answered

    def room(self, scope: Scope) -> Room:
        """Returns how long the body of what is left to Flask may be: none at a closed door."""
        route, _, name = scope.path[1:].partition("/")
        if route == alerts.ROUTE:
            return Room(self._alerts.room(name.rstrip("/"), scope.query_string, scope.headers))
        if self._console.stands_at(route):
            return self._console.room(name, scope.headers)
        return Room(0 if route in self._routes else LONGEST_BODY)

    def _answered(self, asked: _Asked, body: bytes) -> Reply:
        channel, request, named = asked.channel, asked.request, asked.named
        request.body = body
        with named:
            try:
                reply = self._doors.answer(asked.route, channel, asked.provider, request)
            except Exception as error:
                reply = reply_to_error(self._gateway, channel, error)
            named.status = reply.status
        return _as_sent(reply, named.name)


def _as_sent(reply: WebhookReply, name: str) -> Reply:
    headers = [("content-type", reply.content_type), ("x-request-id", name)]
    if reply.headers:
        headers += [(each.lower(), value) for each, value in reply.headers.items()]
    return reply.status, headers, reply.body.encode()

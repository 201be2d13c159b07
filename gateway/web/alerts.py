"""The door for public warnings: `POST /alerts/<source>`, with a CAP document as its body.

The source is proven by its secret before the body is read: in the address, as `?key=`, or in the
head, as `Authorization: Bearer`. A signature in the document is proven where the source signs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from flask import Flask, Response, request

from gateway.composition.gateway import Gateway
from gateway.domain.alerts.alert import MOST_BYTES
from gateway.domain.faults_and_errors.errors import (
    AlertInvalid,
    OriginUnproven,
    UnknownRoute,
    WebhookRejected,
)
from gateway.domain.text.secret_comparison import is_one_of
from gateway.web.webhooks import EnvironHeaders, refuse_encoded

ROUTE = "alerts"
_MOST_FAULTS = 20


class AlertDoor:
    """Knows the sources, and who may pass."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def enter(self, source: str, query: str, headers: Mapping[str, str]) -> None:
        """Returns when the head proves a source; raises WebhookRejected."""
        deployment = self._gateway.deployment
        if source not in deployment.settings.alerts.sources:
            raise UnknownRoute("There is no such source of alerts. See: gateway alerts sources")
        given = parse_qs(query).get("key", [])
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer":
            given = [*given, token.strip()]
        known = deployment.alert_keys(source)
        if not any(is_one_of(each, known) for each in given):
            raise OriginUnproven("The key of the source is missing or wrong.")
        refuse_encoded(headers)

    def room(self, source: str, query: str, headers: Mapping[str, str]) -> int:
        """Returns how long a body may be, in octets: none where the head proves nobody."""
        try:
            self.enter(source, query, headers)
        except WebhookRejected:
            return 0
        return MOST_BYTES


def add_alerts(app: Flask, gateway: Gateway) -> None:
    """Adds the door to an application."""
    door = AlertDoor(gateway)

    @app.post(
        f"/{ROUTE}/<source>",
        endpoint="alerts",
        strict_slashes=False,
        provide_automatic_options=False,
    )
    def take(source: str) -> Response:
        environ = request.environ
        door.enter(source, environ.get("QUERY_STRING", ""), EnvironHeaders(environ))
        request.max_content_length = MOST_BYTES
        try:
            taken = gateway.alerts.take(source, request.get_data(cache=False), f"{source}.xml")
        except AlertInvalid as invalid:
            faults = [
                {"line": each.line, "code": each.code, "sentence": each.sentence}
                for each in invalid.faults[:_MOST_FAULTS]
            ]
            gateway.counters.add("alerts_refused", source=source, code=invalid.code)
            return _json({"faults": faults}, 422)
        except OriginUnproven as unproven:
            gateway.counters.add("alerts_refused", source=source, code=unproven.code)
            raise
        return _json(
            {
                "alert": taken.id,
                "taken_before": taken.taken_before,
                "meaning": taken.reading.meaning.value,
                "why": taken.reading.why,
                "broadcasts": list(taken.drafts.values()),
                "waiting_for_a_person": len(taken.waits),
            },
            200,
        )


def _json(value: object, status: int) -> Response:
    return Response(f"{json.dumps(value)}\n", status=status, content_type="application/json")

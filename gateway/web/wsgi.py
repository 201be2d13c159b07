"""The way in for a WSGI server: `granian --factory gateway.web.wsgi:create`, or
`gunicorn 'gateway.web.wsgi:create()'`. `gateway serve` has another: rsgi.py."""

from __future__ import annotations

from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.web.app import create_app, show_console
from gateway.web.early import Early
from gateway.web.replay import replay_in_turn


def create() -> Early:
    """Returns the application of the deployment in the working directory or `GATEWAY_HOME`."""
    gateway = Gateway(load(strict=True)).share_time()
    gateway.spool.prove()
    show_console(gateway)
    replay_in_turn(gateway)
    return Early(create_app(gateway), gateway)

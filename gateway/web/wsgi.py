"""The way in for a WSGI server: `granian --factory gateway.web.wsgi:create`, or
`gunicorn 'gateway.web.wsgi:create()'`. `gateway serve` does the former."""

from __future__ import annotations

from flask import Flask

from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.web.app import create_app
from gateway.web.replay import replay_in_turn


def create() -> Flask:
    """Returns the application of the deployment in the working directory or `GATEWAY_HOME`."""
    gateway = Gateway(load(strict=True)).share_time()
    gateway.spool.prove()
    replay_in_turn(gateway)
    return create_app(gateway)

"""Hands a provider's request to our own webhooks: within the app, or over HTTP."""

from __future__ import annotations

from flask import Flask

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.standin.handset import Handset, Post


def handset(deployment: Deployment, channel: str, post: Post) -> Handset:
    """Returns a handset on one of a deployment's channels."""
    settings = deployment.channels[channel]
    return Handset(
        standin=PROVIDERS[settings.provider].load_standin(),
        settings=settings,
        urls=deployment.webhook_urls(channel),
        post=post,
    )


def within(app: Flask) -> Post:
    """Returns a way to post that takes the same route as a request from outside, less the wire."""

    def post(request: WireRequest) -> tuple[int, str]:
        with app.test_client() as client:
            answer = client.post(request.target, headers=dict(request.headers), data=request.body)
            return answer.status_code, answer.get_data(as_text=True)

    return post


def over_http(base_url: str) -> Post:
    """Returns a way to post to a gateway that runs elsewhere."""
    import urllib3

    pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=20), retries=False)

    def post(request: WireRequest) -> tuple[int, str]:
        url = base_url.rstrip("/") + request.target
        try:
            answer = pool.request("POST", url, body=request.body, headers=dict(request.headers))
        except urllib3.exceptions.HTTPError as error:
            # Without the path: it carries the channel's secret.
            raise StoreUnavailable(
                f"{base_url} does not answer. Is the gateway running?"
            ) from error
        return answer.status, answer.data.decode("utf-8", "replace")

    return post

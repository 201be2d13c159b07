"""Hands a provider's request to our own webhooks: within the app, or over HTTP."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from flask import Flask

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.deployment.load import Deployment
from gateway.deployment.settings_tree import is_loopback
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.telecom.ussd import UssdReply
from gateway.standin.handset import Handset, NextScreen, Post

#: How long beyond the channel's deadline a screen is waited for.
SCREEN_SECONDS = 5.0


def handset(deployment: Deployment, channel: str, post: Post) -> Handset:
    """Returns a handset on one of a deployment's channels."""
    settings = deployment.channels[channel]
    return Handset(
        standin=PROVIDERS[settings.provider].load_standin(),
        settings=settings,
        urls=deployment.webhook_urls(channel),
        post=post,
        next_screen=_screens_of(settings) if settings.pushes_screens else None,
    )


def _screens_of(settings: ChannelSettings) -> NextScreen:
    """Returns what waits for screens at the stand-in that the channel hands them to."""

    def next_screen(session_id: str) -> UssdReply:
        import urllib3

        if not is_loopback(settings.api_url or ""):
            raise Refused("Its screens go to the provider. To dial it here, `api_url: standin`.")
        parts = urlsplit(settings.api_url or "")
        url = f"{parts.scheme}://{parts.netloc}/screens/next"
        last = time.monotonic() + settings.deadline_seconds + SCREEN_SECONDS
        while time.monotonic() < last:
            try:
                answer = urllib3.request("POST", url, json={"session": session_id}, retries=False)
            except urllib3.exceptions.HTTPError as error:
                raise StoreUnavailable(f"No stand-in answers at {parts.netloc}.") from error
            match answer.status:
                case 200:
                    return UssdReply(**answer.json())
                case 204:
                    continue
                case status:
                    raise Refused(f"The stand-in at {parts.netloc} answered {status}.")
        raise Refused("No screen came. The log of the gateway says why.")

    return next_screen


def within(app: Flask) -> Post:
    """Returns a way to post that takes the same route as a request from outside, less the wire."""

    def post(request: WireRequest) -> tuple[int, str]:
        with app.test_client() as client:
            answer = client.open(
                request.target,
                method=request.method,
                headers=dict(request.headers),
                data=request.body,
            )
            return answer.status_code, answer.get_data(as_text=True)

    return post


def over_http(base_url: str) -> Post:
    """Returns a way to post to a gateway that runs elsewhere."""
    import urllib3

    pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=20), retries=False)

    def post(request: WireRequest) -> tuple[int, str]:
        url = base_url.rstrip("/") + request.target
        try:
            answer = pool.request(
                request.method, url, body=request.body, headers=dict(request.headers)
            )
        except urllib3.exceptions.HTTPError as error:
            # Without the path: it carries the channel's secret.
            raise StoreUnavailable(
                f"{base_url} does not answer. Is the gateway running?"
            ) from error
        return answer.status, answer.data.decode("utf-8", "replace")

    return post

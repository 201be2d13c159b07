"""The stand-in for a deployment's own channels."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gateway.deployment.load import Deployment
from gateway.standin.config import for_channels
from gateway.standin.server import serve


def told_at(urls: Mapping[str, str]) -> str:
    """Returns where an account at a provider tells of what it was sent: reports, or a flow's words.

    Empty where a provider has neither.
    """
    return urls.get("delivery") or urls.get("flow", "")


def serve_for(
    deployment: Deployment,
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    for_it_alone: bool = False,
    known_hosts: Collection[str] = (),
) -> None:
    """Serves the stand-in of a deployment until the process is told to stop.

    `for_it_alone` refuses what another gateway sends.
    """
    urls = {name: told_at(deployment.webhook_urls(name)) for name in deployment.channels}
    settings = deployment.settings
    config = for_channels(
        deployment.channels,
        urls,
        path=settings.standin_path,
        keeps_to_path=for_it_alone,
        known_hosts=(*settings.server.known_hosts, *known_hosts),
    )
    serve(port or settings.standin.port, config, host)

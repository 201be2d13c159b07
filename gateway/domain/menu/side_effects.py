"""Which services write something down or cost something, going by what their handlers declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import OpenScreen, ServiceScreen


def with_writes(release: Release, contracts: Mapping[str, HandlerContract]) -> Release:
    """Returns the release with `writes` set on each service that calls what writes.

    A service that opens another one at once counts as that one. One that merely offers another
    does not: the citizen chooses it with open eyes.
    """
    declared = {call.back_end: call.contract for call in release.calls.values()}
    contracts = {**contracts, **declared}
    own = {
        screen.id.partition(".")[0]
        for screen in release.each(ServiceScreen)
        if screen.handler in contracts and contracts[screen.handler].writes
    }
    services = {
        name: replace(service, writes=_opened(release, service.start) in own or name in own)
        for name, service in release.services.items()
    }
    return replace(release, services=services)


def _opened(release: Release, start: str) -> str:
    """Returns the service that is reached without an answer."""
    for _ in release.services:
        screen = release.screens.get(start)
        if not isinstance(screen, OpenScreen):
            break
        start = screen.goto
    return start.partition(".")[0]

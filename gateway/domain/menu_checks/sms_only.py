"""Which screens lead to nothing but what comes by SMS, going by what their handlers declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.menu_checks.graph import ways


def with_sms_only(release: Release, contracts: Mapping[str, HandlerContract]) -> Release:
    """Returns the release with `sms_only`: calls that promise an SMS, and what leads there only.

    Whom no SMS can reach is told so there, and not after three answers.
    """
    found = {
        screen.id
        for screen in release.each(ServiceScreen)
        if screen.handler in contracts and contracts[screen.handler].promises_sms
    }
    waiting = {name: set(ways(release, name)) for name in release.screens if name not in found}
    while more := {name for name, follow in waiting.items() if follow and follow <= found}:
        found |= more
        for name in more:
            del waiting[name]
    return replace(release, sms_only=frozenset(found))

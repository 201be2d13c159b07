"""Which screens lead to nothing but what comes by SMS, going by what their handlers declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.menu_checks.ways.graph import ways


def with_sms_only(release: Release, contracts: Mapping[str, HandlerContract]) -> Release:
    """Returns the release with `sms_only`: what promises an SMS, and what leads there only.

    Whom no SMS can reach is told so there, and not after three answers.
    """
    promises = {
        screen.id
        for screen in release.each(ServiceScreen)
        if screen.handler in contracts and contracts[screen.handler].promises_sms
    }
    leads = {name: set(ways(release, name)) for name in release.screens if name not in promises}
    # To go round and round, correcting what was read back, is no other way.
    ends = {name for name, follow in leads.items() if not follow}
    return replace(release, sms_only=frozenset(_before(promises, leads) - _before(ends, leads)))


def _before(screens: set[str], leads: Mapping[str, set[str]]) -> set[str]:
    """Returns these screens, and all from which one of them can be come to."""
    found = set(screens)
    while more := {name for name, follow in leads.items() if name not in found and follow & found}:
        found |= more
    return found

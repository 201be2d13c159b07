"""Whose something is: what a new menu changes, and the data that services work with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from gateway.domain.handler_contract.form import STORE
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ServiceScreen

#: What of a release is by service; all else is the deployment's own.
_BY_SERVICE = frozenset({"id", "services", "screens", "look_ups", "shortcuts", "keywords"})


def changed(before: Release | None, after: Release, own: str) -> frozenset[str]:
    """Returns the institutions that a new release concerns: of which something is not as before.

    What is no service's (the home screen, languages, messages) is `own`, the deployment's.
    """
    if before is None:
        return frozenset({own, *(each.institution or own for each in after.services.values())})
    found = set()
    for service in before.services.keys() | after.services.keys():
        if _of_service(before, service) != _of_service(after, service):
            found |= {
                release.institution_of(service) or own
                for release in (before, after)
                if service in release.services
            }
    shared = [each.name for each in fields(Release) if each.name not in _BY_SERVICE]
    if any(getattr(before, name) != getattr(after, name) for name in shared):
        found.add(own)
    return frozenset(found)


def of_data(
    release: Release, name: str, contracts: Mapping[str, HandlerContract], own: str
) -> frozenset[str]:
    """Returns the institutions whose services look a dataset up, or read or keep what is so called.

    What no service names, such as a table that handlers write, is `own`, the deployment's.
    """
    found = {release.institution_of(service) or own for service in _users(release, name, contracts)}
    return frozenset(found or {own})


def of_call(release: Release, back_end: str, own: str) -> frozenset[str]:
    """Returns the institutions whose services make a declared call; `own` where none does."""
    found = {
        release.institution_of(id.partition(".")[0]) or own
        for id, each in release.screens.items()
        if isinstance(each, ServiceScreen) and each.handler == back_end
    }
    return frozenset(found or {own})


def _users(release: Release, name: str, contracts: Mapping[str, HandlerContract]) -> Iterator[str]:
    for screen, look_up in release.look_ups.items():
        if look_up.dataset == name:
            yield screen.partition(".")[0]
    for id, each in release.screens.items():
        if not isinstance(each, ServiceScreen):
            continue
        contract = contracts.get(each.handler)
        reads = contract is not None and name in contract.reads
        if reads or each.handler == f"{STORE}{name}":
            yield id.partition(".")[0]


def _of_service(release: Release, service: str) -> tuple[object, ...]:
    screens = {id: each for id, each in release.screens.items() if id.startswith(f"{service}.")}
    look_ups = {id: each for id, each in release.look_ups.items() if id in screens}
    return release.services.get(service), screens, look_ups

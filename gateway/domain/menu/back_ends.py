"""What services cannot do without, so that one whose back end is down says so at its entry."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)

Contracts = Mapping[str, HandlerContract]


def with_back_ends(release: Release, contracts: Contracts) -> Release:
    """Returns the release with `back_ends` and `rest_minutes` set on each service."""
    known = {**contracts, **release.declared_contracts}
    called: dict[str, dict[str, None]] = {}
    for screen in release.each(ServiceScreen):
        if screen.handler in known:
            called.setdefault(screen.id.partition(".")[0], {})[screen.handler] = None
    services = {
        name: replace(
            service,
            back_ends=_needed(release, service.start, called.get(name, {}), known),
            rest_minutes=_minutes(known[one] for one in called.get(name, {})),
        )
        for name, service in release.services.items()
    }
    return replace(release, services=services)


def _minutes(contracts: Iterable[HandlerContract]) -> int:
    rests = [contract.breaker.rest_seconds for contract in contracts]
    return math.ceil(max(rests, default=0.0) / 60)


def _needed(
    release: Release, start: str, called: Mapping[str, None], contracts: Contracts
) -> tuple[str, ...]:
    """Returns the back ends without which nothing is to be had from the first screen on.

    One whose last answers stand in for it is none: whether there is one shows when it is asked for.
    """
    return tuple(
        name
        for name in called
        if not contracts[name].keep_last and not _helps(release, start, name, contracts)
    )


def _helps(release: Release, start: str, without: str, contracts: Contracts) -> bool:
    """Returns whether a service still comes to something without a back end.

    To an end, or to another service; but that another back end found nothing is no help.
    """
    seen, waiting = {start}, [start]
    while waiting:
        screen = release.screens.get(waiting.pop())
        match screen:
            case None:
                continue
            case EndScreen() | OpenScreen():
                return True
            case ServiceScreen(handler=handler) if handler == without:
                continue
            case ChoiceScreen() | InputScreen() | BranchScreen() | ServiceScreen():
                pass
            case _:
                assert_never(screen)
        for goto in _ways(release, screen, contracts):
            if goto.partition(".")[0] != start.partition(".")[0]:
                return True
            if goto not in seen:
                seen.add(goto)
                waiting.append(goto)
    return False


def _ways(release: Release, screen: Screen, contracts: Contracts) -> list[str]:
    match screen:
        case ChoiceScreen():
            listed = [screen.listing.goto] if screen.listing else []
            return [*listed, *(option.goto for option in screen.options.values())]
        case InputScreen():
            return [screen.goto]
        case BranchScreen():
            return [goto for _, goto in screen.ways]
        case ServiceScreen():
            gives = contracts[screen.handler].outcomes if screen.handler in contracts else {}
            return [
                goto
                for outcome, goto in screen.outcomes.items()
                if gives.get(outcome) or not isinstance(release.screens.get(goto), EndScreen)
            ]
        case EndScreen() | OpenScreen():
            return []
        case _:
            assert_never(screen)

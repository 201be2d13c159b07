"""What the screens and services of a menu write, going by what their handlers declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from gateway.domain.handler_contract.service_call import HandlerContract, Writes
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

#: What a citizen is told of when a dialogue ends before it: nothing was written then.
TOLD_OF = frozenset({Writes.RECORD, Writes.REPORT})


def with_writes(release: Release, contracts: Mapping[str, HandlerContract]) -> Release:
    """Returns the release with what is written noted on its calls, its choices and its services.

    A service that opens another one at once counts as that one. One that merely offers another
    does not: the citizen chooses it with open eyes.
    """
    contracts = {**contracts, **release.declared_contracts}
    called = {
        screen.id: replace(screen, writes=contract.kind, writes_by=contract.writes_by)
        for screen in release.each(ServiceScreen)
        if (contract := contracts.get(screen.handler)) and contract.kind
    }
    release = replace(release, screens={**release.screens, **called})
    needed = {
        f"{screen.id.partition('.')[0]}.{answer}"
        for screen in called.values()
        if screen.writes in TOLD_OF
        for answer in sources(screen, contracts[screen.handler]).values()
    }
    asking: dict[str, Screen] = {}
    for screen in release.screens.values():
        match screen:
            case ChoiceScreen():
                calls = calls_behind(release.screens, screen)
                reads_back = any(call.writes is Writes.RECORD for call in calls)
                if reads_back or screen.id in needed:
                    asking[screen.id] = replace(
                        screen, reads_back=reads_back, needed=screen.id in needed
                    )
            case InputScreen():
                if screen.id in needed:
                    asking[screen.id] = replace(screen, needed=True)
            case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen():
                pass
            case _:
                assert_never(screen)
    own = {screen.partition(".")[0] for screen in called}
    services = {
        name: replace(service, writes=_opened(release, service.start) in own or name in own)
        for name, service in release.services.items()
    }
    return replace(release, screens={**release.screens, **asking}, services=services)


def sources(screen: ServiceScreen, contract: HandlerContract) -> Mapping[str, str]:
    """Returns the answers that a call needs, each with the name of what gives it in its service."""
    return {need: screen.arguments.get(need, need) for need in contract.needs}


def calls_behind(screens: Mapping[str, Screen], screen: ChoiceScreen) -> Iterator[ServiceScreen]:
    """Yields the calls that a line of a choice leads to, with nothing asked between."""
    gotos = [option.goto for option in screen.options.values()]
    if screen.listing is not None:
        gotos.append(screen.listing.goto)
    yield from calls_at(screens, *gotos)


def calls_at(screens: Mapping[str, Screen], *gotos: str) -> Iterator[ServiceScreen]:
    """Yields the calls among these screens, or behind those of them that are never seen."""
    waiting, met = list(gotos), set[str]()
    while waiting:
        goto = waiting.pop(0)
        following = screens.get(goto)
        if goto in met or following is None:
            continue
        met.add(goto)
        match following:
            case ServiceScreen():
                yield following
            case BranchScreen():
                waiting += [way for _, way in following.ways]
            case OpenScreen():
                waiting.append(following.goto)
            case ChoiceScreen() | InputScreen() | EndScreen():
                pass
            case _:
                assert_never(following)


def _opened(release: Release, start: str) -> str:
    """Returns the service that is reached without an answer."""
    for _ in release.services:
        screen = release.screens.get(start)
        if not isinstance(screen, OpenScreen):
            break
        start = screen.goto
    return start.partition(".")[0]

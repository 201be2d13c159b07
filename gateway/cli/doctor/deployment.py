"""Part of `gateway doctor`: menus, channels, and the systems behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.adapters.providers.registry import PROVIDERS
from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import counted
from gateway.composition.gateway import Gateway
from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS


def menus(gateway: Gateway) -> Iterator[Finding]:
    """Tells of the menus, in the files and published."""
    from gateway.domain.faults_and_errors.errors import MenuInvalid

    try:
        release = gateway.deployment.load_release()
    except MenuInvalid as error:
        sentence = f"{counted(len(error.faults), 'fault')}; the first: {error.faults[0]}"
        yield Finding("menus", False, sentence, "Run: gateway menus check")
        return
    # without the two that the gateway brings itself: home and the choice of language
    count, languages = len(release.services) - 2, ", ".join(release.languages)
    yield Finding("menus", True, f"{count} services in {languages}; release {release.id}.")
    yield from _published(gateway, release.id)


def _published(gateway: Gateway, files: str) -> Iterator[Finding]:
    from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

    try:
        live = gateway.menus.live_id()
    except (Refused, StoreUnavailable):
        return  # the database is told above
    sentence = f"Release {live} is live." if live else "Nothing is published; the files are served."
    if gateway.deployment.development:
        sentence = "In development the files are served."
    elif live and live != files:
        sentence += " The files differ: gateway menus diff."
    yield Finding("published menu", True, sentence)


def channels(gateway: Gateway) -> Iterator[Finding]:
    """Tells of the address and the channels, and whether one sends."""
    deployment = gateway.deployment
    url = deployment.settings.public_url
    safe = url.startswith("https://") or deployment.development
    fix = "Set public_url to the https address that providers reach you at."
    yield Finding("public URL", safe, url, fix)
    for name, settings in deployment.channels.items():
        if PROVIDERS[settings.provider].stays_here:
            fix = "Take the channel out: it is for trials, and nobody can call it in production."
            yield Finding(f"channel {name}", deployment.development, "The phone simulator.", fix)
            continue
        api = settings.api_url or "the provider's own address"
        real = deployment.development or not settings.api_url
        fix = "Leave api_url out in production."
        yield Finding(f"channel {name}", real, f"{settings.provider}, API at {api}.", fix)
    yield from _standings(gateway)
    sending = [name for name, each in deployment.channels.items() if each.to_channel(name).sends]
    sentence = f"Sent by {', '.join(sending)}." if sending else NO_CHANNEL_SENDS
    fix = "Give one of them a sender: without it reminders, late answers and the help desk's wait."
    yield Finding("SMS", bool(sending), sentence, fix)


def _standings(gateway: Gateway) -> Iterator[Finding]:
    """Tells of channels by which no SMS leave, or fewer than should."""
    from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
    from gateway.domain.outbound.channel_state import Standing

    try:
        known = gateway.sql.channel_states.all()
    except (Refused, StoreUnavailable):
        return  # the database is told above
    for name in gateway.channels:
        state = known.get(name)
        if state is None or state.standing in (Standing.OPEN, Standing.PREFERRED):
            continue
        who = f" by {state.by}" if state.by else ""
        sentence = f"SMS: {state.standing.value}{who}: {state.reason}."
        fix = f"Mend what it says, then: gateway channels resume {name} --reason TEXT"
        yield Finding(f"channel {name}", False, sentence, fix)


def back_ends(gateway: Gateway) -> Iterator[Finding]:
    """Tells of secrets of calls, and of back ends that are left alone."""
    from gateway.cli.calls import missing_secrets
    from gateway.domain.faults_and_errors.errors import MenuInvalid, StoreUnavailable
    from gateway.use_cases.ports.calls import BreakerState

    contracts = {name: handler.contract for name, handler in gateway.deployment.handlers.items()}
    calls: Iterable[DeclaredCall] = ()
    try:
        release = gateway.deployment.load_release()
        calls = release.calls.values()
        contracts |= release.declared_contracts
    except MenuInvalid:
        pass  # told already
    for call in calls:
        missing = missing_secrets(gateway.deployment, call)
        sentence = f"Not set: {', '.join(missing)}." if missing else "Its secrets are set."
        fix = "Put it in the environment, or below /run/secrets."
        yield Finding(f"call {call.name}", not missing, sentence, fix)
    try:
        states = gateway.stores.breakers.states(list(contracts))
    except StoreUnavailable:
        return  # told already
    down = [name for name, state in states.items() if state is not BreakerState.CLOSED]
    for name in down:
        rest = f"{contracts[name].breaker.rest_seconds:g} s of rest"
        fix = f"Mend the system behind it; it is tried again by one call after every {rest}."
        yield Finding(f"back end {name}", False, "Failed too often, and is left alone.", fix)
    if not down:
        yield Finding("back ends", True, f"None of {len(contracts)} is down.")

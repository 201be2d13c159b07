"""The line that a dialogue is played on, and the dialogues that find none.

A dialogue that names no channel is played on a line of the stage's own: the same page, keys and
times whatever is configured. So what passes on one machine is not refused on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from gateway.domain.dialogue.golden_dialogue import Dialogue, Surface
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.channel import Channel

#: The name of the stage's own line; no configured channel can be called so.
OWN_LINE = "the stage's own"

#: Dialled where neither a dialogue nor a channel says what is.
_SERVICE_CODE = "*384*2026#"
_ADDRESS = "2026"


def fitting(channels: Mapping[str, Channel], surface: Surface) -> Mapping[str, Channel]:
    """Returns the channels that a dialogue of this surface may name."""
    return {name: each for name, each in channels.items() if _fits(each, surface)}


def not_here(dialogue: Dialogue, channels: Mapping[str, Channel]) -> Sentence | None:
    """Returns why a dialogue cannot be played in this configuration; None when it can."""
    name, here = dialogue.channel, fitting(channels, dialogue.surface)
    if not name or name in here:
        return None
    proposal = did_you_mean(name, sorted(here))
    sentence = Sentence(
        "There is no channel '%(name)s' for %(surface)s in this configuration.",
        name=name,
        surface=dialogue.surface.value,
    )
    return sentence + proposal


def lines(
    dialogue: Dialogue, channels: Mapping[str, Channel], dialled: Iterable[str]
) -> tuple[Channel, Mapping[str, Channel]]:
    """Returns the line of a dialogue, and all lines of its gateway.

    `dialled` are the codes that dialogues dial. The shortest is the service code of the stage's own
    line; for a dialogue that dials, the shortest with which its code begins.
    """
    if dialogue.channel:
        return channels[dialogue.channel], channels
    configured = {each.service_code for each in channels.values() if each.service_code}
    address = next((each.address for each in channels.values() if each.address), _ADDRESS)
    own = Channel(
        name=OWN_LINE,
        provider="simulator",
        service_code=_service_code(dialogue, set(dialled), configured)
        if dialogue.dialled
        else None,
        address=address,
    )
    return own, {own.name: own}


def _service_code(dialogue: Dialogue, dialled: Set[str], configured: Set[str]) -> str:
    if dialogue.surface is Surface.USSD:
        codes = {each for each in dialled | configured if _begins_with(dialogue.opening, each)}
    else:
        codes = set(dialled or configured)
    return min(codes, key=lambda code: (len(code), code), default=_SERVICE_CODE)


def _begins_with(dialled: str, code: str) -> bool:
    return dialled == code or dialled.startswith(f"{code.rstrip('#')}*")


def _fits(channel: Channel, surface: Surface) -> bool:
    return bool(channel.service_code if surface is Surface.USSD else channel.address)

"""Which channels an MT takes, in which order, and from which sender."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.domain.institutions.institution import Institution
from gateway.domain.outbound.channel_state import ChannelState, Standing
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import OutboundSms


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A mobile network: its codes (MCC and MNC, ITU-T E.212), and how its numbers begin."""

    name: str
    codes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Channels in the order in which they are preferred, and for what; empty is for all."""

    channels: tuple[str, ...]
    institution: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The routes of a deployment. `own` is the institution of what is no service's."""

    routes: tuple[Route, ...] = ()
    networks: tuple[Network, ...] = ()
    own: str = ""

    @property
    def ask_for_network(self) -> bool:
        """Returns whether it matters on which network a subscriber is."""
        return any(route.network for route in self.routes)

    def name_of(self, code: str) -> str:
        """Returns the name of the network that has a code; the code where none has."""
        return next((each.name for each in self.networks if code in each.codes), code)

    def network_of(self, subscriber: Identity, last_seen: str) -> str:
        """Returns the name of a subscriber's network, or an empty text.

        The code that was seen last comes first: numbers go along when people change networks. Of
        prefixes the longest counts.
        """
        for network in self.networks:
            if last_seen and last_seen in network.codes:
                return network.name
        if not isinstance(subscriber, Msisdn):
            return ""
        found = [
            (len(prefix), network.name)
            for network in self.networks
            for prefix in network.prefixes
            if subscriber.e164.startswith(prefix)
        ]
        return max(found)[1] if found else ""

    def preferred(self, institution: str, network: str) -> tuple[str, ...]:
        """Returns the channels of the route that fits best; that of an institution comes first."""
        fitting = [
            route
            for route in self.routes
            if route.institution in ("", institution or self.own)
            and (not route.network or route.network == network)
        ]
        best = max(
            fitting, key=lambda each: (bool(each.institution), bool(each.network)), default=None
        )
        return best.channels if best else ()


#: Nothing was set: every MT leaves by the channel it was accepted for.
NO_ROUTES = Routes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is done with an MT: sent here, moved to another channel, or held for a while.

    `trial` says that it tries a channel that was left alone.
    """

    channel: str = ""
    sender: str = ""
    trial: bool = False


#: No channel may take it now.
HELD = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a choice is made from. `preferred` are the channels of the route that fits the MT."""

    channels: Mapping[str, Channel]
    states: Mapping[str, ChannelState]
    institution: Institution | None = None
    preferred: tuple[str, ...] = ()
    #: How many MTs may still try each channel.
    trials: Mapping[str, int] = field(default_factory=dict)


def is_bound(sms: OutboundSms) -> bool:
    """Returns whether an MT may leave by its own channel only.

    An answer to an MO goes the way the MO came, from the address that was texted. A copy, too,
    stays: the provider that may have had the first would know it again.
    """
    return bool(sms.sender or sms.link_id or sms.resend_of is not None)


def choose(sms: OutboundSms, known: Known) -> Choice:
    """Returns by which channel an MT leaves now.

    Open channels come before drained ones, in the order that is preferred; where all are drained,
    it stays where it is. One that is paused takes nothing, but for a trial. What has failed once
    tries no channel anew, unless it may take no other.
    """
    drained: list[str] = []
    ways = list(_ways(sms, known))
    tries = sms.attempt == 1 or len(ways) == 1
    for name in ways:
        state = known.states.get(name) or ChannelState(name=name)
        if state.standing in (Standing.OPEN, Standing.PREFERRED):
            return _by(name, sms, known)
        if tries and known.trials.get(name, 0) > 0:
            return _by(name, sms, known, trial=True)
        if state.standing is Standing.DRAINED:
            drained.append(name)
    if drained:
        return _by(sms.channel if sms.channel in drained else drained[0], sms, known)
    return HELD


def _ways(sms: OutboundSms, known: Known) -> Iterator[str]:
    """Yields the channels that may take an MT at all, the preferred first, each once."""
    if is_bound(sms):
        yield sms.channel
        return
    allowed = known.institution.channels if known.institution else ()
    people = [name for name, each in known.states.items() if each.standing is Standing.PREFERRED]
    listed = known.preferred or allowed or (sms.channel,)
    for name in dict.fromkeys((*sorted(people), *listed, *(known.preferred and allowed))):
        channel = known.channels.get(name)
        if channel is None or (allowed and name not in allowed):
            continue
        if name == sms.channel or (channel.sends and channel.can_text(sms.subscriber)):
            yield name


def _by(name: str, sms: OutboundSms, known: Known, *, trial: bool = False) -> Choice:
    sender = sms.sender
    if known.institution and not is_bound(sms):
        sender = _sender(known.channels[name], known.institution.sender_ids)
    return Choice(channel=name, sender=sender, trial=trial)


def _sender(channel: Channel, allowed: Iterable[str]) -> str:
    """Returns the sender that an institution may use on a channel; empty for the channel's own."""
    senders = tuple(allowed)
    own = channel.sender_id or channel.address
    if not senders or channel.chooses_sender or own in senders:
        return ""
    return senders[0]

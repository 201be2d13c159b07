"""Let each MT leave by the channel it should: kept here, moved to another, or held for a while.

Only MTs that certainly did not leave come here: they are leased, and not marked as being sent.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.institutions.institution import Institution
from gateway.domain.outbound.channel_state import ChannelState, Standing
from gateway.domain.outbound.routes import HELD, Choice, Known, Routes, choose
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import Lane, OutboundSms
from gateway.use_cases.outbound.channel_health import ChannelHealth, trial_of
from gateway.use_cases.ports import Clock, Counters, Jobs, Outbox
from gateway.use_cases.ports.institutions import Institutions
from gateway.use_cases.ports.sms.switching import NetworksSeen

log = logging.getLogger(__name__)

#: What no channel may take is looked at again after so long.
HELD_SECONDS = 10.0
#: What was set of institutions is read so often.
INSTITUTIONS_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The MTs that leave here, each from the sender it should, and how many were held."""

    staying: Sequence[OutboundSms]
    held: int = 0


class SwitchChannels:
    """The use case, with the ports it needs; one in a process."""

    def __init__(
        self,
        *,
        health: ChannelHealth,
        outbox: Outbox,
        institutions: Institutions,
        networks: NetworksSeen,
        channels: Mapping[str, Channel],
        routes: Routes,
        jobs: Jobs,
        counters: Counters,
        clock: Clock,
    ) -> None:
        self.health = health
        self._outbox, self._institutions, self._networks = outbox, institutions, networks
        self._channels, self._routes, self._jobs = channels, routes, jobs
        self._counters, self._clock = counters, clock
        self._bound: Mapping[str, Institution] = {}
        self._bound_until = -1.0
        self._left: dict[str, int] = defaultdict(int)
        self._holding: set[tuple[str, Lane]] = set()

    def __call__(self, channel: str, lane: Lane, leased: Sequence[OutboundSms]) -> Sorted:
        """Returns those that leave by `channel`; the others are moved or held by then.

        Raises StoreUnavailable.
        """
        states, bound = self.health.known(), self._who_is_bound()
        asked = any(state.standing is not Standing.OPEN for state in states.values())
        if not (asked or bound or self._routes.routes):
            self._holding.discard((channel, lane))
            return Sorted(staying=leased)
        networks = self._networks_of(leased)

        def chosen(sms: OutboundSms) -> Choice:
            return self._choice(sms, states, bound, networks.get(sms.subscriber, ""), trials)

        trials = self._trials(channel, states)
        begun = bool(trials.get(channel)) and any(_tries(chosen(sms), channel) for sms in leased)
        if begun:
            trials[channel] = self._left[channel] or self.health.begin_trial(channel)
        staying, held = list[OutboundSms](), list[int]()
        moved: dict[str, list[int]] = defaultdict(list)
        for sms in leased:
            choice = chosen(sms)
            if choice == HELD:
                held.append(sms.id)
                continue
            if choice.trial:
                trials[choice.channel] -= 1
            if choice.channel == channel:
                same = choice.sender == sms.sender
                staying.append(sms if same else sms._replace(sender=choice.sender))
            else:
                moved[choice.channel].append(sms.id)
        self._hold(channel, lane, held)
        for to, ids in moved.items():
            self._move(channel, to, lane, ids)
        self._left[channel] = trials[channel] if begun else 0
        return Sorted(staying=staying, held=len(held))

    def _choice(
        self,
        sms: OutboundSms,
        states: Mapping[str, ChannelState],
        bound: Mapping[str, Institution],
        last_seen: str,
        trials: Mapping[str, int],
    ) -> Choice:
        network = self._routes.network_of(sms.subscriber, last_seen)
        return choose(
            sms,
            Known(
                channels=self._channels,
                states=states,
                institution=bound.get(sms.institution or self._routes.own),
                preferred=self._routes.preferred(sms.institution, network),
                trials=trials,
            ),
        )

    def _trials(self, here: str, states: Mapping[str, ChannelState]) -> dict[str, int]:
        """Returns how many MTs may try which channel; who works on it begins the trial.

        Of one that was begun here some may be left, for MTs that come now.
        """
        now = self._clock.now()
        trials = {
            name: trial_of(state)
            for name, state in states.items()
            if name in self._channels and state.may_be_tried(now)
        }
        state = states.get(here)
        if here in trials or state is None or not state.tried:
            self._left[here] = 0
        elif self._left[here]:
            trials[here] = self._left[here]
        return trials

    def _networks_of(self, leased: Sequence[OutboundSms]) -> Mapping[Identity, str]:
        if not self._routes.ask_for_network:
            return {}
        return self._networks.of([sms.subscriber for sms in leased])

    def _who_is_bound(self) -> Mapping[str, Institution]:
        """Returns the institutions that may use some channels or senders only."""
        if self._clock.monotonic() >= self._bound_until:
            self._bound = {
                each.name: each
                for each in self._institutions.all()
                if each.channels or each.sender_ids
            }
            self._bound_until = self._clock.monotonic() + INSTITUTIONS_SECONDS
        return self._bound

    def _hold(self, channel: str, lane: Lane, ids: Sequence[int]) -> None:
        """Puts off what none may take; the log says so once, however often it is looked at."""
        if not ids:
            self._holding.discard((channel, lane))
            return
        if (channel, lane) not in self._holding:
            self._holding.add((channel, lane))
            log.warning("MTs on %s wait: no channel may take them. Run: gateway doctor", channel)
        later = self._clock.now() + timedelta(seconds=HELD_SECONDS)
        self._outbox.give_back(ids, later)

    def _move(self, channel: str, to: str, lane: Lane, ids: Sequence[int]) -> None:
        for _ in range(self._outbox.move(ids, channel, to, self._clock.now())):
            self._counters.add("sms_moved", channel=channel, to=to)
        self._jobs.wake_outbound(to, lane)


def _tries(choice: Choice, channel: str) -> bool:
    return choice.trial and choice.channel == channel

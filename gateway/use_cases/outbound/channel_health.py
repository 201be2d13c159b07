"""Note how the calls of channels go, and say how each channel stands, for all workers together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    Throttled,
)
from gateway.domain.outbound.channel_state import (
    SLOW_SECONDS,
    TRIAL_MTS,
    Calls,
    ChannelState,
    Standing,
    begun_trial,
    is_of_channel,
    noted,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.use_cases.ports import Clock, Counters
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sms.switching import ChannelStates

log = logging.getLogger(__name__)

#: Who is recorded for what nobody decided.
GATEWAY = "gateway"
#: What other workers and people have decided is seen after so long.
FRESH_SECONDS = 1.0
#: That calls went well is told so often; that one did not, at once.
TELL_SECONDS = 5.0


class ChannelHealth:
    """One in a process. What changes stands in the audit of the deployment's own institution."""

    def __init__(self, *, states: ChannelStates, counters: Counters, clock: Clock) -> None:
        self._states, self._counters, self._clock = states, counters, clock
        self._lock = threading.Lock()
        self._pending: dict[str, Calls] = {}
        self._told_at: dict[str, float] = {}
        self._known: Mapping[str, ChannelState] = {}
        self._known_until = -1.0

    def known(self) -> Mapping[str, ChannelState]:
        """Returns how channels stand, as of a second ago at most; raises StoreUnavailable."""
        if self._clock.monotonic() >= self._known_until:
            self._learn(self._states.all())
        return self._known

    def state(self, channel: str) -> ChannelState:
        """Returns how one of them stands; raises StoreUnavailable."""
        return self.known().get(channel) or ChannelState(name=channel)

    def saw(
        self,
        channel: str,
        mts: Sequence[OutboundSms],
        results: Sequence[Accepted | SendFailed],
        seconds: float,
    ) -> None:
        """Takes note of a call, for `tell`. Threads that make calls may do so side by side."""
        calls = _calls(mts, results, seconds)
        with self._lock:
            self._pending[channel] = self._pending.get(channel, Calls()) + calls

    def tell(self, channel: str) -> None:
        """Stores what was noted, where it is time; a channel may then stand otherwise.

        Raises StoreUnavailable: what was noted is forgotten then.
        """
        now = self._clock.monotonic()
        with self._lock:
            calls = self._pending.get(channel)
            if calls is None or not calls.made:
                return
            waits = now < self._told_at.get(channel, -TELL_SECONDS) + TELL_SECONDS
            if waits and not calls.bad and self._stands_open(channel):
                return
            del self._pending[channel]
            self._told_at[channel] = now
        moment = self._clock.now()
        before, after = self._states.change(
            channel, lambda state: noted(state, calls, moment), self._entry
        )
        self._changed(before, after)

    def begin_trial(self, channel: str) -> int:
        """Returns how many MTs may try a channel that was left alone; mostly none.

        Of several workers who ask at the same moment one is told that it may.
        """
        now = self._clock.now()
        if not self.state(channel).may_be_tried(now):
            return 0
        before, after = self._states.change(
            channel, lambda state: begun_trial(state, now), self._entry
        )
        self._learn({**self._known, channel: after})
        return 0 if before == after else trial_of(after)

    def _stands_open(self, channel: str) -> bool:
        state = self._known.get(channel)
        return state is None or state.standing is Standing.OPEN

    def _learn(self, states: Mapping[str, ChannelState]) -> None:
        self._known = states
        self._known_until = self._clock.monotonic() + FRESH_SECONDS

    def _entry(self, before: ChannelState, after: ChannelState) -> AuditEntry | None:
        if before.standing is after.standing:
            return None
        return AuditEntry(
            at=self._clock.now(), by=GATEWAY, institution="", act="switch channel",
            what=f"channel {after.name}: {after.standing}", reason=after.reason,
        )  # fmt: skip

    def _changed(self, before: ChannelState, after: ChannelState) -> None:
        self._learn({**self._known, after.name: after})
        if before.standing is after.standing:
            return
        self._counters.add("channel_changes", channel=after.name, standing=after.standing.value)
        if after.standing is Standing.OPEN:
            log.warning("Channel %s is used again: %s.", after.name, after.reason)
        else:
            log.error(
                "Channel %s is %s: %s. See: gateway channels show %s",
                after.name, after.standing.value, after.reason, after.name,
            )  # fmt: skip


def trial_of(state: ChannelState) -> int:
    """Returns how many MTs try a channel that stands so."""
    return 1 if state.standing is Standing.PAUSED else TRIAL_MTS


def _calls(
    mts: Sequence[OutboundSms], results: Sequence[Accepted | SendFailed], seconds: float
) -> Calls:
    """Returns what a call says of its channel; one that came too soon says nothing."""
    failures = [each for each in results if isinstance(each, SendFailed)]
    if any(isinstance(each, Throttled) for each in failures):
        return Calls()
    faults = [
        str(failure)
        for sms, failure in zip(mts, results, strict=True)
        if isinstance(failure, SendFailed) and is_of_channel(failure, sms)
    ]
    if faults:
        return Calls(made=1, failed=1, fault=faults[0])
    if any(isinstance(each, OutcomeUnknown | ProviderUnavailable) for each in failures):
        return Calls(made=1, failed=1)
    return Calls(made=1, slow=int(seconds > SLOW_SECONDS))

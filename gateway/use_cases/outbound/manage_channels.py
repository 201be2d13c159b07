"""See how channels stand, and decide about one: a person's word, which nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.kept_reason import told_reason
from gateway.domain.institutions.roles import Act
from gateway.domain.outbound.channel_state import ChannelState, Standing, decided
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sms.switching import ChannelStates

#: What people do, by what a channel is then; it stands so in the audit.
ACTS = {
    Standing.PAUSED: "pause channel",
    Standing.OPEN: "resume channel",
    Standing.PREFERRED: "prefer channel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageChannels:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable."""

    states: ChannelStates
    channels: Mapping[str, Channel]
    authorise: Authorise
    clock: Clock

    def listed(self, by: str) -> Sequence[ChannelState]:
        """Returns how each channel stands, in the order of the configuration."""
        self.authorise.reach(by, Act.READ)
        known = self.states.all()
        return [known.get(name) or ChannelState(name=name) for name in self.channels]

    def one(self, name: str, by: str) -> ChannelState:
        """Returns how a channel stands; raises Refused where there is none."""
        listed = self.listed(by)
        self._check(name)
        return next(state for state in listed if state.name == name)

    def decide(self, name: str, standing: Standing, *, by: str, reason: str) -> ChannelState:
        """Lets a channel stand as a person wants it; `OPEN` leaves it to the gateway again.

        Raises Refused without a reason, for a channel there is not, and for one that sends nothing.
        """
        actor = self.authorise(by, "", Act.ADMINISTER)
        self._check(name)
        if not reason.strip():
            raise Refused("Say why, for those who read it later: --reason TEXT")
        if standing is not Standing.OPEN and not self.channels[name].sends:
            raise Refused(f"Channel '{name}' sends no SMS: there is nothing to decide.")
        now = self.clock.now()
        entry = AuditEntry(
            at=now, by=actor.name, institution="", act=ACTS[standing], what=f"channel {name}",
            reason=told_reason(reason),
        )  # fmt: skip
        _, after = self.states.change(
            name,
            lambda state: decided(state, standing, actor.name, told_reason(reason), now),
            lambda before, after: entry,
        )
        return after

    def _check(self, name: str) -> None:
        if name not in self.channels:
            near = did_you_mean(name, self.channels)
            raise Refused(f"There is no channel '{name}'.{near} See: gateway channels list")

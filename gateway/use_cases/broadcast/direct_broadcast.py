"""Direct a broadcast: approve, schedule, start, pause, resume and cancel it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import Deed, State, is_second_person, may
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.kept_reason import kept_reason, told_reason
from gateway.domain.institutions.person import short_name
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.broadcast.act_on import Acting, OverBudget, hold_to
from gateway.use_cases.broadcast.its_own import NotTheirs
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sms.broadcasts import Broadcasts

#: MTs that are held or taken back in one statement.
AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectBroadcast:
    """The use case, with the ports it needs. All methods raise NotAllowed, and Refused, which says
    what to do.

    `over_budget` returns why an institution may not spend so many segments, `not_theirs` why it may
    not write about a topic, or by a channel (any more); nothing where it may.
    """

    broadcasts: Broadcasts
    acting: Acting
    quiet: QuietHours
    over_budget: OverBudget
    not_theirs: NotTheirs
    clock: Clock

    def declare_emergency(self, id: int, by: str, reason: str) -> Broadcast:
        """Makes it one that goes to those who said STOP, too, before all else, and at night.

        It takes the act of its own, and a reason. It is checked anew, since it reaches others now,
        and somebody else than who has drafted it approves it, however small it is.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.EMERGENCY)
        hold_to(Deed.EMERGENCY, broadcast)
        if not reason.strip():
            raise Refused(
                Sentence(
                    "Say which danger, and by which law: it is kept for good.",
                    by_command="Give it with --reason.",
                )
            )
        danger = kept_reason(reason)
        if broadcast.is_emergency:
            raise Refused(
                Sentence(
                    "Broadcast %(id)s is an emergency already, by %(name)s.",
                    id=id,
                    name=broadcast.emergency_by,
                )
            )
        if broadcast.valid_until is None:
            raise Refused(
                Sentence(
                    "Broadcast %(id)s does not say until when its warning holds. Cancel it, and "
                    "draft it again with an end.",
                    id=id,
                    by_command="Give it with --valid-for 6h or --valid-until.",
                )
            )
        now = self.clock.now()
        return self.acting.change(
            id,
            Deed.EMERGENCY,
            lambda b: replace(
                b,
                state=State.DRAFT,
                lane=Lane.URGENT,
                why="",
                estimate={},
                approved_by="",
                approved_at=None,
                emergency_by=actor,
                emergency_at=now,
            ),
            self._entry(actor, broadcast, Act.EMERGENCY, "declared an emergency", danger),
        )

    def approve(self, id: int, by: str) -> Broadcast:
        """Lets a large broadcast go out: by somebody else than who has drafted it."""
        broadcast, actor = self.acting.theirs(id, by, Act.APPROVE_BROADCAST)
        hold_to(Deed.APPROVE, broadcast)
        if not is_second_person(actor, broadcast.created_by):
            raise Refused(
                Sentence(
                    "'%(name)s' has drafted broadcast %(id)s, so somebody else approves it.",
                    name=actor,
                    id=id,
                    by_command="They run: gateway broadcast approve %(id)s --by NAME",
                )
            )
        if not _is_drafted_by_a_person(broadcast) and not is_second_person(
            actor, broadcast.emergency_by
        ):
            raise Refused(
                Sentence(
                    "'%(name)s' has declared it an emergency, and no person has drafted it, so "
                    "somebody else approves it.",
                    name=actor,
                    id=id,
                    by_command="They run: gateway broadcast approve %(id)s --by NAME",
                )
            )
        now = self.clock.now()
        return self.acting.change(
            id,
            Deed.APPROVE,
            lambda b: replace(b, state=State.APPROVED, approved_by=actor, approved_at=now),
            self._entry(actor, broadcast, Act.APPROVE_BROADCAST, "approved"),
        )

    def schedule(self, id: int, at: datetime, by: str) -> Broadcast:
        """Lets it begin at an aware time."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.SCHEDULE, broadcast)
        if at <= self.clock.now():
            raise Refused(
                Sentence(
                    "That time is over already. Give a later one, or start it now.",
                    id=id,
                    by_command="Run: gateway broadcast start %(id)s",
                )
            )
        self._refuse(broadcast, at)
        return self.acting.change(
            id,
            Deed.SCHEDULE,
            lambda b: replace(b, state=State.SCHEDULED, start_at=at, why=""),
            self._entry(actor, broadcast, Act.BROADCAST, f"scheduled for {at.isoformat()}"),
        )

    def start(self, id: int, by: str) -> Broadcast:
        """Lets it begin now."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.START, broadcast)
        now = self.clock.now()
        self._refuse(broadcast, now)
        return self.acting.change(
            id,
            Deed.START,
            lambda b: replace(b, state=State.SENDING, start_at=now, next_at=now, why=""),
            self._entry(actor, broadcast, Act.BROADCAST, "started"),
        )

    def pause(self, id: int, by: str, reason: str = "") -> Broadcast:
        """Holds it: what has not left stays, until it is resumed or cancelled."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        paused = self.acting.change(
            id,
            Deed.PAUSE,
            lambda b: replace(b, state=State.PAUSED, held=True, why=""),
            self._entry(actor, broadcast, Act.BROADCAST, "paused", reason),
        )
        while self.broadcasts.hold(id, AT_ONCE, self.clock.now()):
            pass
        return paused

    def resume(self, id: int, by: str) -> Broadcast:
        """Lets it go on where it was paused."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.RESUME, broadcast)
        now = self.clock.now()
        self._refuse(broadcast, now)
        return self.acting.change(
            id,
            Deed.RESUME,
            lambda b: replace(b, state=State.SENDING, next_at=max(now, b.next_at or now), why=""),
            self._entry(actor, broadcast, Act.BROADCAST, "resumed"),
        )

    def cancel(self, id: int, by: str, reason: str = "") -> Broadcast:
        """Ends it: what has not left is taken back.

        One that has ended stays as it is; what of it would be sent once more is not.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        lapses = self._entry(actor, broadcast, Act.BROADCAST, "not sent once more", reason)
        if broadcast.state is State.DONE and self.broadcasts.let_lapse(
            id, self.clock.now(), lapses
        ):
            return broadcast
        return self._cancelled(broadcast, actor, reason)

    def supersede(self, id: int, source: str, reason: str) -> bool:
        """Ends what a proven source of warnings has replaced or withdrawn.

        Returns whether anybody may have got it; what has ended already stays as it is, and nothing
        of it is sent once more.
        """
        broadcast = self.acting.found(id)
        if may(Deed.CANCEL, broadcast.state):
            broadcast = self._cancelled(broadcast, source, reason)
        else:
            self.broadcasts.let_lapse(id, self.clock.now())
        return broadcast.filled > 0

    def _cancelled(self, broadcast: Broadcast, actor: str, reason: str) -> Broadcast:
        cancelled = self.acting.change(
            broadcast.id,
            Deed.CANCEL,
            lambda b: replace(b, state=State.CANCELLED, why=""),
            self._entry(actor, broadcast, Act.BROADCAST, "cancelled", reason),
        )
        while self.broadcasts.take_back(cancelled.id, AT_ONCE, self.clock.now()):
            pass
        self.broadcasts.let_lapse(cancelled.id, self.clock.now())
        return cancelled

    def _refuse(self, broadcast: Broadcast, at: datetime) -> None:
        """Raises Refused where it may not be sent at a time as things are."""
        id = broadcast.id
        if broadcast.has_expired(at):
            raise Refused(
                Sentence(
                    "What broadcast %(id)s says holds no longer by then. Cancel it, and draft it "
                    "again with a later end.",
                    id=id,
                    by_command="Give it with --valid-until.",
                )
            )
        if broadcast.lane is Lane.BULK and self.quiet.hold(at):
            ends = f"{self.quiet.ends:%H:%M}"
            raise Refused(
                Sentence(
                    "It is quiet then, until %(ends)s: nobody is sent what is not urgent. Schedule "
                    "it for the morning; what cannot wait is drafted as urgent.",
                    id=id,
                    ends=ends,
                    by_command="Run: gateway broadcast schedule %(id)s --at 'YYYY-MM-DD %(ends)s', "
                    "or draft it again with --urgent.",
                )
            )
        segments = int(broadcast.estimate.get("segments", 0))
        whose = broadcast.institution
        why = self.not_theirs(whose, broadcast.topic, broadcast.channel) or self.over_budget(
            whose, segments, at
        )
        if why and not broadcast.is_emergency:  # no budget is worth a life; it counts all the same
            raise Refused(why)

    def _entry(
        self, actor: str, broadcast: Broadcast, act: Act, what: str, reason: str = ""
    ) -> AuditEntry:
        what = f"broadcast {broadcast.id} {what}"
        return self.acting.entry(actor, broadcast.institution, act, what, told_reason(reason))


def _is_drafted_by_a_person(broadcast: Broadcast) -> bool:
    """Returns whether no source of warnings has drafted it: a source's name is no short name."""
    try:
        short_name(broadcast.created_by)
    except ValueError:
        return False
    return True

"""Direct a broadcast: approve, schedule, start, pause, resume and cancel it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import Deed, State, is_second_person, may
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.kept_reason import kept_reason, told_reason
from gateway.domain.institutions.person import short_name
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.broadcast.act_on import Acting, OverBudget, hold_to
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.sms.broadcasts import Broadcasts

#: MTs that are held or taken back in one statement.
AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectBroadcast:
    """The use case, with the ports it needs. All methods raise NotAllowed, and Refused, which says
    what to do.

    `over_budget` returns why an institution may not spend so many segments; nothing where it may.
    """

    broadcasts: Broadcasts
    acting: Acting
    quiet: QuietHours
    over_budget: OverBudget
    clock: Clock

    def declare_emergency(self, id: int, by: str, reason: str) -> Broadcast:
        """Makes it one that goes to those who said STOP, too, before all else, and at night.

        It takes the act of its own, and a reason. It is checked anew, since it reaches others now,
        and somebody else than who has drafted it approves it, however small it is.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.EMERGENCY)
        hold_to(Deed.EMERGENCY, broadcast)
        if not reason.strip():
            raise Refused("Say which danger, and by which law: --reason. It is kept for good.")
        danger = kept_reason(reason)
        if broadcast.is_emergency:
            raise Refused(f"Broadcast {id} is an emergency already, by {broadcast.emergency_by}.")
        if broadcast.valid_until is None:
            raise Refused(
                f"Broadcast {id} does not say until when its warning holds. Cancel it, and draft "
                "it again with --valid-for 6h or --valid-until."
            )
        now = self.clock.now()
        # Noted before it counts: an emergency of which nothing is recorded must not be.
        self._note(actor, broadcast, Act.EMERGENCY, "declared an emergency", danger)
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
        )

    def approve(self, id: int, by: str) -> Broadcast:
        """Lets a large broadcast go out: by somebody else than who has drafted it."""
        broadcast, actor = self.acting.theirs(id, by, Act.APPROVE_BROADCAST)
        hold_to(Deed.APPROVE, broadcast)
        if not is_second_person(actor, broadcast.created_by):
            raise Refused(
                f"'{actor}' has drafted broadcast {id}, so somebody else approves it: "
                f"gateway broadcast approve {id} --by NAME"
            )
        if not _is_drafted_by_a_person(broadcast) and not is_second_person(
            actor, broadcast.emergency_by
        ):
            raise Refused(
                f"'{actor}' has declared it an emergency, and no person has drafted it, so "
                f"somebody else approves it: gateway broadcast approve {id} --by NAME"
            )
        now = self.clock.now()
        approved = self.acting.change(
            id,
            Deed.APPROVE,
            lambda b: replace(b, state=State.APPROVED, approved_by=actor, approved_at=now),
        )
        self._note(actor, approved, Act.APPROVE_BROADCAST, "approved")
        return approved

    def schedule(self, id: int, at: datetime, by: str) -> Broadcast:
        """Lets it begin at an aware time."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.SCHEDULE, broadcast)
        if at <= self.clock.now():
            raise Refused(
                f"That is over already. Give a later time, or: gateway broadcast start {id}"
            )
        self._refuse(broadcast, at)
        scheduled = self.acting.change(
            id, Deed.SCHEDULE, lambda b: replace(b, state=State.SCHEDULED, start_at=at, why="")
        )
        self._note(actor, scheduled, Act.BROADCAST, f"scheduled for {at.isoformat()}")
        return scheduled

    def start(self, id: int, by: str) -> Broadcast:
        """Lets it begin now."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.START, broadcast)
        now = self.clock.now()
        self._refuse(broadcast, now)
        started = self.acting.change(
            id,
            Deed.START,
            lambda b: replace(b, state=State.SENDING, start_at=now, next_at=now, why=""),
        )
        self._note(actor, started, Act.BROADCAST, "started")
        return started

    def pause(self, id: int, by: str, reason: str = "") -> Broadcast:
        """Holds it: what has not left stays, until it is resumed or cancelled."""
        _, actor = self.acting.theirs(id, by, Act.BROADCAST)
        paused = self.acting.change(
            id, Deed.PAUSE, lambda b: replace(b, state=State.PAUSED, held=True, why="")
        )
        while self.broadcasts.hold(id, AT_ONCE, self.clock.now()):
            pass
        self._note(actor, paused, Act.BROADCAST, "paused", reason)
        return paused

    def resume(self, id: int, by: str) -> Broadcast:
        """Lets it go on where it was paused."""
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.RESUME, broadcast)
        now = self.clock.now()
        self._refuse(broadcast, now)
        resumed = self.acting.change(
            id,
            Deed.RESUME,
            lambda b: replace(b, state=State.SENDING, next_at=max(now, b.next_at or now), why=""),
        )
        self._note(actor, resumed, Act.BROADCAST, "resumed")
        return resumed

    def cancel(self, id: int, by: str, reason: str = "") -> Broadcast:
        """Ends it: what has not left is taken back.

        One that has ended stays as it is; what of it would be sent once more is not.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        if broadcast.state is State.DONE and self.broadcasts.let_lapse(id, self.clock.now()):
            self._note(actor, broadcast, Act.BROADCAST, "not sent once more", reason)
            return broadcast
        return self._cancelled(id, actor, reason)

    def supersede(self, id: int, source: str, reason: str) -> bool:
        """Ends what a proven source of warnings has replaced or withdrawn.

        Returns whether anybody may have got it; what has ended already stays as it is, and nothing
        of it is sent once more.
        """
        broadcast = self.acting.found(id)
        if may(Deed.CANCEL, broadcast.state):
            broadcast = self._cancelled(id, source, reason)
        else:
            self.broadcasts.let_lapse(id, self.clock.now())
        return broadcast.filled > 0

    def _cancelled(self, id: int, actor: str, reason: str) -> Broadcast:
        cancelled = self.acting.change(
            id, Deed.CANCEL, lambda b: replace(b, state=State.CANCELLED, why="")
        )
        while self.broadcasts.take_back(id, AT_ONCE, self.clock.now()):
            pass
        self.broadcasts.let_lapse(id, self.clock.now())
        self._note(actor, cancelled, Act.BROADCAST, "cancelled", reason)
        return cancelled

    def _refuse(self, broadcast: Broadcast, at: datetime) -> None:
        """Raises Refused where it may not be sent at a time as things are."""
        id = broadcast.id
        if broadcast.has_expired(at):
            raise Refused(
                f"What broadcast {id} says holds no longer by then. Cancel it, and draft it again "
                "with a later --valid-until."
            )
        if broadcast.lane is Lane.BULK and self.quiet.hold(at):
            ends = f"{self.quiet.ends:%H:%M}"
            raise Refused(
                f"It is quiet then, until {ends}: nobody is sent what is not urgent. Schedule it: "
                f"gateway broadcast schedule {id} --at 'YYYY-MM-DD {ends}'. What cannot wait is "
                "drafted with --urgent."
            )
        segments = int(broadcast.estimate.get("segments", 0))
        why = self.over_budget(broadcast.institution, segments, at)
        if why and not broadcast.is_emergency:  # no budget is worth a life; it counts all the same
            raise Refused(why)

    def _note(
        self, actor: str, broadcast: Broadcast, act: Act, what: str, reason: str = ""
    ) -> None:
        self.acting.note(
            actor,
            broadcast.institution,
            act,
            f"broadcast {broadcast.id} {what}",
            told_reason(reason),
        )


def _is_drafted_by_a_person(broadcast: Broadcast) -> bool:
    """Returns whether no source of warnings has drafted it: a source's name is no short name."""
    try:
        short_name(broadcast.created_by)
    except ValueError:
        return False
    return True

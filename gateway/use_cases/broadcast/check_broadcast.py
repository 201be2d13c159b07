"""Check a broadcast: count whom it reaches, in which language, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gateway.domain.broadcast.audience import Source
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.estimate import Estimate
from gateway.domain.broadcast.states import Deed, after_check
from gateway.domain.broadcast.wording import MOST_SEGMENTS
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.broadcast.act_on import Acting, hold_to
from gateway.use_cases.broadcast.wording_members import UNREADABLE, Words
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ports.sms.broadcasts import Audiences, Broadcasts

#: Recipients looked at in one step.
_AT_ONCE = 2000


def _nobody(_: int) -> None:
    """Is told how far it is, and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBroadcast:
    """The use case, with the ports it needs. Nothing is sent by it.

    A broadcast to more than `approval_above` recipients waits for a second person, and so does an
    emergency.
    """

    broadcasts: Broadcasts
    audiences: Audiences
    releases: Callable[[], Releases]
    channels: Mapping[str, Channel]
    acting: Acting
    approval_above: int
    clock: Clock

    def __call__(self, id: int, by: str, progress: Callable[[int], object] = _nobody) -> Broadcast:
        """Returns the broadcast with what was found; `progress` is told of recipients.

        Raises NotAllowed, and Refused where it reaches nobody, is too long, or comes too late.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.CHECK, broadcast)
        self._refuse_late(broadcast)
        estimate = self._counted(broadcast, progress)
        _refuse_nobody(broadcast, estimate, self.audiences)
        _refuse_long(estimate)
        state = after_check(
            estimate.recipients, self.approval_above, emergency=broadcast.is_emergency
        )
        checked = self.acting.change(
            id,
            Deed.CHECK,
            lambda now: replace(now, state=state, why="", estimate=estimate.to_plain()),
        )
        what = f"broadcast {id} checked: {estimate.recipients} recipients"
        self.acting.note(actor, broadcast.institution, Act.BROADCAST, what)
        return checked

    def _refuse_late(self, broadcast: Broadcast) -> None:
        if broadcast.audience.source is Source.LIST and broadcast.list_rows is None:
            raise Refused(
                f"The list of broadcast {broadcast.id} was not taken whole. Cancel it, and "
                "draft it again."
            )
        if broadcast.has_expired(self.clock.now()):
            raise Refused(
                f"What broadcast {broadcast.id} says holds no longer. Cancel it, and draft it "
                "again with a later --valid-until."
            )

    def _counted(self, broadcast: Broadcast, progress: Callable[[int], object]) -> Estimate:
        words = Words(broadcast, self.releases().current(), self.channels)
        estimate, alike = Estimate(), Counter[tuple[str, str, str]]()
        cursor, ends = "", False
        while not ends:
            step = self.audiences.members(broadcast, cursor, _AT_ONCE)
            cursor, ends = step.cursor, step.ends
            estimate.left_out[UNREADABLE] += step.unreadable
            for each in words.of(step.members, estimate.left_out):
                estimate.despite_stop += each.member.stopped
                alike[each.language, each.text, each.member.language] += 1
            if words.wording.names:  # hardly two texts are alike, and none shall be kept
                _add_all(estimate, alike)
            progress(len(step.members))
        _add_all(estimate, alike)
        estimate.left_out = +estimate.left_out
        districts = broadcast.audience.districts
        known = self.audiences.districts(broadcast.audience.topic) if districts else ()
        estimate.unknown_districts = tuple(each for each in districts if each not in known)
        return estimate


def _add_all(estimate: Estimate, alike: Counter[tuple[str, str, str]]) -> None:
    for (language, text, own), number in alike.items():
        estimate.add(language, text, own, number)
    alike.clear()


def _refuse_nobody(broadcast: Broadcast, estimate: Estimate, audiences: Audiences) -> None:
    if estimate.recipients:
        return
    left_out = sum(estimate.left_out.values())
    if left_out:
        reasons = ", ".join(f"{number} {why}" for why, number in estimate.left_out.items())
        raise Refused(f"It reaches nobody: all {left_out} are left out ({reasons}).")
    audience = broadcast.audience
    topics = audiences.topics() if audience.source is Source.TOPIC else ()
    if audience.source is Source.TOPIC and audience.topic not in topics:
        raise Refused(
            f"Nobody has subscribed to the topic '{audience.topic}'."
            f"{did_you_mean(audience.topic, topics)} Subscribed are: "
            f"{', '.join(topics) or 'no topics at all'}. Cancel it, and draft another."
        )
    if audience.districts:
        known = audiences.districts(audience.topic)
        proposal = "".join(did_you_mean(each, known) for each in audience.districts)
        raise Refused(
            f"Nobody has subscribed to '{audience.topic}' in {', '.join(audience.districts)}."
            f"{proposal} Subscribed are: {', '.join(known) or 'no districts at all'}."
        )
    raise Refused("It reaches nobody: nobody is in its audience. Cancel it, and draft another.")


def _refuse_long(estimate: Estimate) -> None:
    for language, each in sorted(estimate.languages.items()):
        if each.most > MOST_SEGMENTS:
            raise Refused(
                f"The text in '{language}' takes {each.most} SMS, and {MOST_SEGMENTS} are the "
                "most. Cancel the draft, and make the text shorter."
            )

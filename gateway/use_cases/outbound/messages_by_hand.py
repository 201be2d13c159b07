"""Look at MTs one by one, and decide by hand what no report has settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.faults_and_errors.errors import NotThere, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.kept_reason import kept_reason
from gateway.domain.institutions.roles import Act
from gateway.domain.outbound.copies import copy_of
from gateway.domain.outbound.settling import SettlingRules, StepKind
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.institutions.note_search import NoteSearch
from gateway.use_cases.ports import Clock, Counters, Jobs
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail
from gateway.use_cases.ports.sms.messages import TO_SETTLE, MessageFile, Messages, Wanted
from gateway.use_cases.ports.sms.settling import Step

#: What citizens read was touched.
SEEN = "sms_sent"

#: Why an MT of this status is not simply sent again. It can be forced where its text says so.
_HINDERS: Mapping[DeliveryStatus, str] = {
    DeliveryStatus.DELIVERED: "its phone has it",
    DeliveryStatus.SENT: "the provider has it, and its report may still come",
    DeliveryStatus.SENDING: "it is being sent",
    DeliveryStatus.UNKNOWN: "the provider may have it",
    DeliveryStatus.UNREPORTED: "the provider may have delivered it",
}
_NEVER: Mapping[DeliveryStatus, str] = {
    DeliveryStatus.QUEUED: "it has not been sent yet",
    DeliveryStatus.LEASED: "it has not been sent yet",
    DeliveryStatus.REFUSED: "its subscriber has said STOP",
}
#: Copies of these are no copies any more.
_LOST = frozenset(
    {
        DeliveryStatus.UNDELIVERED,
        DeliveryStatus.EXPIRED,
        DeliveryStatus.REJECTED,
        DeliveryStatus.FAILED,
        DeliveryStatus.REFUSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesByHand:
    """The use case, with the ports it needs.

    All methods raise StoreUnavailable, NotAllowed where `by` has no role for it in the MT's
    institution, and Refused where there is no such MT or its state forbids it.
    """

    messages: Messages
    rules: SettlingRules
    channels: Mapping[str, Channel]
    authorise: Authorise
    trail: AuditTrail
    jobs: Jobs
    counters: Counters
    clock: Clock

    def list(self, wanted: Wanted, by: str, reveal: str | None = None) -> Sequence[MessageFile]:
        """Returns MTs of the institutions that `by` may see, the newest first.

        Numbers print masked. `reveal` is the reason why they shall be shown whole: that is recorded
        before they are.
        """
        act = Act.READ if reveal is None else Act.REVEAL
        reach = self.authorise.within(by, wanted.institutions or (), act)
        found = self.messages.find(replace(wanted, institutions=reach.institutions))
        if reveal is not None:
            why = kept_reason(reveal)
            for file in found:
                self._record(file, reach.actor, Act.REVEAL, why)
        elif wanted.subscriber is not None:  # whose they are can see that they were looked for
            note = NoteSearch(trail=self.trail, clock=self.clock)
            note(reach, wanted.subscriber, [file.institution for file in found], "sms", SEEN)
        return found

    def show(self, sms_id: int, by: str, reveal: str | None = None) -> MessageFile:
        """Returns an MT with its life; with `reveal`, a reason, its number and text are seen.

        Raises NotThere when there is none, or it is another institution's.
        """
        file, actor = self._found(sms_id, by, Act.READ if reveal is None else Act.REVEAL)
        if reveal is not None:
            self._record(file, actor, Act.REVEAL, kept_reason(reveal))
        return file

    def settle(self, sms_id: int, status: DeliveryStatus, why: str, by: str) -> DeliveryStatus:
        """Says what became of an MT that nobody knows of; returns the status it had."""
        file, actor = self._found(sms_id, by, Act.SETTLE)
        said = kept_reason(why)
        if file.status not in TO_SETTLE:
            raise _not_to_settle(sms_id, file.status)
        now = self.clock.now()
        step = Step(
            sms_id=sms_id, at=now, kind=StepKind.SETTLED, detail=f"{status}: {said}", by=actor.name
        )
        self._record(file, actor, Act.SETTLE, said)
        had = self.messages.settle(sms_id, status, step, now)
        if had is None:  # its report came in this moment
            raise _not_to_settle(sms_id, self._read(sms_id).status)
        self.counters.add("sms_settled", channel=file.channel, way="by_hand")
        self.counters.add("sms_ended", channel=file.channel, status=status.value)
        return had

    def resend(self, sms_id: int, why: str, by: str, *, force: bool = False) -> int:
        """Sends an MT once more; returns the id of the copy.

        It is refused where its citizen may have it, or get it, unless that is forced.
        """
        file, actor = self._found(sms_id, by, Act.SETTLE)
        said = kept_reason(why)
        hinders = self._never(file)
        if hinders or file.sms is None:
            raise Refused(f"SMS {sms_id} is not sent again: {hinders}.")
        if not force and (hinders := self._hinders(file)):
            raise Refused(
                f"SMS {sms_id} is not sent again: {hinders}. If a second one does less harm than "
                "none, add --force."
            )
        now = self.clock.now()
        end = now + self.rules.validity[file.lane]
        copy = copy_of(file.sms, len(file.copies) + 1, end)
        step = Step(sms_id=sms_id, at=now, kind=StepKind.COPIED, detail=said, by=actor.name)
        self._record(file, actor, Act.SETTLE, said)
        added = self.messages.resend(sms_id, copy, step, now)
        if added is None:
            raise Refused(f"SMS {sms_id} was sent again a moment ago, by somebody else.")
        self.jobs.wake_outbound(file.channel, file.lane)
        return added

    def _never(self, file: MessageFile) -> str:
        if file.sms is None:
            return "no key opens it"
        if file.channel not in self.channels:
            return f"there is no channel {file.channel} any more"
        return _NEVER.get(file.status, "")

    def _hinders(self, file: MessageFile) -> str:
        for copy, status in file.copies:
            if status not in _LOST:
                return f"its copy {copy} is {status}"
        if file.valid_until is not None and file.valid_until <= self.clock.now():
            return "what it says was meant for an earlier time"
        return _HINDERS.get(file.status, "")

    def _found(self, sms_id: int, by: str, act: Act) -> tuple[MessageFile, Actor]:
        self.authorise.reach(by, Act.READ)  # before it tells what there is
        file = self._read(sms_id)
        return file, self.authorise.over(by, file.institution, act, _no_such(sms_id))

    def _read(self, sms_id: int) -> MessageFile:
        file = self.messages.read(sms_id)
        if file is None:
            raise _no_such(sms_id)
        return file

    def _record(self, file: MessageFile, actor: Actor, act: Act, why: str) -> None:
        entry = AuditEntry(
            at=self.clock.now(),
            by=actor.name,
            institution=file.institution,
            act=act.value,
            what=f"sms {file.id}",
            reason=why,
            subscribers=[file.sms.subscriber] if file.sms is not None else [],
            seen=SEEN,
            known_as=actor.known_as,
        )
        self.trail.record(entry)


def _not_to_settle(sms_id: int, status: DeliveryStatus) -> Refused:
    return Refused(
        f"SMS {sms_id} is {status}: only what is unknown, sent or unreported can be settled."
    )


def _no_such(sms_id: int) -> NotThere:
    return NotThere(
        Sentence(
            "There is no SMS %(id)s.",
            by_command="See: gateway sms list",
            on_page=Sentence("Find a number shows what there is."),
            id=sms_id,
        )
    )

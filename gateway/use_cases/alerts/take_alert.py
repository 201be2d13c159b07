"""Take in a public warning: understand it, end what it replaces, draft what it says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.alerts.districts import District
from gateway.domain.alerts.taken import AlertSource, AlertState, TakenAlert
from gateway.domain.alerts.warning import HOLDS_FOR, Meaning, PublicWarning, read_alert
from gateway.domain.alerts.wording import LongestText, withdrawn
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.faults_and_errors.errors import NotThere, OriginUnproven, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.use_cases.alerts.drafts import Drafts
from gateway.use_cases.alerts.end_earlier import EndEarlier
from gateway.use_cases.broadcast.draft_broadcast import DraftBroadcast
from gateway.use_cases.ports import Clock, Counters
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sms.alerts import AlertDocuments, Alerts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAlert:
    """The use case, with the ports it needs.

    What it drafts waits for people, as any broadcast does: nothing goes out by a document alone.
    """

    alerts: Alerts
    documents: AlertDocuments
    sources: Mapping[str, AlertSource]
    districts: Callable[[], Sequence[District]]
    longest: LongestText
    drafts: Drafts
    draft_broadcast: DraftBroadcast
    end_earlier: EndEarlier
    counters: Counters
    clock: Clock

    def __call__(self, source_name: str, octets: bytes, file: str, by: str = "") -> TakenAlert:
        """Returns the alert of a document, as it stands now; the same one again changes nothing.

        The alert says whether it was `taken_before`.
        `by` is the person who takes it from a file: what it drafts is theirs, so somebody else
        approves it.

        Raises AlertInvalid with every fault, and OriginUnproven: nothing is stored then.
        """
        source, now = self.sources[source_name], self.clock.now()
        alert = self.documents.read(source_name, octets, file, now)
        if source.senders and alert.name.sender not in source.senders:
            raise OriginUnproven(
                Sentence(
                    "The source brings no alerts of the sender '%(sender)s'. If it should, whoever "
                    "runs the gateway writes it under %(setting)s in config/gateway.yaml.",
                    sender=alert.name.sender,
                    setting=f"alerts.sources.{source_name}.senders",
                )
            )
        reading = read_alert(alert, self.districts(), self.longest, now)

        def noted(id: int) -> AuditEntry:
            return AuditEntry(
                at=now,
                by=by or _of_source(source_name),
                institution=source.institution,
                act=Act.BROADCAST.value,
                what=f"alert {id} taken from {source_name}",
            )

        id, is_new = self.alerts.take(source, alert, reading, now, by, noted)
        if not is_new:
            return replace(self.finish(id), taken_before=True)
        self.counters.add("alerts_taken", source=source_name, meaning=reading.meaning.value)
        return self.finish(id)

    def finish_all(self) -> None:
        """Ends what a crash left half done. Taking one in again does no harm."""
        for id in self.alerts.unfinished():
            self.finish(id)

    def finish(self, id: int) -> TakenAlert:
        """Returns the alert once what it says is drafted, and what it replaces has ended."""
        taken = self._found(id)
        if taken.state is not AlertState.TAKEN:
            return taken
        if taken.reading.meaning is not Meaning.NOT_FOR_CITIZENS:
            self.end_earlier.take_back(taken, _by(taken))
            for place, warning in enumerate(taken.reading.warnings):
                if not warning.doubts:
                    self._draft(taken, place, warning)
            self.tell_left_out(id)
        self.alerts.move(id, AlertState.STANDS)
        return self._found(id)

    def tell_left_out(self, id: int) -> None:
        """Drafts for those whom an earlier alert told, and this one does not, that it is over.

        A cancel need not have a text of its own (CAP 1.2, 3.2.1), and an update may be for fewer
        districts. Nothing is drafted while a person has to say which districts it is for.
        """
        taken = self._found(id)
        warnings = taken.reading.warnings
        if any(place not in taken.drafts and warnings[place].doubts for place in taken.waits):
            return
        for place, told in enumerate(self.end_earlier.left_out(taken), len(warnings)):
            self._draft(taken, place, self._over(told))

    def _found(self, id: int) -> TakenAlert:
        taken = self.alerts.find(id)
        if taken is None:
            raise no_such_alert(id)
        return taken

    def _over(self, told: Broadcast) -> PublicWarning:
        """Returns what ends a warning, as it was sent: a person may have placed and worded it."""
        release = self.drafts.releases().current()
        return PublicWarning(
            event=told.title,
            texts={
                code: withdrawn(text, sentence(release, code, "warning_over"), self.longest)
                for code, text in told.texts.items()
                if code in release.languages
            },
            districts=told.audience.districts,
            lane=told.lane,
            emergency=False,
            not_before=None,
            valid_until=told.valid_until or self.clock.now() + HOLDS_FOR,
        )

    def _draft(self, taken: TakenAlert, place: int, warning: PublicWarning) -> None:
        new = self.drafts.of(taken, warning, f"alert {taken.id} {place}", _by(taken))
        if new is None:
            log.warning("Alert %d has no text in a language of the menu.", taken.id)
            return
        try:
            broadcast = self.draft_broadcast.for_source(new)
        except Refused as refused:  # it waits for a person, who reads why
            log.warning("Alert %d is not drafted by itself: %s", taken.id, refused)
            return
        self.alerts.drafted(taken.id, place, broadcast.id, self.clock.now())


def no_such_alert(id: int) -> NotThere:
    """Returns what is said of an alert that is not there, or is another institution's."""
    return NotThere(
        Sentence("There is no alert %(id)s.", id=id, by_command="See: gateway alerts list")
    )


def _by(taken: TakenAlert) -> str:
    return taken.brought_by or _of_source(taken.source)


def _of_source(name: str) -> str:
    return f"alerts from {name}"

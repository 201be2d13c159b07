"""Take in what subscribers said elsewhere: a list of consents, or a STOP that one told a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.kept_reason import kept_reason
from gateway.domain.institutions.roles import EVERYWHERE, Act
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.identity import Identity
from gateway.domain.text.counts import Count
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.consents import ConsentChange, ConsentRecords, Taken
from gateway.use_cases.ports.institutions import AuditEntry

#: Rows of one list: they are stored in one transaction, and nobody shall wait long behind it.
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedConsent:
    """One row of a list: who said what of a topic, when, and where that is written down.

    `day` is a moment where the list knows it, of the deployment's time zone where it names none.
    """

    subscriber: Identity
    topic: str
    state: ConsentState
    day: date | datetime
    evidence: str = field(repr=False)


class ConsentFile(Protocol):
    """A list as a file has it. `faults` is complete once `consents` has been read to its end."""

    faults: list[Fault]

    def consents(self) -> Iterator[ListedConsent]:
        """Yields each row; after a first fault only to find the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeConsents:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    `institution_of` says whose a topic is. Days are those of `zone`.
    """

    records: ConsentRecords
    authorise: Authorise
    institution_of: Callable[[str], str]
    zone: tzinfo
    clock: Clock

    def take(self, file: ConsentFile, name: str, by: str) -> Taken:
        """Stores the rows of a list, whole or not at all.

        What a subscriber has said later stays: a STOP above all. An agreement counts from the
        beginning of its day, a refusal from the end of it, so that of one day the refusal stands.
        Raises DataInvalid with every fault, and Refused for a list that is empty or too long.
        """
        rows = list(file.consents())
        if file.faults:
            raise DataInvalid(file.faults)
        if not rows:
            raise Refused(Sentence("The list has no rows."))
        if len(rows) > MOST_ROWS:
            raise Refused(
                Sentence(
                    "The list has %(number)s rows, %(most)s at most. Split it: a row that comes "
                    "again does no harm.",
                    number=Count(len(rows)),
                    most=Count(MOST_ROWS),
                )
            )
        actors = self._allowed(by, (row.topic for row in rows))
        now = self.clock.now()
        actor = next(iter(actors.values()))
        changes = [
            ConsentChange(
                subscriber=row.subscriber,
                topic=row.topic,
                state=row.state,
                source="import",
                institution="" if row.topic == EVERYTHING else self.institution_of(row.topic),
                words=row.evidence,
                by=actor.name,
                said_at=self._moment(row, now),
            )
            for row in rows
        ]
        told = [
            self._entry(each, where, f"{len(rows)} consents imported from {name}", "", (), now)
            for where, each in actors.items()
        ]
        return self.records.take(changes, told, now)

    def stop(self, subscriber: Identity, topic: str, by: str, why: str) -> Taken:
        """Keeps a STOP that the subscriber has told a person, by phone or at a counter."""
        given, now = kept_reason(why), self.clock.now()
        ((where, actor),) = self._allowed(by, [topic]).items()
        change = ConsentChange(
            subscriber=subscriber,
            topic=topic,
            state=ConsentState.OPTED_OUT,
            source="told a person",
            institution="" if topic == EVERYTHING else self.institution_of(topic),
            words=given,
            by=actor.name,
        )
        what = "STOP of everything" if topic == EVERYTHING else f"STOP of topic {topic}"
        entry = self._entry(actor, where, what, given, [subscriber], now)
        return self.records.take([change], [entry], now)

    def _allowed(self, by: str, topics: Iterable[str]) -> Mapping[str, Actor]:
        """Returns who acts, by institution; what concerns everything takes a role everywhere."""
        where = {
            EVERYWHERE if topic == EVERYTHING else self.institution_of(topic)
            for topic in set(topics)
        }
        return {each: self.authorise(by, each, Act.CONSENT) for each in sorted(where)}

    def _moment(self, row: ListedConsent, now: datetime) -> datetime:
        if isinstance(row.day, datetime):
            at = row.day if row.day.tzinfo else row.day.replace(tzinfo=self.zone)
            return min(now, at.astimezone(UTC))
        begins = datetime.combine(row.day, time.min, self.zone)
        if row.state is ConsentState.OPTED_IN:
            return begins
        return min(now, begins + timedelta(days=1))

    def _entry(
        self,
        actor: Actor,
        institution: str,
        what: str,
        why: str,
        whose: Sequence[Identity],
        now: datetime,
    ) -> AuditEntry:
        return AuditEntry(
            at=now,
            by=actor.name,
            known_as=actor.known_as,
            institution=institution,
            act=Act.CONSENT.value,
            what=what,
            reason=why,
            subscribers=whose,
            seen="consents",
        )

"""Look at how sessions went, to help a caller who asks; the caller can see who has looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import NotThere
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.analytics.life_of_session import SessionFile
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.institutions.note_search import NoteSearch
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.analytics.kept_sessions import KeptSessions, SessionPart
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail

#: What citizens read was touched.
SEEN = "sessions"
#: How long a channel waits that is not there any more.
_WAITS = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtSessions:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable."""

    sessions: KeptSessions
    authorise: Authorise
    trail: AuditTrail
    channels: Mapping[str, Channel]
    clock: Clock

    def of(self, subscriber: Identity, limit: int, by: str) -> Sequence[SessionFile]:
        """Returns sessions of a number, the newest first, as far as `by` may see them.

        That they were looked for is recorded, whether there are any or not.
        """
        reach = self.authorise.reach(by, Act.READ)
        found = self.sessions.of(subscriber, reach.institutions, limit)
        note = NoteSearch(trail=self.trail, clock=self.clock)
        note(reach, subscriber, [part.institution for part in found], "sessions", SEEN)
        return self._files(found)

    def newest(self, limit: int, by: str) -> Sequence[SessionFile]:
        """Returns the newest sessions in the institutions of `by`: nothing says whose they are."""
        reach = self.authorise.reach(by, Act.READ)
        return self._files(self.sessions.newest(reach.institutions, limit))

    def show(self, session_id: int, by: str) -> SessionFile:
        """Returns one as far as `by` may see it; its caller can see that they have looked.

        Raises NotThere when there is none, or all of it is at other institutions.
        """
        reach = self.authorise.reach(by, Act.READ)
        none = NotThere(
            Sentence(
                "There is no session %(id)s.",
                by_command="See: gateway sessions list",
                on_page=Sentence("Find a number shows what there is."),
                id=session_id,
            )
        )
        parts = self.sessions.read(session_id)
        asked = next((part for part in parts if part.id == session_id), None)
        if asked is None:
            raise none
        self.authorise.over(by, asked.institution, Act.READ, none)
        mine = [part for part in parts if reach.covers(part.institution)]
        for part in mine:
            self._record(reach.actor, part)
        return self._file(mine)

    def _files(self, parts: Iterable[SessionPart]) -> Sequence[SessionFile]:
        by_session: dict[tuple[bytes, object], list[SessionPart]] = {}
        for part in parts:
            by_session.setdefault((part.session, part.began_at), []).append(part)
        return [self._file(mine) for mine in by_session.values()]

    def _file(self, parts: Iterable[SessionPart]) -> SessionFile:
        mine = sorted(parts, key=lambda part: part.id)
        channel = self.channels.get(mine[0].channel)
        waits = _WAITS if channel is None else timedelta(seconds=channel.session_seconds)
        return SessionFile(parts=mine, ends_after=waits)

    def _record(self, actor: Actor, part: SessionPart) -> None:
        entry = AuditEntry(
            at=self.clock.now(),
            by=actor.name,
            known_as=actor.known_as,
            institution=part.institution,
            act=Act.READ,
            what=f"session {part.id}",
            owners=[part.owner],
            seen=SEEN,
        )
        self.trail.record(entry)

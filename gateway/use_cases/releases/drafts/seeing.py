"""Find a draft for somebody: who writes it, whom it was handed to, who may let it go live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import ON_ITS_WAY, Draft, DraftLine, DraftState
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail
from gateway.use_cases.ports.releases import DraftStore

#: How often a change is tried again that met another one.
_TRIES = 20
#: In which one that was handed to nobody by name is there for all who may publish: whoever lets it
#: go live reads that it has.
_FOR_PUBLISHERS = frozenset(
    {DraftState.HANDED_OVER, DraftState.APPROVED, DraftState.SCHEDULED, DraftState.PUBLISHED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is served now, as a draft begins at it: the release, empty for the files, and all of
    its files, dialogues included."""

    release: str
    files: Mapping[str, str] = field(repr=False)


#: Returns what is served now; raises StoreUnavailable, and MenuInvalid for an unreadable file.
Served = Callable[[], Beginning]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """What every deed on a draft needs. Its methods raise NotAllowed, Refused and
    StoreUnavailable."""

    store: DraftStore
    authorise: Authorise
    trail: AuditTrail
    clock: Clock

    def one(self, id: str, by: str) -> tuple[Draft, Actor]:
        """Returns a draft, and who looks; another's is not there."""
        actor = self.authorise.reach(by, Act.EDIT).actor
        draft = self.store.find(id.strip())
        if draft is None or not self._sees(draft, actor):
            raise Refused(
                Sentence(
                    "There is no draft %(id)s.",
                    by_command="See: gateway drafts list",
                    on_page=Sentence("Those that you may see stand under Drafts."),
                    id=id,
                )
            )
        return as_of(draft, self.clock.now()), actor

    def owned(self, id: str, by: str, what: str) -> tuple[Draft, Actor]:
        """Returns a draft of somebody's own; `what` they would do with it is refused to others."""
        draft, actor = self.one(id, by)
        mine = actor.name == draft.owner or self.nobody_is_known
        if not mine and self._works_here(draft.owner):
            raise Refused(
                Sentence(
                    "Draft %(id)s is %(owner)s's, who alone may do this with it (%(what)s). "
                    "Ask %(owner)s.",
                    id=draft.id,
                    owner=draft.owner,
                    what=what,
                )
            )
        return draft, actor

    def lines(self, by: str, found: list[DraftLine]) -> list[DraftLine]:
        """Returns the drafts of a list that somebody may see."""
        actor = self.authorise.reach(by, Act.EDIT).actor
        return [each for each in found if self._sees(each, actor)]

    def change(
        self,
        id: str,
        by: str,
        become: Callable[[Draft, Actor, datetime], Draft],
        *,
        of_files: bool = True,
    ) -> Draft:
        """Keeps what `become` makes of a draft, and returns it; what it raises changes nothing.

        It is read anew whenever somebody has changed it meanwhile. What comes out as it was is not
        kept. A change `of_files` makes another version of it.
        """
        for _ in range(_TRIES):
            draft, actor = self.one(id, by)
            now = self.clock.now()
            changed = become(draft, actor, now)
            if changed == draft:
                return draft
            number = draft.version + of_files
            changed = replace(changed, version=number, changed_at=now)
            if self.store.change(changed, seen=draft.version, state=draft.state):
                return changed
        raise Refused(Sentence("Draft %(id)s is changed by others all the time. Try again.", id=id))

    def note(self, actor: Actor, act: Act, what: str, reason: str = "") -> None:
        """Notes what was done, as the deployment's own."""
        self.trail.record(
            AuditEntry(
                at=self.clock.now(),
                by=actor.name,
                institution=self.authorise.own,
                act=act,
                what=what,
                reason=reason,
            )
        )

    @property
    def nobody_is_known(self) -> bool:
        """Returns whether every name may do everything, since no person was ever added."""
        return not self.authorise.people.anybody()

    def _sees(self, draft: Draft | DraftLine, actor: Actor) -> bool:
        if actor.name in {draft.owner, draft.handed_to, *draft.authors} or self.nobody_is_known:
            return True
        if not self._may(actor.name, Act.PUBLISH):
            return False
        if draft.handed_to and self._works_here(draft.handed_to):
            return False
        # What is left by who is gone would be seen by nobody.
        is_left = draft.state in ON_ITS_WAY and not self._works_here(draft.owner)
        return is_left or draft.state in _FOR_PUBLISHERS

    def _works_here(self, name: str) -> bool:
        """Returns whether somebody still works on drafts: is not removed, and has a role for it."""
        return self._may(name, Act.EDIT)

    def _may(self, name: str, act: Act) -> bool:
        person = self.authorise.people.find(name)
        return person is not None and bool(person.reach(act))


def as_of(draft: Draft, now: datetime) -> Draft:
    """Returns a draft as it stands at a moment: what was scheduled is published once that came."""
    if draft.state is DraftState.SCHEDULED and draft.live_at is not None and draft.live_at <= now:
        return replace(draft, state=DraftState.PUBLISHED)
    return draft

"""Publish a checked menu, now or later, or go back to an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.institutions.whose import changed
from gateway.domain.menu.release import Release
from gateway.domain.menu_views.release_diff import describe
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail
from gateway.use_cases.ports.releases import Content, NewPublication, Publication, ReleaseStore

#: How many publications are looked at for the one before; a year of weekly ones is 52.
_FAR_BACK = 200
#: Of the changes that a refusal names.
_MOST_CHANGES = 12


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """What is served again, or still, and what was scheduled and is not any more."""

    release_id: str
    withdrawn: Sequence[Publication]
    was_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishMenu:
    """The use case, with the ports it needs."""

    store: ReleaseStore
    authorise: Authorise
    trail: AuditTrail
    clock: Clock
    #: Returns the release that the deployment's own files are, where they are what is served
    #: otherwise: in development.
    of_files: Callable[[], str] = _nothing

    def __call__(
        self,
        content: Content,
        *,
        by: str,
        upon: int,
        note: str = "",
        live_at: datetime | None = None,
    ) -> datetime:
        """Keeps a release and lets it go live; returns when. Its dialogues were played before.

        They are kept with it, for who begins at it. `upon` is what `newest` returned before all
        that was checked.

        Raises NotAllowed like `check_allowed`, and Refused for a moment that is over, for the
        release that is live, for a shortcut that another service got meanwhile, and where anything
        was published since `upon`.
        """
        release = content.release
        self.check_moment(live_at)
        now = self.clock.now()
        actor, whose = self.check_allowed(release, by=by)
        if live_at is None and self.store.current(now) == release.id:
            raise Refused(
                Sentence(
                    "Release %(id)s is live already: nothing was changed since.", id=release.id
                )
            )
        goes_live = live_at or now
        new = NewPublication(
            release_id=release.id,
            live_at=goes_live,
            by=actor.name,
            note=note,
            files=self.of_files(),
            upon=upon,
        )
        self._record(actor, whose, f"release {release.id}", note)
        self.store.publish(new, now, content)
        return goes_live

    def newest(self) -> int:
        """Returns the number of the newest publication: what anything is decided upon."""
        return self.store.newest()

    def check_allowed(self, release: Release, *, by: str) -> tuple[Actor, frozenset[str]]:
        """Returns who publishes, and the institutions of whose services something changes.

        Raises NotAllowed unless `by` may publish in each of them: nobody changes what is another's.
        What is no service's is the deployment's own.
        """
        reach = self.authorise.reach(by, Act.PUBLISH)
        now = self.clock.now()
        live = self.store.current(now)
        whose = changed(self.store.load(live) if live else None, release, self.authorise.own)
        for institution in sorted(whose):
            self.authorise(by, institution, Act.PUBLISH)
        return reach.actor, whose

    def check_base(self, base: str, next_step: str) -> None:
        """Raises Refused where what was worked on began at a release that is not live any more.

        It says what differs. A base that nobody here knows is none: it is of another database. One
        that goes live later is what will be live.
        """
        now = self.clock.now()
        live, history = self.store.current(now), self.store.history(_FAR_BACK)
        to_come = {each.release_id for each in history if each.live_at > now and not each.withdrawn}
        if not base or not live or live == base or base in to_come:
            return
        before, now_live = self.store.load(base), self.store.load(live)
        if before is None or now_live is None:
            return
        changes = describe(before, now_live)
        published = next(each for each in history if each.release_id == live)
        told = [Sentence("  %(change)s", change=each) for each in changes[:_MOST_CHANGES]]
        if len(changes) > _MOST_CHANGES:
            told.append(Sentence("  and %(number)s more", number=len(changes) - _MOST_CHANGES))
        what = reduce(lambda one, other: Sentence("%(one)s\n%(other)s", one=one, other=other), told)
        raise Refused(
            Sentence(
                "This began at release %(base)s, and release %(live)s is live now, by %(by)s. To "
                "publish would take back:\n%(what)s\n%(next)s",
                base=base,
                live=live,
                by=published.by,
                what=what,
                next=next_step,
            )
        )

    def check_moment(self, live_at: datetime | None) -> None:
        """Raises Refused for a moment that is over."""
        if live_at is not None and live_at < self.clock.now():
            raise Refused(
                Sentence(
                    "This moment is over.",
                    by_command="Leave --at out to publish at once.",
                    on_page=Sentence("Give a later one, or none to publish at once."),
                )
            )

    def roll_back(self, release_id: str | None, *, by: str, note: str = "") -> RolledBack:
        """Lets an earlier release go live at once; without an id, the one before the live one came.

        What was scheduled is withdrawn: it was made on top of what is taken back. Raises Refused
        when there is no such release, and when it is live and nothing is scheduled; NotAllowed
        unless `by` may publish for all whose services change.
        """
        now, upon = self.clock.now(), self.newest()
        self.authorise.reach(by, Act.PUBLISH)
        wanted = release_id or self._before(now)
        actor, whose = self._allowed_back(wanted, by, now)
        self._record(actor, whose, f"release {wanted} again", note)
        if wanted == self.store.current(now):
            withdrawn = self.store.withdraw_scheduled(now)
            if not withdrawn:
                raise Refused(Sentence("Release %(id)s is live already.", id=wanted))
            return RolledBack(release_id=wanted, withdrawn=withdrawn, was_live=True)
        new = NewPublication(
            release_id=wanted,
            live_at=now,
            by=actor.name,
            note=note or "Rolled back",
            files=self.of_files(),
            upon=upon,
        )
        self.store.publish(new, now)  # first: where it is refused, nothing is withdrawn
        return RolledBack(release_id=wanted, withdrawn=self.store.withdraw_scheduled(now))

    def _allowed_back(self, wanted: str, by: str, now: datetime) -> tuple[Actor, frozenset[str]]:
        """Returns who takes back, and whose services that changes, with what was scheduled."""
        scheduled = [
            each.release_id
            for each in self.store.history(_FAR_BACK)
            if each.live_at > now and not each.withdrawn
        ]
        concerned: set[str] = set()
        actor = self.authorise.reach(by, Act.PUBLISH).actor
        for release_id in dict.fromkeys([wanted, *scheduled]):
            release = self.store.load(release_id)
            if release is not None:  # where there is none, `publish` says so
                actor, whose = self.check_allowed(release, by=by)
                concerned |= whose
        return actor, frozenset(concerned)

    def _record(self, actor: Actor, whose: frozenset[str], what: str, note: str) -> None:
        """Writes a line for each institution whose services change, before they do."""
        for institution in sorted(whose) or [self.authorise.own]:
            self.trail.record(
                AuditEntry(
                    at=self.clock.now(),
                    by=actor.name,
                    institution=institution,
                    act=Act.PUBLISH,
                    what=what,
                    reason=note,
                )
            )

    def _before(self, now: datetime) -> str:
        """Returns what was live before the live release came: one step further with each call.

        A release that goes live again takes back all that came after it, so no call leads to what
        an earlier one took back. Raises Refused when nothing is further back.
        """
        past = [
            each.release_id
            for each in reversed(self.store.history(_FAR_BACK))
            if each.live_at <= now and not each.withdrawn
        ]
        way: list[str] = []
        for release_id in past:
            back_to = way.index(release_id) if release_id in way else len(way)
            way = [*way[:back_to], release_id]
        if len(way) < 2:
            raise Refused(
                Sentence(
                    "No release was live before this one.",
                    by_command="To let another one go live, name it: gateway menus rollback "
                    "RELEASE. See: gateway menus history. To withdraw what is scheduled, name the "
                    "release that is live.",
                )
            )
        return way[-2]

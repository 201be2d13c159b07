"""Bring a draft to citizens: handed over, tried, approved by a second person, published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.domain.broadcast.states import is_second_person
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.person import short_name
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import CHANGEABLE, Draft, DraftState, Trial, is_dialogue
from gateway.domain.menu.release import Release
from gateway.domain.menu_views.release_diff import describe
from gateway.use_cases.institutions.authorise import Actor
from gateway.use_cases.ports.releases import Content, ReleaseStore
from gateway.use_cases.releases.drafts.edit_drafts import hold_changeable
from gateway.use_cases.releases.drafts.seeing import Seeing, Served
from gateway.use_cases.releases.publish_menu import PublishMenu

#: A trial that has not ended by then has died.
TRIAL_AT_MOST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What the files of a draft make: a release, or faults at their places; and what is kept."""

    release: Release | None
    sources: Mapping[str, str] = field(repr=False)
    faults: Sequence[Fault]


#: Compiles and checks the files of a draft; the same ones again cost nothing.
Compile = Callable[[Mapping[str, str]], Compiled]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDrafts:
    """The use case. Its methods raise NotAllowed, StoreUnavailable, and Refused, which says what
    to do.

    With `second_person` none goes live that only its authors have seen. `wake` has a worker play
    the dialogues of a draft.
    """

    seeing: Seeing
    served: Served
    compile: Compile
    releases: ReleaseStore
    publishing: PublishMenu
    second_person: bool
    wake: Callable[[str, str], None]

    def check(self, id: str, *, by: str) -> Sequence[Fault]:
        """Returns the faults of a draft at their places, paths as the draft has them."""
        draft, _ = self.seeing.one(id, by)
        return self.compile(draft.files).faults

    def difference(self, id: str, *, by: str) -> Sequence[Sentence]:
        """Returns in plain words what would be otherwise than what is served now.

        Raises MenuInvalid for a draft with faults.
        """
        draft, _ = self.seeing.one(id, by)
        before = self._live()
        release = self._whole(draft)
        if before is None:
            before = self.compile(self.served().files).release
        return [Sentence("Everything is new.")] if before is None else describe(before, release)

    def try_out(self, id: str, *, by: str, anew: bool = False) -> Draft:
        """Has a worker play the dialogues of a draft; how they went stands in it then.

        With `anew` those that visit the same screens are written as they go now.
        """
        draft, actor = self.seeing.one(id, by)
        hold_changeable(draft)
        self._whole(draft)
        now = self.seeing.clock.now()
        if draft.trying_since is None or now - draft.trying_since > TRIAL_AT_MOST:
            self.seeing.store.begin_trial(draft.id, now)
            self.wake(draft.id, actor.name if anew else "")
        return replace(draft, trying_since=now)

    def keep_trial(self, draft: Draft, trial: Trial) -> None:
        """Keeps how the dialogues of a draft went."""
        self.seeing.store.keep_trial(draft.id, trial)

    def hand_over(self, id: str, to: str, *, by: str) -> Draft:
        """Hands a draft to somebody, or to all who may publish it where nobody is named.

        From then on they see it, too. It waits for a second person.
        """
        named = self._known(to)
        _, owner = self.seeing.owned(id, by, "hand over")
        if named and not is_second_person(named, owner.name):
            raise Refused(Sentence("You have it already. Hand it to somebody else."))

        def handed(draft: Draft, _: Actor, __: datetime) -> Draft:
            hold_changeable(draft)
            state = draft.state if draft.state is DraftState.APPROVED else DraftState.HANDED_OVER
            return replace(draft, handed_to=named, state=state)

        draft = self._unversioned(id, by, handed)
        whom = named or "whoever may publish it"
        self.seeing.note(owner, Act.EDIT, f"draft {draft.id} handed to {whom}")
        return draft

    def approve(self, id: str, *, version: int, by: str) -> Draft:
        """Lets a draft go live, by somebody who has not written it, as a version says.

        It takes the role that publishes in every institution of whose services something changes.
        """
        draft, actor = self.seeing.one(id, by)
        self._held(draft, version)
        if draft.state is DraftState.APPROVED:
            raise Refused(
                Sentence(
                    "Draft %(id)s is approved already, by %(name)s.", id=id, name=draft.approved_by
                )
            )
        release = self._fit(draft)
        _, whose = self.publishing.check_allowed(release, by=by)
        if not is_second_person(actor.name, draft.owner, *draft.authors):
            raise Refused(
                Sentence(
                    "'%(name)s' has written draft %(id)s, so somebody else approves it. %(who)s",
                    name=actor.name,
                    id=id,
                    who=self._who_could(draft, whose),
                )
            )

        def approved(seen: Draft, actor: Actor, now: datetime) -> Draft:
            self._held(seen, version)
            return replace(seen, state=DraftState.APPROVED, approved_by=actor.name, approved_at=now)

        done = self._unversioned(id, by, approved)
        self.seeing.note(actor, Act.PUBLISH, f"draft {id} approved, version {version}")
        return done

    def publish(
        self, id: str, *, version: int, by: str, live_at: datetime | None = None, note: str = ""
    ) -> Draft:
        """Lets a draft go live, now or at a time; raises like `approve`, and for a moment that is
        over."""
        upon = self.publishing.newest()
        draft, _ = self.seeing.one(id, by)
        self._held(draft, version)
        self.publishing.check_moment(live_at)
        release = self._fit(draft)
        _, whose = self.publishing.check_allowed(release, by=by)
        if self.second_person and draft.state is not DraftState.APPROVED:
            raise Refused(
                Sentence(
                    "Nobody else has approved draft %(id)s. %(who)s",
                    id=id,
                    who=self._who_could(draft, whose),
                )
            )
        self._refuse_before_scheduled(live_at)
        compiled, now = self.compile(draft.files), self.seeing.clock.now()
        content = Content(
            release=release,
            sources=compiled.sources,
            dialogues={path: text for path, text in draft.files.items() if is_dialogue(path)},
        )
        if not draft.changed_files:
            raise Refused(
                Sentence(
                    "Nothing is changed in draft %(id)s, so there is nothing to publish.", id=id
                )
            )
        if live_at is None and self.releases.current(now) == release.id:
            # Only dialogues were changed, which are no part of what citizens meet.
            self.releases.keep(content, now)
        else:
            live_at = self.publishing(
                content, by=by, upon=upon, note=note or draft.title, live_at=live_at
            )

        def published(seen: Draft, _: Actor, now: datetime) -> Draft:
            goes = live_at or now
            state = DraftState.SCHEDULED if goes > now else DraftState.PUBLISHED
            return replace(seen, state=state, release=release.id, live_at=goes, note=note)

        return self._unversioned(id, by, published)

    def withdraw(self, id: str, *, by: str) -> Draft:
        """Takes back a draft that goes live at a time that has not come; it can be changed then.

        One that a second person had approved waits for one again, who still sees it.
        """
        draft, actor = self.seeing.one(id, by)
        if draft.state is not DraftState.SCHEDULED:
            raise Refused(
                Sentence(
                    "Draft %(id)s does not go live by itself, so there is nothing to withdraw.",
                    id=id,
                )
            )
        release = self.releases.load(draft.release)
        if release is not None:
            self.publishing.check_allowed(release, by=by)
        self.seeing.note(actor, Act.PUBLISH, f"release {draft.release} withdrawn")
        self.releases.withdraw_scheduled(self.seeing.clock.now(), draft.release)
        return self._unversioned(
            id,
            by,
            lambda seen, _, __: replace(
                seen,
                state=DraftState.HANDED_OVER if seen.approved_by else DraftState.OPEN,
                approved_by="",
                approved_at=None,
                release="",
                live_at=None,
            ),
        )

    def is_behind(self, draft: Draft) -> bool:
        """Returns whether something else is served now than the draft began at."""
        if draft.state not in CHANGEABLE:
            return False
        now = self.served()
        same = now.release == draft.base
        return not same or (not draft.base and now.files != draft.base_files)

    def _unversioned(
        self, id: str, by: str, become: Callable[[Draft, Actor, datetime], Draft]
    ) -> Draft:
        """Keeps how far a draft is; its files stay, and with them how its dialogues went."""
        return self.seeing.change(id, by, become, of_files=False)

    def _held(self, draft: Draft, version: int) -> None:
        hold_changeable(draft)
        if draft.version != version:
            raise Refused(
                Sentence(
                    "Draft %(id)s was changed meanwhile: version %(new)s, and you have seen "
                    "version %(seen)s. Look at it again.",
                    id=draft.id,
                    new=draft.version,
                    seen=version,
                )
            )

    def _fit(self, draft: Draft) -> Release:
        """Returns the release of a draft that may go live: all that can be known of it is well."""
        self._refuse_behind(draft)
        release = self._whole(draft)
        tried = draft.tried
        if tried is None:
            raise Refused(
                Sentence(
                    "The dialogues of this version were not played yet.",
                    by_command="See: gateway drafts test %(id)s",
                    on_page=Sentence("Play them at step 3."),
                    id=draft.id,
                )
            )
        if not tried.passed:
            raise Refused(
                Sentence(
                    "%(fault)s",
                    by_command="See: gateway drafts test %(id)s",
                    on_page=Sentence("Step 3 shows how they went."),
                    fault=tried.fault or _not_as_written(tried),
                    id=draft.id,
                )
            )
        return release

    def _refuse_behind(self, draft: Draft) -> None:
        next_step = Sentence(
            "To keep both, bring it onto what is live.",
            by_command="See: gateway drafts update %(id)s",
            id=draft.id,
        )
        self.publishing.check_base(draft.base, next_step)
        if self.is_behind(draft):
            raise Refused(
                Sentence(
                    "Something else is live than draft %(id)s began at. %(next)s",
                    id=draft.id,
                    next=next_step,
                )
            )

    def _refuse_before_scheduled(self, live_at: datetime | None) -> None:
        now = self.seeing.clock.now()
        for each in self.releases.history(20):
            if not each.withdrawn and each.live_at > (live_at or now):
                raise Refused(
                    Sentence(
                        "Release %(release)s goes live by itself later, and would take this back. "
                        "Withdraw it first, or publish when it is live.",
                        release=each.release_id,
                    )
                )

    def _whole(self, draft: Draft) -> Release:
        compiled = self.compile(draft.files)
        if compiled.release is None:
            raise MenuInvalid(compiled.faults)
        return compiled.release

    def _live(self) -> Release | None:
        live = self.releases.current(self.seeing.clock.now())
        return self.releases.load(live) if live else None

    def _known(self, to: str) -> str:
        """Returns the short name of who shall see a draft; empty for nobody by name."""
        if not to.strip():
            return ""
        people = self.seeing.authorise.people
        if self.seeing.nobody_is_known:
            return " ".join(to.split())
        try:
            person = people.find(short_name(to))
        except ValueError:
            person = None
        if person is None or not person.reach(Act.EDIT):
            raise Refused(
                Sentence(
                    "'%(name)s' writes and publishes no menus here: it takes the role editor or "
                    "publisher.",
                    by_command="See: gateway people list",
                    name=to,
                )
            )
        return person.name

    def _who_could(self, draft: Draft, whose: frozenset[str]) -> Sentence:
        """Returns who could be the second person, or what to do where nobody is."""
        written = {draft.owner, *draft.authors}
        others = [
            each.name
            for each in self.seeing.authorise.people.all()
            if each.name not in written and all(each.may(where, Act.PUBLISH) for where in whose)
        ]
        if others or self.seeing.nobody_is_known:
            could = ", ".join(others[:5]) or "NAME"
            return Sentence(
                "That is done by: %(names)s.",
                by_command="gateway drafts approve %(id)s --by NAME",
                names=could,
                id=draft.id,
            )
        return Sentence(
            "Nobody else may publish for %(where)s: let an administrator add a second publisher. "
            "Where only one person works, whoever runs the gateway sets drafts.second_person to "
            "false.",
            by_command="See: gateway people add NAME --role publisher --institution NAME",
            on_page=Sentence("Administrators add people under People."),
            where=", ".join(sorted(whose)),
        )


def _not_as_written(trial: Trial) -> Sentence:
    number, reason = len(trial.otherwise), trial.otherwise[0].reason
    told = Sentence(
        "%(number)s dialogues go otherwise than written: %(why)s",
        singular="%(number)s dialogue goes otherwise than written: %(why)s",
        number=number,
        why=reason,
    )
    return told + ("" if reason.endswith(".") else ".")

"""Begin drafts and change their files, so that neither of two people or two tabs loses work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import (
    MAIN_FILE,
    MOST_FILES,
    MOST_OCTETS,
    ON_ITS_WAY,
    Draft,
    DraftLine,
    DraftState,
    FileChange,
    checked_path,
)
from gateway.use_cases.institutions.authorise import Actor
from gateway.use_cases.ports.releases import NewDraft
from gateway.use_cases.releases.drafts.seeing import Seeing, Served

_LONGEST_TITLE = 80
#: As long as somebody may click again because nothing seems to happen.
_ONE_CLICK = timedelta(seconds=30)
#: Drafts that people work on at the same time, at most, that are listed.
_MOST = 500


class DraftMoved(Refused):
    """A file was changed by somebody else, or in another tab, since it was read.

    `theirs` is the file as it stands now, None where it was taken out; `mine` is what could not be
    saved: show both. `version` is what to save with, once somebody has decided.
    """

    code = "draft_moved"

    def __init__(self, draft: Draft, path: str, mine: str | None) -> None:
        change = draft.changes[path]
        self.path, self.mine, self.version = path, mine, draft.version
        self.theirs = change.text
        self.by, self.at = change.by, change.at
        super().__init__(
            f"{change.by} has changed {path} in draft {draft.id} meanwhile (version "
            f"{change.version}). Nothing of yours was saved: put both together, and save with "
            f"version {draft.version}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another draft that changes the same services: who works on it, since when."""

    owner: str
    services: frozenset[str]
    since: datetime


def _nothing(_: Draft) -> Sequence[str]:
    """Takes nothing away, where drafts come with files alone."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDrafts:
    """The use case. Its methods raise NotAllowed, StoreUnavailable, and Refused, which says what
    to do: for another's draft as for one that is not there.

    `let_go` takes away what came with a draft that is discarded and that nobody else asks for: the
    rows of its lists. It returns their names.
    """

    seeing: Seeing
    served: Served
    let_go: Callable[[Draft], Sequence[str]] = _nothing

    def begin(self, title: str, *, by: str, once: bool = False) -> Draft:
        """Begins a draft at what is live; at the files where nothing was ever published.

        With `once` it is the one that they began under this title a moment ago, if that is as it
        began: who clicks twice means one.
        """
        actor = self.seeing.authorise.reach(by, Act.EDIT).actor
        beginning = self.served()
        new = NewDraft(
            title=_title(title),
            owner=actor.name,
            base=beginning.release,
            base_files=beginning.files,
        )
        now = self.seeing.clock.now()
        draft = self.seeing.store.begin(new, now, now - _ONE_CLICK if once else None)
        self.seeing.note(actor, Act.EDIT, f"draft {draft.id} begun")
        return draft

    def one(self, id: str, *, by: str) -> Draft:
        """Returns a draft."""
        return self.seeing.one(id, by)[0]

    def text(self, draft: Draft, path: str) -> str:
        """Returns the text of a file; Refused says which one may be meant."""
        return _file(draft, path)

    def listed(self, *, by: str, ended: bool = False) -> Sequence[DraftLine]:
        """Returns the drafts that somebody may see; with `ended` those of the past, too."""
        states = frozenset(DraftState) if ended else ON_ITS_WAY
        now = self.seeing.clock.now()
        found = [as_of_line(each, now) for each in self.seeing.store.newest(states, _MOST)]
        return [each for each in self.seeing.lines(by, found) if each.state in states]

    def neighbours(self, draft: Draft | DraftLine) -> Sequence[Neighbour]:
        """Returns the other drafts that change a service which this one changes."""
        mine = draft.services
        return [
            Neighbour(owner=each.owner, services=each.services & mine, since=each.begun_at)
            for each in self.seeing.store.newest(ON_ITS_WAY, _MOST)
            if each.id != draft.id and each.services & mine
        ]

    def save(self, id: str, path: str, text: str, *, version: int, by: str) -> Draft:
        """Keeps the text of a file, which was read with a version of the draft.

        Raises DraftMoved where the file was changed since, and not to this text. It takes a draft
        that was handed over or approved back: what is approved is what was seen.
        """
        _held_to_size(path, text)
        return self._changed(id, {path: text}, version, by)

    def remove(self, id: str, path: str, *, version: int, by: str) -> Draft:
        """Takes a file out; raises like `save`."""
        if path == MAIN_FILE:
            raise Refused(
                Sentence(
                    "%(file)s is the root of the menu: without it there is none.", file=MAIN_FILE
                )
            )
        _file(self.one(id, by=by), path)
        return self._changed(id, {path: None}, version, by)

    def rename(self, id: str, path: str, to: str, *, version: int, by: str) -> Draft:
        """Gives a file another name; raises like `save`, and Refused for a name that is taken."""
        if path == MAIN_FILE:
            raise Refused(
                Sentence(
                    "%(file)s is the root of the menu, and is found by its name.", file=MAIN_FILE
                )
            )
        draft = self.one(id, by=by)
        text = _file(draft, path)
        if to in draft.files:
            raise Refused(
                Sentence("There is a file %(file)s in draft %(id)s already.", file=to, id=id)
            )
        return self._changed(id, {path: None, to: text}, version, by)

    def save_all(self, id: str, texts: Mapping[str, str | None], *, version: int, by: str) -> Draft:
        """Keeps several files at once, or none of them; None takes one out. Raises like `save`."""
        for path, text in texts.items():
            if text is not None:
                _held_to_size(path, text)
            elif path == MAIN_FILE:
                raise Refused(
                    Sentence(
                        "%(file)s is the root of the menu: without it there is none.",
                        file=MAIN_FILE,
                    )
                )
        return self._changed(id, texts, version, by)

    def discard(self, id: str, *, by: str) -> Draft:
        """Ends a draft that nobody will publish; its files go with time."""
        _, actor = self.seeing.owned(id, by, "discard")

        def discarded(draft: Draft, _: Actor, __: datetime) -> Draft:
            hold_changeable(draft)
            return replace(draft, state=DraftState.DISCARDED)

        draft = self.seeing.change(id, by, discarded)
        gone = self.let_go(draft)
        lists = f", and the rows of {', '.join(gone)}" if gone else ""
        self.seeing.note(actor, Act.EDIT, f"draft {draft.id} discarded{lists}")
        return draft

    def _changed(self, id: str, texts: Mapping[str, str | None], version: int, by: str) -> Draft:
        for path in texts:
            try:
                checked_path(path)
            except ValueError as error:
                raise Refused(*error.args) from None

        def saved(draft: Draft, actor: Actor, now: datetime) -> Draft:
            hold_changeable(draft)
            files = draft.files
            new = {path: text for path, text in texts.items() if files.get(path) != text}
            for path, text in new.items():
                if draft.version_of(path) > version:
                    raise DraftMoved(draft, path, text)
            if not new:
                return draft
            if len({*files, *new}) > MOST_FILES:
                raise Refused(Sentence("A draft has %(most)s files at most.", most=MOST_FILES))
            return with_changes(draft, new, actor, now)

        return self.seeing.change(id, by, saved)


def with_changes(
    draft: Draft, texts: Mapping[str, str | None], actor: Actor, now: datetime
) -> Draft:
    """Returns the draft with new texts of files, open again: nobody has approved them."""
    made = {
        path: FileChange(text=text, version=draft.version + 1, by=actor.name, at=now)
        for path, text in texts.items()
    }
    return replace(
        draft,
        changes={**draft.changes, **made},
        state=DraftState.OPEN,
        approved_by="",
        approved_at=None,
        authors=tuple(dict.fromkeys([*draft.authors, actor.name])),
    )


def hold_changeable(draft: Draft) -> None:
    """Raises Refused for a draft that has come too far to be changed."""
    match draft.state:
        case DraftState.OPEN | DraftState.HANDED_OVER | DraftState.APPROVED:
            return
        case DraftState.SCHEDULED:
            why = Sentence(
                "Draft %(id)s goes live at its time. Take it back first.",
                by_command="See: gateway drafts withdraw %(id)s",
                id=draft.id,
            )
        case DraftState.PUBLISHED:
            why = Sentence(
                "Draft %(id)s was published. Begin another.",
                by_command="See: gateway drafts begin TITLE",
                id=draft.id,
            )
        case DraftState.DISCARDED:
            why = Sentence(
                "Draft %(id)s was discarded. Begin another.",
                by_command="See: gateway drafts begin TITLE",
                id=draft.id,
            )
        case _:
            assert_never(draft.state)
    raise Refused(why)


def as_of_line(line: DraftLine, now: datetime) -> DraftLine:
    """Returns a line as it stands at a moment, like `as_of`."""
    if line.state is DraftState.SCHEDULED and line.live_at is not None and line.live_at <= now:
        return replace(line, state=DraftState.PUBLISHED)
    return line


def _file(draft: Draft, path: str) -> str:
    text = draft.files.get(path)
    if text is None:
        raise Refused(
            Sentence(
                "There is no file %(file)s in draft %(id)s.%(guess)s",
                file=path,
                id=draft.id,
                guess=did_you_mean(path, draft.files),
            )
        )
    return text


def _held_to_size(path: str, text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_OCTETS:
        raise Refused(
            Sentence("%(file)s would be over 1 MiB: no menu file is so large.", file=path)
        )
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused(Sentence("%(file)s holds signs that are no text.", file=path))


def _title(given: str) -> str:
    title = " ".join(given.split())
    if not title or not title.isprintable():
        raise Refused(Sentence("A draft needs a title, by which people know it."))
    if len(title) > _LONGEST_TITLE:
        raise Refused(
            Sentence(
                "The title has %(number)s letters; %(most)s are the most.",
                number=len(title),
                most=_LONGEST_TITLE,
            )
        )
    return title

"""Drafts of menus: begun at what is live, changed, tried, and let go live."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.menu_files import load as menu_files
from gateway.adapters.menu_files.own_sentences import OWN_NAME
from gateway.adapters.releases import whole_folder
from gateway.adapters.sql.datasets.removal import remove
from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.composition.menus import Menus
from gateway.composition.office.institutions import Institutions
from gateway.deployment.folder import load_handlers
from gateway.deployment.live_forms import changed_otherwise
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu.draft import (
    ON_ITS_WAY,
    Draft,
    carries_forms,
    is_dialogue,
    is_form,
    lists_among,
)
from gateway.use_cases.ports import Clock, Jobs
from gateway.use_cases.ports.releases import DraftStore
from gateway.use_cases.releases.drafts.edit_drafts import EditDrafts
from gateway.use_cases.releases.drafts.review_drafts import Compiled, ReviewDrafts
from gateway.use_cases.releases.drafts.seeing import Beginning, Seeing
from gateway.use_cases.releases.drafts.update_drafts import UpdateDrafts

#: Compiled menus that a process keeps: a few people, a few versions each.
_KEPT = 4
#: Others that may ask for the rows of a list: drafts on their way, and what was published.
_MOST_DRAFTS, _MOST_PUBLICATIONS = 500, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts(EditDrafts):
    """The use cases of drafts; those of one that is on its way to citizens are `review`."""

    review: ReviewDrafts
    update: UpdateDrafts
    workshop: Workshop

    @contextmanager
    def folder(self, draft: Draft) -> Iterator[Path]:
        """Yields a folder in which a draft stands as a menu does, for as long as it is needed."""
        with self.workshop.folder(draft.files) as menus:
            yield menus

    def check(self, id: str, *, by: str) -> Sequence[Fault]:
        """Returns the faults of a draft at their places, paths as the draft has them."""
        return self.review.check(id, by=by)


class Workshop:
    """Compiles the files of drafts, one at a time in a process; the last few are kept."""

    def __init__(
        self,
        deployment: Deployment,
        shortcuts: Callable[[], Mapping[str, str]],
        published_forms: Callable[[], Mapping[str, str]],
    ) -> None:
        self._deployment, self._shortcuts = deployment, shortcuts
        self._published_forms = published_forms
        self._kept: OrderedDict[bytes, Compiled] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lets nothing else that costs a second of CPU go on in this process meanwhile."""
        with self._one_at_a_time:
            yield

    @contextmanager
    def folder(self, files: Mapping[str, str]) -> Iterator[Path]:
        """Yields a folder with the files of a menu, as a deployment has them.

        What no draft holds comes from the deployment: its glossaries.
        """
        with tempfile.TemporaryDirectory(prefix="gateway-draft-") as name:
            menus = Path(name).resolve() / "menus"
            whole_folder.lay_out(menus, files, self._deployment.settings.menus_folder)
            yield menus

    def __call__(self, files: Mapping[str, str]) -> Compiled:
        """Returns what files make: dialogues are not looked at."""
        content = {path: text for path, text in files.items() if not is_dialogue(path)}
        shortcuts, published = self._shortcuts(), self._published_forms()
        key = _key(content, {**shortcuts, **published})
        with self._one_at_a_time:
            if key not in self._kept:
                self._kept[key] = self._compiled(content, shortcuts, published)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _compiled(
        self,
        files: Mapping[str, str],
        shortcuts: Mapping[str, str],
        published: Mapping[str, str],
    ) -> Compiled:
        deployment = self._deployment
        if otherwise := changed_otherwise(files, published, deployment.datasets):
            return Compiled(release=None, sources={}, faults=sorted(set(otherwise)))
        with self.folder(files) as menus:
            try:
                handlers = load_handlers(deployment.settings.home, menus)
                channels = deployment.settings.to_channels()
                release = menu_files.load(menus, handlers, channels, shortcuts, tell=_nobody)
                return Compiled(release=release, sources=menu_files.sources(menus), faults=())
            except FilesInvalid as invalid:
                faults = [_in_the_draft(each, menus) for each in invalid.faults]
                return Compiled(release=None, sources={}, faults=sorted(set(faults)))


def drafts(
    deployment: Deployment,
    engine: Engine,
    *,
    menus: Menus,
    institutions: Institutions,
    jobs: Callable[[], Jobs],
    clock: Clock,
) -> Drafts:
    """Returns them wired."""
    seeing = Seeing(
        store=SqlDrafts(engine),
        authorise=institutions.authorise,
        trail=institutions.trail,
        clock=clock,
    )
    workshop = Workshop(deployment, menus.store.shortcuts, menus.store.published_forms)

    def now_served() -> Beginning:
        return served(deployment, menus)

    def let_go(draft: Draft) -> Sequence[str]:
        gone = _lists_of_it_alone(draft, deployment, menus, seeing.store)
        if gone:
            remove(engine, gone)
        return gone

    return Drafts(
        seeing=seeing,
        served=now_served,
        let_go=let_go,
        workshop=workshop,
        update=UpdateDrafts(seeing=seeing, served=now_served),
        review=ReviewDrafts(
            seeing=seeing,
            served=now_served,
            compile=workshop,
            releases=menus.store,
            publishing=menus.publish,
            second_person=deployment.settings.drafts.second_person,
            wake=lambda id, anew_by: jobs().try_draft(id, anew_by),
        ),
    )


def _lists_of_it_alone(
    draft: Draft, deployment: Deployment, menus: Menus, drafts: DraftStore
) -> Sequence[str]:
    """Returns the lists that came with a draft, and of which nothing else knows.

    What was published may be gone back to, so its lists stay.
    """
    own = lists_among(draft.changes) - deployment.datasets.keys()
    if not own:
        return ()
    for line in drafts.newest(ON_ITS_WAY, _MOST_DRAFTS):
        other = drafts.find(line.id) if line.id != draft.id else None
        own -= lists_among(other.files) if other is not None else frozenset()
    releases = {each.release_id for each in menus.store.history(_MOST_PUBLICATIONS)}
    for release in releases if own else ():
        own -= lists_among(menus.store.sources(release) or {})
    return sorted(own)


def served(deployment: Deployment, menus: Menus) -> Beginning:
    """Returns what is live, with its dialogues; the files where nothing was ever published.

    In development that are the files, once they were changed after what was published. The
    dialogues of a release that an older version has published are those of the files, and so are
    its forms.
    """
    of_files = whole_folder.texts(deployment.settings.menus_folder)
    live = menus.live_id()
    if live and menus.of_files is not None and not menus.is_served(live):
        live = ""
    sources = menus.store.sources(live) if live else None
    if sources is None:
        return Beginning(release="", files=of_files)
    dialogues = menus.store.dialogues(live)
    if dialogues is None:
        dialogues = {path: text for path, text in of_files.items() if is_dialogue(path)}
    files = {path: text for path, text in sources.items() if path != OWN_NAME}
    forms = {} if carries_forms(files) else {p: t for p, t in of_files.items() if is_form(p)}
    return Beginning(release=live, files=dict(sorted({**files, **forms, **dialogues}.items())))


def _in_the_draft(fault: Fault, menus: Path) -> Fault:
    for beginning in (f"{menus}/", f"{menus.parent}/"):
        if fault.file.startswith(beginning):
            return replace(fault, file=fault.file.removeprefix(beginning))
    return fault


def _key(files: Mapping[str, str], shortcuts: Mapping[str, str]) -> bytes:
    found = sha256()
    for name, text in (*sorted(files.items()), *sorted(shortcuts.items())):
        for part in (name, text):
            found.update(len(part).to_bytes(4) + part.encode("utf-8", "surrogatepass"))
    return found.digest()


def _nobody(_: object) -> None:
    """Is told what is noted of a draft, and tells nobody: `gateway menus check` notes it."""

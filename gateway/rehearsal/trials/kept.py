"""The stages of the newest menus that were tried, for processes that try many trials.

A compiled menu takes a second and some megabytes, a trial on it a moment: so the stages of a few
menus are kept, by what their files say. One trial is played at a time: citizens are answered in the
same process.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.adapters.menu_files.screen_places import ScreenPlaces
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.release import Release
from gateway.rehearsal.stage import Stage
from gateway.rehearsal.trials.player import Player
from gateway.use_cases.ports import Clock

#: So many menus are kept: the live one, and the drafts that are worked on now.
MOST_KEPT = 3
#: So long somebody waits for the trial of another.
MOST_WAITED = 20.0

BUSY = Sentence("Others try menus just now. Send it once more in a moment.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A menu to be tried: what tells it from others, its files, and what compiles it.

    `load` is given an empty folder, and returns the menu with the deployment that has the forms and
    datasets it reads; it raises FilesInvalid where there are faults. `dialled` are the codes that
    its dialogues dial.
    """

    key: str
    files: Mapping[str, str] = field(repr=False)
    load: Callable[[Path], tuple[Deployment, Release]]
    dialled: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ready:
    """A menu on its stage, and where its screens stand."""

    player: Player
    places: ScreenPlaces


class Trials:
    """Plays trials of several menus. `machine` tells how long one takes."""

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._kept: OrderedDict[str, tuple[Ready, Path]] = OrderedDict()
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._number = 0

    @contextmanager
    def on(self, menu: Menu) -> Iterator[Ready]:
        """Yields a menu on its stage, to one at a time.

        Raises FilesInvalid for a menu with faults, and Refused when others take too long.
        """
        if not self._lock.acquire(timeout=MOST_WAITED):
            raise Refused(BUSY)
        try:
            yield self._ready(menu)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Forgets all menus, and removes their stages."""
        with self._lock:
            self._kept.clear()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _ready(self, menu: Menu) -> Ready:
        if menu.key in self._kept:
            self._kept.move_to_end(menu.key)
            return self._kept[menu.key][0]
        self._number += 1
        folder = self._root() / str(self._number)
        folder.mkdir()
        try:
            with tempfile.TemporaryDirectory(dir=folder) as files:
                deployment, release = menu.load(Path(files))
            on_stage = Stage(deployment, release, folder, menu.dialled)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        ready = Ready(Player(on_stage, release, self._machine), ScreenPlaces(menu.files))
        self._kept[menu.key] = ready, folder
        while len(self._kept) > MOST_KEPT:
            _, (_, gone) = self._kept.popitem(last=False)
            shutil.rmtree(gone, ignore_errors=True)
        return ready

    def _root(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="gateway-trials-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

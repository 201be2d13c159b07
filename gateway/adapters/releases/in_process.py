"""The releases this process can serve: the newest, and those that running sessions began on."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

from gateway.adapters.menu_files.compiling.source_files import is_menu_file
from gateway.adapters.yaml.documents import shown_name
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release

log = logging.getLogger(__name__)

#: Earlier releases that are kept; a session lasts minutes, and nobody edits faster.
KEPT = 20


class ServedReleases:
    """Fits the `Releases` port."""

    def __init__(self, release: Release) -> None:
        self._current = release
        self._known = {release.id: release}

    def current(self) -> Release:
        """Returns the release new sessions begin on."""
        return self._current

    def find(self, release_id: str) -> Release | None:
        """Returns a release that a session began on, while it is still known."""
        return self._known.get(release_id)

    def replace(self, release: Release) -> None:
        """Serves another release from now on; sessions that run keep theirs."""
        known = {**self._known, release.id: release}
        self._known = dict(list(known.items())[-KEPT:])
        self._current = release

    def close(self) -> None:
        """Lets go of nothing: no thread looks for newer ones."""


class WatchedReleases(ServedReleases):
    """Takes up menu files when they are saved and free of faults. For development.

    Of a file with faults, `tell` is told each fault at its place, and the last good menu stays. Of
    a file in the folders `code` that was saved it is told what to do: handlers and forms are loaded
    when a process starts.
    """

    def __init__(
        self,
        release: Release,
        folder: Path,
        load: Callable[[], Release],
        monotonic: Callable[[], float],
        tell: Callable[[str], object] = log.warning,
        code: Sequence[Path] = (),
    ) -> None:
        super().__init__(release)
        self._folder, self._load, self._monotonic = folder, load, monotonic
        self._tell, self._code = tell, code
        self._lock = threading.Lock()
        self._looked_at = monotonic()
        self._stamp = self._stamp_now()
        self._stamp_of_code = self._code_now()
        self._faulty = False

    def current(self) -> Release:
        """Returns the newest release, looking at the files once a second at most."""
        if self._monotonic() - self._looked_at >= 1.0 and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return super().current()

    def find(self, release_id: str) -> Release | None:
        """Returns a release that a session began on.

        Another web process may have taken up a file that this one has not looked at yet.
        """
        found = super().find(release_id)
        if found is None:
            with self._lock:
                self._look()
            found = super().find(release_id)
        return found

    @property
    def latest(self) -> Release:
        """The newest release so far, without a look at the files."""
        return self._current

    def is_newest(self) -> bool:
        """Returns whether the files are as they were at the last look."""
        return self._stamp == self._stamp_now()

    def _look(self) -> None:
        self._looked_at = self._monotonic()
        self._look_at_code()
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        before = self._current.id
        try:
            self.replace(self._load())
        except MenuInvalid as error:
            self._faulty = True
            self._tell(f"The menu has faults; the last good one stays.\n{error}")
        else:
            mended, self._faulty = self._faulty, False
            if self._current.id == before and not mended:
                return  # a dialogue was written, or a file saved as it was
            self._tell(f"The menu was edited; new sessions begin on release {self._current.id}.")

    def _look_at_code(self) -> None:
        stamp = self._code_now()
        saved = [name for name, time in stamp.items() if self._stamp_of_code.get(name) != time]
        saved += [name for name in self._stamp_of_code if name not in stamp]
        self._stamp_of_code = stamp
        if saved:
            self._tell(
                f"{', '.join(sorted(saved))} was edited. Handlers and forms are loaded when a "
                "process starts: stop the gateway and start it again to take it up."
            )

    def _code_now(self) -> dict[str, int]:
        found = {}
        files = (folder.rglob(f"*.{end}") for folder in self._code for end in ("py", "yaml"))
        for file in chain.from_iterable(files):
            with contextlib.suppress(OSError):  # an editor is just replacing it
                if is_menu_file(file):
                    found[shown_name(file)] = file.stat().st_mtime_ns
        return found

    def _stamp_now(self) -> tuple[tuple[str, int], ...]:
        try:
            declared = (self._folder.parent / "datasets").glob("*.yaml")
            files = sorted(filter(is_menu_file, [*self._folder.rglob("*.yaml"), *declared]))
            return tuple((str(file), file.stat().st_mtime_ns) for file in files)
        except OSError:  # an editor is just replacing a file: the next look finds it
            return ()

"""Serves the release that is published, and takes up the next one while citizens are answered."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping

from gateway.adapters.releases.in_process import KEPT
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused, StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.releases import ReleaseStore

log = logging.getLogger(__name__)

#: How often the database is asked which release is live. A thread asks; no turn waits for it.
LOOK_SECONDS = 1.0
#: Ids that no release has, remembered so that a turn asks the database about each only once.
_MOST_UNKNOWN = 1000
#: How long a question may be waited for that was on its way when the gateway was closed.
_LAST_LOOK_SECONDS = 10.0


class PublishedReleases:
    """Fits the `Releases` port. `from_files` is served until anything is published.

    It comes with the texts of its files and is held in the store: a process that starts later finds
    it there for a session that began on it.

    Nothing is read until the first turn, which then waits for it. `take_up` is told the id of each
    release before it is served, and reads what else belongs to it.
    """

    def __init__(
        self,
        store: ReleaseStore,
        from_files: Callable[[], tuple[Release, Mapping[str, str]]],
        clock: Clock,
        *,
        take_up: Callable[[str], object] = lambda _: None,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store, self._from_files, self._clock = store, from_files, clock
        self._take_up, self._look_seconds = take_up, look_seconds
        self._current: Release | None = None
        self._known: dict[str, Release] = {}
        self._unknown: set[str] = set()
        self._refused = ""  # a release that this version of the gateway cannot read
        self._silent = False
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._looks: threading.Thread | None = None

    def current(self) -> Release:
        """Returns the release new sessions begin on; raises MenuInvalid when there is none."""
        return self._current or self._begin()

    def find(self, release_id: str) -> Release | None:
        """Returns a release that a session began on, from the database if need be.

        The first turn of a process may be the third of a session that another process began, on
        files that no database knows: so the current release is had first.
        """
        if self._current is None:
            with contextlib.suppress(MenuInvalid):
                self._begin()
        found = self._known.get(release_id)
        if found is not None or release_id in self._unknown:
            return found
        try:
            found = self._store.load(release_id)
        except (StoreUnavailable, Refused, MenuInvalid) as error:
            log.warning("Release %s cannot be had now: %s", release_id, error.code)
            return None
        if found is None:
            self._unknown = (
                {*self._unknown, release_id} if len(self._unknown) < _MOST_UNKNOWN else set()
            )
        else:
            self._remember(found)
        return found

    def look(self) -> None:
        """Takes up the release that is live now. Never raises: the last good one stays."""
        try:
            live = self._store.current(self._clock.now())
            if not live or live == self._refused or (self._current and self._current.id == live):
                self._silent = False
                return
            release = self._known.get(live) or self._store.load(live)
        except MenuInvalid as error:
            self._refused = live
            log.error("Release %s cannot be served; the last good one stays.\n%s", live, error)
            return
        except (StoreUnavailable, Refused) as error:
            if not self._silent:
                log.warning("Which menu is live cannot be asked now: %s", error)
            self._silent = True
            return
        if release is not None:
            self._remember(release)
            self._take_up(release.id)
            self._current = release
            log.info("Release %s is live.", release.id)

    def close(self) -> None:
        """Stops asking; returns when the last question is over, so that its connection is free."""
        self._closed.set()
        if self._looks is not None:
            self._looks.join(_LAST_LOOK_SECONDS)

    def _begin(self) -> Release:
        with self._lock:
            if self._current is None:
                self.look()
                if self._current is None:
                    self._current, sources = self._from_files()
                    self._remember(self._current)
                    log.info("Release %s of the menu files is served.", self._current.id)
                    self._hold(self._current, sources)
                    self._take_up(self._current.id)
                self._looks = threading.Thread(
                    target=self._keep_looking, name="releases", daemon=True
                )
                self._looks.start()
            return self._current

    def _hold(self, release: Release, sources: Mapping[str, str]) -> None:
        if self._silent:  # the store did not answer a moment ago; a turn waits for this
            return
        try:
            self._store.hold(release, sources, self._clock.now())
        except (StoreUnavailable, Refused) as error:
            log.warning("Release %s of the files cannot be held: %s", release.id, error.code)

    def _keep_looking(self) -> None:
        while not self._closed.wait(self._look_seconds):
            try:
                self.look()
            except Exception as error:  # without this thread, nothing that is published goes live
                log.error("The live menu could not be taken up: %s", type(error).__name__)

    def _remember(self, release: Release) -> None:
        # Replaced and not changed: turns read it meanwhile.
        self._known = dict([*self._known.items(), (release.id, release)][-KEPT:])

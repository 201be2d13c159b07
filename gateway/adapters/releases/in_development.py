"""What citizens meet in development: what was done last, a save of a file or a publication."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from gateway.adapters.releases.in_process import WatchedReleases
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused, StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.releases import ReleaseStore

log = logging.getLogger(__name__)

#: How often is asked what is live.
_LOOK_SECONDS = 1.0


class FilesOrPublished:
    """Fits the `Releases` port: the files, and what was published while they were as they are.

    A publication says which release the files were at its moment. While they still are, it is
    newer than they, and is served; once a file is changed, the files are newer.
    """

    def __init__(
        self,
        files: WatchedReleases,
        store: Callable[[], ReleaseStore],
        clock: Clock,
        tell: Callable[[str], object] = log.info,
    ) -> None:
        self._files, self._store, self._clock, self._tell = files, store, clock, tell
        self._published: Release | None = None
        self._over = ""
        self._looked_at = clock.monotonic() - _LOOK_SECONDS
        self._lock = threading.Lock()

    def current(self) -> Release:
        """Returns the release new sessions begin on, looking once a second at most."""
        if self._clock.monotonic() - self._looked_at >= _LOOK_SECONDS and self._lock.acquire(
            blocking=False
        ):
            try:
                self._look()
            finally:
                self._lock.release()
        of_files = self._files.current()
        if self._published is not None and self._over == of_files.id:
            return self._published
        return of_files

    def find(self, release_id: str) -> Release | None:
        """Returns a release that a session began on."""
        if self._published is not None and self._published.id == release_id:
            return self._published
        found = self._files.find(release_id)
        if found is not None:
            return found
        try:
            return self._store().load(release_id)
        except (StoreUnavailable, Refused, MenuInvalid):
            return None

    def close(self) -> None:
        """Lets go of nothing: no thread looks for newer ones."""
        self._files.close()

    def _look(self) -> None:
        self._looked_at = self._clock.monotonic()
        try:
            live = self._store().live_publication(self._clock.now())
            if live is None or not live.files:
                self._published, self._over = None, ""
                return
            if self._published is None or self._published.id != live.release_id:
                release = self._store().load(live.release_id)
                if release is not None:
                    self._tell(f"Release {release.id} is live, until a file is changed.")
                self._published = release
            self._over = live.files
        except (StoreUnavailable, Refused, MenuInvalid) as error:
            log.debug("What is live cannot be asked now: %s", error.code)

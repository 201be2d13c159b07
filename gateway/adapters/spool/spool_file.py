"""The `Spool` port on a file: appended to by every process of a node, replayed by one.

Each record is sealed, and on the disk (fsync) before anybody is told that it was received. A replay
first renames the file, so that what comes meanwhile goes into a new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from gateway.adapters.spool import frames, record_codec
from gateway.adapters.system.keyring import Keyring
from gateway.adapters.system.private_files import make_file, make_folder
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.domain.faults_and_errors.errors import GatewayError, Refused, StoreUnavailable
from gateway.use_cases.ports.spool import Spooled, SpoolState, Take, TakeTogether

log = logging.getLogger(__name__)

_PURPOSE = "spool"


class SpoolFile:
    """Fits the `Spool` port; `most_bytes` bounds what waits."""

    def __init__(self, folder: Path, keyring: Keyring, most_bytes: int) -> None:
        self._folder, self._keyring, self._most_bytes = folder, keyring, most_bytes
        self._coming, self._leaving = folder / "coming", folder / "leaving"
        self._aside, self._lock = folder / "aside", folder / "lock"

    def prove(self) -> None:
        """Returns when something can be kept; raises Refused."""
        try:
            with self._appending() as file:
                os.fsync(file)
        except OSError as error:
            raise Refused(
                f"The spool in {self._folder} cannot be written ({error.strerror}): what citizens "
                "text while the database is away would be lost. Give data_folder a disk that the "
                "gateway's account can write to."
            ) from None

    def keep(self, channel: str, told: Spooled, at: datetime) -> None:
        """Writes it to the disk; raises StoreUnavailable when it cannot, or is full."""
        self.keep_all([(channel, told)], at)

    def keep_all(self, told: Sequence[tuple[str, Spooled]], at: datetime) -> None:
        """Writes all of it to the disk with one wait, or none; raises StoreUnavailable."""
        written = b"".join(
            frames.framed(self._keyring.seal(_PURPOSE, record_codec.encode(channel, each)), at)
            for channel, each in told
        )
        try:
            with self._appending() as file:
                before = os.fstat(file).st_size
                if before + _size(self._leaving) + len(written) > self._most_bytes:
                    raise StoreUnavailable("The spool is full, and the database is away.")
                _append(file, written, before)
        except OSError as error:
            raise StoreUnavailable(f"The spool cannot be written: {error.strerror}.") from error

    def replay(self, take: Take) -> int:
        """Hands over what was kept, oldest first, and forgets it; returns how many there were."""
        return self.replay_together(lambda kept: _each(take, kept), 1)

    def replay_together(self, take: TakeTogether, most: int) -> int:
        """Hands over what was kept, oldest first and at most so many at once, and forgets it.

        Returns how many there were.
        """
        number = 0
        with self._alone() as alone:
            while alone and self._next_file():
                stored = frames.records(self._leaving.read_bytes())
                while several := list(islice(stored, most)):
                    number += self._hand_over(take, several)
                self._leaving.unlink()
                self._sync_folder()
        return number

    def state(self) -> SpoolState:
        """Returns how much is where."""
        sizes = {path: _size(path) for path in (self._coming, self._leaving, self._aside)}
        first = self._leaving if sizes[self._leaving] else self._coming
        with contextlib.suppress(OSError), first.open("rb") as file:
            since = frames.first_time(file.read(frames.HEAD_BYTES))
            waiting = sizes[self._coming] + sizes[self._leaving]
            return SpoolState(waiting, since, sizes[self._aside])
        return SpoolState(0, None, sizes[self._aside])

    def _hand_over(self, take: TakeTogether, several: Sequence[tuple[datetime, bytes]]) -> int:
        """Returns how many were taken; of several one that nobody can take is set aside alone."""
        try:
            kept = []
            for at, sealed in several:
                channel, told = record_codec.decode(self._keyring.open(_PURPOSE, sealed))
                kept.append((channel, told, at))
            take(kept)
        except StoreUnavailable:
            raise
        except Exception as error:  # one that nobody can store must not hold up the others
            if len(several) > 1:
                return sum(self._hand_over(take, [each]) for each in several)
            self._set_aside(several[0], error)
            return 0
        return len(several)

    def _set_aside(self, record: tuple[datetime, bytes], error: Exception) -> None:
        at, sealed = record
        reason = str(error) if isinstance(error, GatewayError) else trace(error)
        log.error("A spooled record was set aside in %s: %s", self._aside, reason)
        make_file(self._aside)
        with self._aside.open("ab") as aside:
            aside.write(frames.framed(sealed, at))
            aside.flush()
            os.fsync(aside.fileno())

    @contextlib.contextmanager
    def _appending(self) -> Iterator[int]:
        """Yields the file that is appended to, for this process and thread alone."""
        while True:
            file = self._opened()
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if _is_named(file, self._coming):
                    if not os.fstat(file).st_size:  # it may be new
                        self._sync_folder()
                    yield file
                    return
            finally:
                os.close(file)  # and the lock with it; one that was renamed meanwhile is left

    def _opened(self) -> int:
        how = os.O_RDWR | os.O_CREAT | os.O_APPEND
        try:
            return os.open(self._coming, how, 0o600)
        except FileNotFoundError:
            make_folder(self._folder)
            return os.open(self._coming, how, 0o600)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        make_folder(self._folder)
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(lock)

    def _next_file(self) -> bool:
        """Returns whether there is something to hand over, which nobody appends to any more."""
        if self._leaving.exists():
            return True
        if not _size(self._coming):
            return False
        with self._appending():
            self._coming.rename(self._leaving)
            self._sync_folder()
        return True

    def _sync_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _each(take: Take, kept: Sequence[tuple[str, Spooled, datetime]]) -> None:
    for channel, told, at in kept:
        take(channel, told, at)


def _append(file: int, frame: bytes, before: int) -> None:
    try:
        written = 0
        while written < len(frame):
            written += os.write(file, frame[written:])
        os.fsync(file)
    except OSError:
        # Half a record harms nothing; but what was not promised shall not take the room either.
        with contextlib.suppress(OSError):
            os.ftruncate(file, before)
        raise


def _is_named(file: int, path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), path.stat())
    return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

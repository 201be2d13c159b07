"""Keeps the parts of unfinished SMS on the disk: an operator that was answered has forgotten them.

Each SMS is a file of its own, with the name that the gateway will know it by. What stands in it is
sealed, and on the disk (fsync) before the operator is answered.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from gateway.adapters.spool import frames
from gateway.adapters.system.keyring import Keyring
from gateway.adapters.system.private_files import make_folder
from gateway.domain.faults_and_errors.errors import Refused

log = logging.getLogger(__name__)

_PURPOSE = "parts of sms"

#: A frame has a time; of a part only its order counts.
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class KeptParts(Protocol):
    """Where parts wait; raises OSError where nothing can be kept."""

    def keep(self, name: str, told: Mapping[str, Any]) -> None:
        """Adds to what is kept under a name."""

    def forget(self, name: str) -> None:
        """Removes what is kept under a name, if anything is."""

    def load(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Returns all that is kept, by its name, each in its order."""


class NotKept:
    """Keeps nothing: what waits is in memory alone."""

    def keep(self, name: str, told: Mapping[str, Any]) -> None: ...

    def forget(self, name: str) -> None: ...

    def load(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return {}


class PartsOnDisk:
    """Keeps them in a folder."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder, self._keyring = folder, keyring

    def keep(self, name: str, told: Mapping[str, Any]) -> None:
        """Appends, and returns when it is on the disk."""
        make_folder(self._folder)
        sealed = self._keyring.seal(_PURPOSE, json.dumps(told).encode())
        framed = frames.framed(sealed, _NO_TIME)
        file = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            written = 0
            while written < len(framed):  # a full disk, or a signal, may take a part of it
                written += os.write(file, framed[written:])
            os.fsync(file)
        finally:
            os.close(file)
        folder = os.open(self._folder, os.O_RDONLY)  # the file may be new
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def forget(self, name: str) -> None:
        """Removes the file."""
        (self._folder / name).unlink(missing_ok=True)

    def load(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Returns what an earlier process has left; a record torn by its end is passed over.

        So is a file that cannot be read, for whatever reason. It stays, and the log names it: a
        line that does not come up would cost far more.
        """
        if not self._folder.is_dir():
            return {}
        kept = {}
        for path in sorted(self._folder.iterdir()):
            try:
                kept[path.name] = [
                    json.loads(self._keyring.open(_PURPOSE, sealed))
                    for _, sealed in frames.records(path.read_bytes())
                ]
            except (OSError, ValueError, RecursionError, Refused) as error:
                log.error("Parts of an SMS in %s cannot be read (%s).", path, type(error).__name__)
        return kept

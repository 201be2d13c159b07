"""Take a list of recipients that was uploaded for a draft: whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.faults_and_errors.errors import DataInvalid, GatewayError, Refused
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.sms.broadcasts import Broadcasts, ListRow, RecipientLists

#: Rows of one transaction.
AT_ONCE = 2000


class ListFile(Protocol):
    """A list as a file has it. `faults` is complete once `rows` has been read to its end."""

    faults: list[Fault]
    bytes_read: int

    def recipients(self) -> Iterator[ListRow]:
        """Yields each row; after a first fault only to find the others."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list: its rows, and how many of a number that stood there before."""

    rows: int
    twice: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeList:
    """The use case, with the ports it needs."""

    broadcasts: Broadcasts
    lists: RecipientLists
    clock: Clock

    def __call__(
        self,
        broadcast: Broadcast,
        file: ListFile,
        progress: Callable[[int], object] = lambda bytes_read: None,
        most: int | None = None,
    ) -> Taken:
        """Stores the rows of a list; `progress` is told how many bytes were read.

        With any fault nothing stays, the draft neither. Raises DataInvalid with every fault, and
        Refused for a list without rows, with more than `most`, or where another try takes it: a
        form that is sent twice must not end what the first one has begun.
        """
        if broadcast.version or not self.broadcasts.change(broadcast, self.clock.now()):
            raise Refused(
                Sentence(
                    "The list of broadcast %(id)s is being taken already. Look at the broadcast in "
                    "a moment; if it has no list then, cancel it, and draft it again.",
                    id=broadcast.id,
                )
            )
        try:
            taken = self._stored(broadcast, file, progress, most)
            if file.faults:
                raise DataInvalid(file.faults)
            if not taken.rows:
                raise Refused(Sentence("The list has no rows: nobody would be written to."))
        except GatewayError:
            self._drop(broadcast.id)
            raise
        self.lists.complete(broadcast.id, taken.rows, self.clock.now())
        return taken

    def _stored(
        self,
        broadcast: Broadcast,
        file: ListFile,
        progress: Callable[[int], object],
        most: int | None,
    ) -> Taken:
        seen = new = told = 0
        waiting: list[ListRow] = []

        def store(rows: Sequence[ListRow]) -> int:
            return self.lists.add(broadcast.id, rows, self.clock.now())

        for row in file.recipients():
            seen += 1
            if most is not None and seen > most:
                raise Refused(
                    Sentence("A list of more than %(most)s rows is taken by command.", most=most)
                )
            waiting.append(row)
            if len(waiting) == AT_ONCE:
                new += store(waiting)
                waiting = []
                progress(file.bytes_read - told)
                told = file.bytes_read
        new += store(waiting)
        progress(file.bytes_read - told)
        return Taken(new, seen - new)

    def _drop(self, id: int) -> None:
        while self.lists.discard(id, AT_ONCE):
            pass
        self.broadcasts.drop(id)

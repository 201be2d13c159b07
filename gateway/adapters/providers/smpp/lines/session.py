"""One bind to an operator: connected, kept alive, and bound again when it is lost."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gateway.adapters.providers.smpp import statuses
from gateway.adapters.providers.smpp.lines import pdus
from gateway.adapters.providers.smpp.settings import Settings
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
)

if TYPE_CHECKING:
    from smpp34 import DeliverSm, SubmitSm

log = logging.getLogger(__name__)

#: How long connecting may take, and how long is waited before it is tried again, in seconds.
CONNECT_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

#: Takes a message of the operator's; returns the status that it is answered with.
Deliver = Callable[["DeliverSm"], Awaitable[int]]


class Taken(NamedTuple):
    """An answer of the operator: a status, and the id that it gave a message."""

    status: int
    message_id: str = ""


class Bind:
    """A bind as a transceiver. `run` holds it until it is cancelled.

    Times are kept by `asyncio.timeout`: the `wait_for` of Python 3.11 forgets that it was
    cancelled when what it waits for ends at that moment, and the bind would be held for ever.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        deliver: Deliver,
        *,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.name, self._settings, self._deliver = name, settings, deliver
        self._first_pause = self._pause = first_pause
        self._window = asyncio.Semaphore(settings.window)
        self._awaited: dict[int, asyncio.Future[Taken]] = {}
        self._sequence = 0
        self._writer: asyncio.StreamWriter | None = None
        self._unwritten: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.bound, self.refused, self.lost_at = False, 0, float("-inf")

    async def run(self) -> None:
        """Holds the bind: what ends it is told in the log, and it is bound again after a pause."""
        while True:
            try:
                await self._hold()
                reason = "the operator has closed it"
            except (OSError, ValueError, EOFError, TimeoutError) as error:
                reason = type(error).__name__
            except _Refused as refusal:
                self.refused, reason = refusal.status, f"refused with 0x{refusal.status:08X}"
            finally:
                await self._close()
            self.lost_at = asyncio.get_running_loop().time()
            log.warning("The bind %s is down: %s.", self.name, reason)
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def submit(self, message: SubmitSm) -> Taken:
        """Returns the operator's answer to a message, of whichever status.

        Raises ProviderUnavailable or ChannelMisconfigured where it surely was not sent, and
        OutcomeUnknown where its answer did not come.
        """
        async with self._window:
            if not self.bound:
                if self.refused:
                    raise ChannelMisconfigured("bind_refused", f"0x{self.refused:08X}")
                raise ProviderUnavailable("not_bound")
            octets = message.encode()
            try:
                return await self._ask(pdus.SUBMIT_SM, octets[pdus.HEAD.size :])
            except (OSError, EOFError):
                raise OutcomeUnknown("connection_lost") from None
            except TimeoutError:
                raise OutcomeUnknown("answer_timeout") from None

    async def unbind(self) -> None:
        """Says good-bye, and waits a moment for the answer."""
        if self.bound:
            self.bound = False
            with suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(2.0):
                    await self._ask(pdus.UNBIND)

    async def _hold(self) -> None:
        reader = await self._connect()
        reading = asyncio.create_task(self._read(reader))
        binding = asyncio.create_task(self._bind_and_keep())
        try:
            await asyncio.wait({reading, binding}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)  # an operator may refuse and hang up at once: that is read first
            for task in (binding, reading):
                if task.done():
                    task.result()
        finally:
            reading.cancel()
            binding.cancel()

    async def _connect(self) -> asyncio.StreamReader:
        settings = self._settings
        context = None
        if settings.tls:
            context = ssl.create_default_context()
            if settings.ca_file is not None:
                context.load_verify_locations(settings.ca_file)
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, self._writer = await asyncio.open_connection(
                settings.host, settings.port, ssl=context
            )
        return reader

    async def _bind_and_keep(self) -> None:
        settings = self._settings
        password = settings.password.get_secret_value()
        body = pdus.bind_body(settings.system_id, password, settings.system_type)
        answer = await self._ask(pdus.BIND_TRANSCEIVER, body)
        if answer.status != statuses.OK:
            raise _Refused(answer.status)
        self.bound, self.refused, self._pause = True, 0, self._first_pause
        log.info("The bind %s is up.", self.name)
        while True:
            await asyncio.sleep(settings.enquire_seconds)
            await self._ask(pdus.ENQUIRE_LINK)

    async def _ask(self, command: int, body: bytes = b"") -> Taken:
        """Sends a request and returns its answer; raises OSError, EOFError and TimeoutError."""
        if self._writer is None:
            raise EOFError
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        sequence = self._sequence
        answered: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._awaited[sequence] = answered
        try:
            self._write(pdus.pdu(command, sequence, body))
            await self._writer.drain()
            async with asyncio.timeout(self._settings.response_seconds):
                return await answered
        finally:
            self._awaited.pop(sequence, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            octets = await reader.readexactly(pdus.HEAD.size)
            head = pdus.head_of(octets)
            body = await reader.readexactly(head.length - pdus.HEAD.size)
            if head.command & pdus.ANSWER:
                self._answered(head, body)
            elif head.command == pdus.DELIVER_SM:
                task = asyncio.create_task(self._take(head, octets + body))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif head.command == pdus.ENQUIRE_LINK:
                self._say(pdus.ENQUIRE_LINK | pdus.ANSWER, head.sequence)
            elif head.command == pdus.UNBIND:
                self._say(pdus.UNBIND | pdus.ANSWER, head.sequence)
                return
            elif head.command != pdus.ALERT_NOTIFICATION:
                self._say(pdus.GENERIC_NACK, head.sequence, statuses.INVALID_COMMAND)

    def _answered(self, head: pdus.Head, body: bytes) -> None:
        answered = self._awaited.get(head.sequence)
        if answered is not None and not answered.done():
            answered.set_result(Taken(head.status, pdus.message_id_in(body)))

    async def _take(self, head: pdus.Head, octets: bytes) -> None:
        """Answers a message once it is stored; what cannot be read will never be."""
        import smpp34

        status = statuses.NEVER
        try:
            message = smpp34.decode(octets)
        except smpp34.SmppError:
            log.warning("A message of the operator's on %s cannot be read.", self.name)
        else:
            if isinstance(message, smpp34.DeliverSm):
                status = await self._deliver(message)
        self._say(pdus.DELIVER_SM | pdus.ANSWER, head.sequence, status, b"\0")

    def _say(self, command: int, sequence: int, status: int = 0, body: bytes = b"") -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._write(pdus.pdu(command, sequence, body, status))

    def _write(self, octets: bytes) -> None:
        """Writes with all else that is to be written at this moment.

        A call of the system for each would cost more than the rest of a message.
        """
        self._unwritten.append(octets)
        if len(self._unwritten) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        together = b"".join(self._unwritten)
        self._unwritten.clear()
        if together and self._writer is not None and not self._writer.is_closing():
            self._writer.write(together)

    async def _close(self) -> None:
        self.bound = False
        for answered in self._awaited.values():
            if not answered.done():
                answered.set_exception(EOFError())
        self._flush()
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(2.0):
                    await self._writer.wait_closed()
            self._writer = None


class _Refused(Exception):
    """The operator has refused the bind."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

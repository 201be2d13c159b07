"""One bind to an operator: connected, kept alive, and bound again when it is lost."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from gateway.adapters.providers.smpp import statuses
from gateway.adapters.providers.smpp.lines import pdus
from gateway.adapters.providers.smpp.lines.exchanges import Answers, Exchanges, Taken
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    ProviderUnavailable,
    SendFailed,
)

if TYPE_CHECKING:
    from smpp34 import DeliverSm

log = logging.getLogger(__name__)

#: How long connecting may take, and how long is waited before it is tried again, in seconds.
CONNECT_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

#: What is read of a connection at once, in octets.
_READ = 65_536

#: Takes a message of the operator's; tells whether it is stored. What is not comes again.
Deliver = Callable[["DeliverSm"], Awaitable[bool]]


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
        self._exchanges = Exchanges(settings.window, settings.response_seconds, self._write)
        self._writer: asyncio.StreamWriter | None = None
        self._unwritten: list[bytes] = []
        self._storing: set[asyncio.Future[bool]] = set()
        self.bound, self.refused, self.lost_at = False, 0, float("-inf")

    async def run(self) -> None:
        """Holds the bind: what ends it is told in the log, and it is bound again after a pause."""
        while True:
            try:
                await self._hold()
                reason = "the operator has closed it"
            except (OSError, ValueError, EOFError, TimeoutError) as error:
                reason = type(error).__name__
            except SendFailed as failure:
                reason = failure.code
            except _Refused as refusal:
                self.refused, reason = refusal.status, f"refused with 0x{refusal.status:08X}"
            finally:
                await self._close()
            self.lost_at = asyncio.get_running_loop().time()
            log.warning("The bind %s is down: %s.", self.name, reason)
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def submit(self, bodies: Sequence[bytes]) -> Sequence[Taken | SendFailed]:
        """Returns the operator's answers to messages, of whichever status, in their order.

        ProviderUnavailable or ChannelMisconfigured where one surely was not sent, and
        OutcomeUnknown where its answer did not come.
        """
        if not self.bound:
            failure: SendFailed = ProviderUnavailable("not_bound")
            if self.refused:
                failure = ChannelMisconfigured("bind_refused", f"0x{self.refused:08X}")
            return [failure] * len(bodies)
        answers = Answers(len(bodies))
        self._exchanges.submit(bodies, answers)
        return await answers.wait()

    async def unbind(self) -> None:
        """Says good-bye, and waits a moment for the answer."""
        if self.bound:
            self.bound = False
            with suppress(SendFailed, EOFError, TimeoutError):
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
        """Sends a request and returns its answer; raises SendFailed and EOFError."""
        if self._writer is None:
            raise EOFError
        answers = Answers(1)
        self._exchanges.ask(command, body, answers)
        (answer,) = await answers.wait()
        if isinstance(answer, SendFailed):
            raise answer
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Reads until the operator says good-bye; what comes together is read together."""
        unread = b""
        while came := await reader.read(_READ):
            unread += came
            begin = 0
            while len(unread) - begin >= pdus.HEAD.size:
                head = pdus.head_of(unread, begin)
                end = begin + head.length
                if end > len(unread):
                    break
                self._came(head, unread[begin:end])
                if head.command == pdus.UNBIND:
                    return
                begin = end
            unread = unread[begin:]
        raise EOFError

    def _came(self, head: pdus.Head, octets: bytes) -> None:
        if head.command & pdus.ANSWER:
            self._exchanges.answered(head, octets[pdus.HEAD.size :])
        elif head.command == pdus.DELIVER_SM:
            self._take(head, octets)
        elif head.command in (pdus.ENQUIRE_LINK, pdus.UNBIND):
            self._say(head.command | pdus.ANSWER, head.sequence)
        elif head.command != pdus.ALERT_NOTIFICATION:
            self._say(pdus.GENERIC_NACK, head.sequence, statuses.INVALID_COMMAND)

    def _take(self, head: pdus.Head, octets: bytes) -> None:
        """Answers a message once it is stored; what cannot be read will never be."""
        import smpp34

        try:
            message = smpp34.decode(octets)
        except smpp34.SmppError:
            log.warning("A message of the operator's on %s cannot be read.", self.name)
            message = None
        if not isinstance(message, smpp34.DeliverSm):
            self._say(pdus.DELIVER_SM | pdus.ANSWER, head.sequence, statuses.NEVER, b"\0")
            return
        storing = asyncio.ensure_future(self._deliver(message))
        self._storing.add(storing)
        storing.add_done_callback(partial(self._stored, head.sequence))

    def _stored(self, sequence: int, storing: asyncio.Future[bool]) -> None:
        self._storing.discard(storing)
        is_stored = False
        if not storing.cancelled():
            error = storing.exception()
            is_stored = error is None and storing.result()
            if error is not None:
                log.error("A message of the operator's cannot be told: %s", trace(error))
        status = statuses.OK if is_stored else statuses.NOT_NOW
        self._say(pdus.DELIVER_SM | pdus.ANSWER, sequence, status, b"\0")

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
        self._exchanges.break_off()
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

"""Holds the lines of all channels over SMPP, in a process of its own: `gateway lines`.

It speaks SMPP to operators, and HTTP to the rest of the gateway: it calls the channels' webhooks,
and is called for what shall be sent. It keeps nothing but the parts of long SMS, on its disk.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from urllib.parse import urlsplit

from gateway.adapters.providers.shared.lines import HeldLine
from gateway.adapters.providers.smpp.lines.incoming import Tell
from gateway.adapters.providers.smpp.lines.kept_parts import PartsOnDisk
from gateway.adapters.providers.smpp.lines.line import Line
from gateway.adapters.providers.smpp.lines.receipts_together import ReceiptsTogether
from gateway.adapters.providers.smpp.lines.session import FIRST_PAUSE
from gateway.adapters.providers.smpp.lines.webhook_calls import WebhookCalls
from gateway.adapters.providers.smpp.wire import EACH, FAILED, KEY_HEADER, failure_as_told
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.domain.faults_and_errors.errors import ProviderUnavailable, Refused, SendFailed
from gateway.domain.text.secret_comparison import is_one_of

log = logging.getLogger(__name__)

#: How long a process that is told to stop waits for what is out, in seconds.
_LAST_SECONDS = 5.0

#: What may be asked for of a line.
_ROUTES = ("sms", "screens")

#: A status of HTTP, and what is said with it.
_Answer = tuple[int, Mapping[str, object]]

#: The longest head and body of a request: of a hundred SMS each has 5 KiB, and a text of ten
#: segments has 2.
_LONGEST_HEAD, _LONGEST_BODY = 8_192, 524_288


class Bridge:
    """The lines, and the door through which the gateway asks for what shall be sent."""

    def __init__(
        self, channels: Mapping[str, HeldLine], *, first_pause: float = FIRST_PAUSE
    ) -> None:
        self._channels, self._first_pause = channels, first_pause
        self._calls = WebhookCalls()
        self._sending, self._is_ending = 0, False
        self._nothing_out = asyncio.Event()
        self.lines = {
            name: Line(
                name,
                held.settings,
                self._teller(held),
                PartsOnDisk(held.folder, held.keyring) if held.folder else None,
                first_pause=first_pause,
            )
            for name, held in channels.items()
        }

    async def serve(self, host: str, port: int, up: asyncio.Future[int] | None = None) -> None:
        """Serves until it is cancelled; `up` is told the port. Raises Refused if it is taken."""
        try:
            server = await asyncio.start_server(self._answer, host, port, limit=_LONGEST_HEAD)
        except OSError:
            raise Refused(f"Port {port} is taken. See `api_url` of the channels.") from None
        if up is not None:
            up.set_result(server.sockets[0].getsockname()[1])
        try:
            async with server, asyncio.TaskGroup() as group:
                for line in self.lines.values():
                    group.create_task(self._held(line))
        finally:
            self._calls.close()

    async def _held(self, line: Line) -> None:
        """Holds a line, whatever happens to it: a mistake in one takes no other with it."""
        while True:
            try:
                await line.run()
            except Exception as error:
                log.error("A line stumbled, and is held anew: %s", trace(error))
            await asyncio.sleep(self._first_pause)

    async def unbind(self) -> None:
        """Says good-bye to every operator, who then knows at once that nobody is there.

        What is out is waited for: its outcome would be unknown. What is asked for meanwhile is
        refused, and surely was not sent.
        """
        self._is_ending = True
        if self._sending:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SECONDS):
                    await self._nothing_out.wait()
        await asyncio.gather(*(line.unbind() for line in self.lines.values()))

    def _teller(self, held: HeldLine) -> Tell:
        async def tell(route: str, told: Mapping[str, object]) -> bool:
            try:
                status = await self._calls.post(held.urls[route], told)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                log.warning("The gateway does not take what came in: %s.", type(error).__name__)
                return False
            # What it can make nothing of, it never will: 400 is an answer.
            return status == 400 or 200 <= status < 300

        together = ReceiptsTogether(tell)

        def tell_by_route(route: str, told: Mapping[str, object]) -> Awaitable[bool]:
            return together(told) if route == "delivery" else tell(route, told)

        return tell_by_route

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            pass  # who broke off is told nothing
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _LONGEST_BODY:
            raise ValueError
        refused = self._refused(method, urlsplit(target).path, headers)
        body = await reader.readexactly(length)
        self._sending += 1
        try:
            status, answer = refused or await self._asked(urlsplit(target).path, body)
            octets = json.dumps(answer).encode()
            writer.write(
                f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(octets)}\r\n\r\n".encode("ascii")
                + octets
            )
        finally:
            self._sending -= 1
            if self._is_ending and not self._sending:
                self._nothing_out.set()
        await writer.drain()
        return headers.get("connection", "").lower() != "close"

    def _refused(self, method: str, path: str, headers: Mapping[str, str]) -> _Answer | None:
        """Returns the answer to a request that asks for nothing to be sent; None for one that does.

        Who asks proves it, before what they ask is read.
        """
        if method == "GET" and path == "/":
            return 200, {name: line.state() for name, line in self.lines.items()}
        place, name, route = _parts(path)
        held = self._channels.get(name)
        if (method, place) != ("POST", "lines") or route not in _ROUTES or held is None:
            return 404, {"error": "There is no such line here."}
        if not is_one_of(headers.get(KEY_HEADER.lower(), ""), held.keys):
            return 403, {"error": "The key is not that of the channel."}
        return None

    async def _asked(self, path: str, body: bytes) -> _Answer:
        _, name, route = _parts(path)
        line = self.lines[name]
        if self._is_ending:
            return FAILED, failure_as_told(ProviderUnavailable("not_bound"))
        try:
            asked = json.loads(body)
            if route == "screens":
                return 200, await line.show(asked)
            if EACH not in asked:
                return 200, await line.send(asked)
            each = await line.send_all(asked[EACH])
        except SendFailed as failure:
            return FAILED, failure_as_told(failure)
        except (ValueError, KeyError, TypeError):
            return 400, {"error": "The request cannot be read."}
        return 200, {
            EACH: [failure_as_told(told) if isinstance(told, SendFailed) else told for told in each]
        }


def _parts(path: str) -> tuple[str, str, str]:
    """Returns the place, the channel and the route of a request."""
    place, _, rest = path.strip("/").partition("/")
    name, _, route = rest.partition("/")
    return place, name, route


def hold_lines(channels: Mapping[str, HeldLine], host: str, port: int) -> None:
    """Holds the lines until the process is told to stop; then unbinds. Raises Refused."""
    if find_spec("smpp34") is None:
        raise Refused("The library for SMPP is not there: pip install 'citizen-gateway[smpp]'")

    async def main() -> None:
        bridge, told = Bridge(channels), asyncio.Event()
        serving = asyncio.create_task(bridge.serve(host, port))
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, told.set)
        stopping = asyncio.create_task(told.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await bridge.unbind()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving

    asyncio.run(main())

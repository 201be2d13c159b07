"""SMS centres to bind to: the server of smpp34, and one that misbehaves below the protocol."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import smpp34

from gateway.adapters.providers.shared.lines import HeldLine
from gateway.adapters.providers.smpp.lines import pdus
from gateway.adapters.providers.smpp.lines.bridge import hold_lines
from gateway.adapters.providers.smpp.lines.kept_parts import KeptParts
from gateway.adapters.providers.smpp.lines.line import Line
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.system.keyring import Keyring
from tests.ports import free_port

PATIENCE = 15.0
KEYRING = Keyring(b"\x01" * 32)


def settings(port: int, **changes: Any) -> Settings:
    parts = {
        "host": "127.0.0.1", "port": port, "system_id": "gateway", "password": "secret",
        "address": "20880", "response_seconds": 2, "enquire_seconds": 5,
    }  # fmt: skip
    return Settings.model_validate(parts | changes)


@dataclass
class Told:
    """What the gateway was told, and whether it takes it."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    takes: bool = True

    async def __call__(self, route: str, fields: Mapping[str, object]) -> bool:
        self.calls.append((route, dict(fields)))
        return self.takes

    async def of(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Returns the first so many, once they are there."""
        await until(lambda: len(self.calls) >= count)
        return self.calls[:count]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


@dataclass
class Centre:
    """The server of smpp34: what it was sent, and how it answers; `status` 0 takes a message."""

    server: smpp34.Server
    port: int
    taken: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    bound: list[smpp34.Esme] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            event = await self.server.next()
            if isinstance(event, smpp34.Esme):
                self.bound.append(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self.taken.append(event)
                status = self.statuses.pop(0) if self.statuses else 0
                if status:
                    event.reject(status)
                else:
                    event.accept(f"{len(self.taken):X}")

    async def deliver(self, octets: bytes, **fields: Any) -> int:
        """Returns the status that a message from a citizen was answered with."""
        parts = {"source_addr": "254711000001", "destination_addr": "20880"} | fields
        answer = await self.bound[-1].deliver_sm(short_message=octets, **parts)
        return answer.command_status


def hold_a_line(port: int, folder: Path | None, urls: Mapping[str, str]) -> None:
    """Holds one line to a port of this machine, as `gateway lines` does: a process of its own."""
    line = HeldLine(
        settings=settings(port), keys=["a-key"], urls=urls, keyring=KEYRING, folder=folder
    )
    hold_lines({"line": line}, "127.0.0.1", free_port())


@contextlib.asynccontextmanager
async def centre() -> AsyncIterator[Centre]:
    port = free_port()
    server = smpp34.Server("127.0.0.1", port, system_id="CENTRE")
    await server.start()
    running = Centre(server, port)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await server.stop()


@contextlib.asynccontextmanager
async def line_to(
    port: int, told: Told, kept: KeptParts | None = None, **changes: Any
) -> AsyncIterator[Line]:
    """Yields a line that is about to bind."""
    line = Line("line", settings(port, **changes), told, kept, first_pause=0.05)
    task = asyncio.create_task(line.run())
    try:
        yield line
    finally:
        await line.unbind()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def scripted(*scripts: Script) -> AsyncIterator[int]:
    """Yields the port of a server whose connections follow these scripts, the last one for ever."""
    left = list(scripts)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = left.pop(0) if len(left) > 1 else left[0]
        with contextlib.suppress(OSError, EOFError):
            await script(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def read_pdu(reader: asyncio.StreamReader) -> tuple[pdus.Head, bytes]:
    head = pdus.head_of(await reader.readexactly(16))
    return head, await reader.readexactly(head.length - 16)

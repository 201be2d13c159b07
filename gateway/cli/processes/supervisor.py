"""Keeps the processes of `gateway run` going: starts them in order, restarts them, stops them."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Protocol

from gateway.adapters.system.private_files import make_folder
from gateway.adapters.system.processes import hangup
from gateway.adapters.system.processes.forks import fork
from gateway.adapters.system.processes.parent_death import ends_with_parent
from gateway.cli.processes.logs import LOG_BYTES, shorten
from gateway.domain.faults_and_errors.errors import Refused

logger = logging.getLogger(__name__)

_STOP_SECONDS = 15.0
_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 10.0

#: A child that has run this long was in order; its next restart is the first again.
_STEADY_SECONDS = 60.0

_POLL_SECONDS = 0.02

#: A slow machine is waited for as long as it takes; so often we say that we still do.
_PATIENCE_SECONDS = 5.0

#: So often logs are looked at: long ones are begun anew.
_LOG_SECONDS = 60.0

_STOPPING = "Stopping … What is in hand is finished first. Ctrl-C again stops everything at once."


class Running(Protocol):
    """A child that was started: a Popen, or one that was forked."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def terminate(self) -> None:
        """Asks it to end."""

    def wait(self) -> int:
        """Returns its exit status once it has ended, minus the signal that killed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What to keep running: a program, or with `inside` a fork of ours that is shown as one.

    `called` is its name in a sentence. `environment` is added to ours. Until `ready` returns True
    the next is not started. The others need a `foundation`: it is stopped only when they have
    ended. One `on_console` speaks there, and not in a log of its own.
    """

    name: str
    command: Sequence[str]
    inside: Callable[[], int] | None = None
    called: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    foundation: bool = False
    on_console: bool = False


@dataclass(slots=True)
class _Child:
    process: Process
    running: Running | None = None
    began_at: float = 0.0
    crashes: int = 0
    restart_at: float = 0.0


def restart_delay(crashes: int) -> float:
    """Returns the seconds to wait after so many crashes in a row.

    >>> [restart_delay(crashes) for crashes in (1, 2, 3, 9)]
    [0.5, 1.0, 2.0, 10.0]
    """
    return min(_LONGEST_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2.0 ** (min(crashes, 10) - 1))


class Supervisor:
    """Runs programs until SIGTERM, SIGINT or SIGHUP. Use it in the main thread, and in no other.

    With `logs` each program writes to a file of its own there; without, to our output. No pipe is
    between: a program must not fail because nobody reads what it logs. A log of more than
    `log_bytes` becomes NAME.log.1, in the place of the one before. What a person should know is
    said through `tell`, in sentences.
    """

    def __init__(
        self,
        processes: Sequence[Process],
        *,
        logs: Path | None = None,
        tell: Callable[[str], object] = logger.warning,
        stop_seconds: float = _STOP_SECONDS,
        patience_seconds: float = _PATIENCE_SECONDS,
        log_bytes: int = LOG_BYTES,
    ) -> None:
        self._children = [_Child(process) for process in processes]
        self._logs, self._log_bytes = logs, log_bytes
        self._tell = tell
        self._stop_seconds, self._patience_seconds = stop_seconds, patience_seconds
        self._stop_requests = 0
        self._woken, self._waker = socket.socketpair()

    def run(self) -> None:
        """Returns when all have ended after a signal; raises Refused when one does not start."""
        with self._signals():
            try:
                for child in self._children:
                    if not self._stop_requests:
                        self._start(child)
                        self._wait_until_ready(child)
                while not self._stop_requests:
                    logs = (self._log_of(child.process) for child in self._children)
                    shorten((log for log in logs if log is not None), self._log_bytes)
                    self._wait(min(self._revive(), _LOG_SECONDS))
            finally:
                if self._stop_requests:
                    self._tell(_STOPPING)
                self._stop(child for child in self._children if not child.process.foundation)
                self._stop(child for child in self._children if child.process.foundation)

    def _start(self, child: _Child) -> None:
        with contextlib.ExitStack() as stack:
            output = None
            log = self._log_of(child.process)
            if log is not None:
                make_folder(log.parent)
                output = stack.enter_context(log.open("ab"))
            child.running = _started(child.process, output)
        child.began_at = time.monotonic()
        logger.info("Started %s, process %d", child.process.name, child.running.pid)

    def _log_of(self, process: Process) -> Path | None:
        return (
            None if self._logs is None or process.on_console else self._logs / f"{process.name}.log"
        )

    def _where(self, process: Process) -> str:
        log = self._log_of(process)
        return "What it said is above." if log is None else f"What it said is in {log}."

    def _wait_until_ready(self, child: _Child) -> None:
        process, ready = child.process, child.process.ready
        say_at = child.began_at + self._patience_seconds
        while ready is not None and not self._stop_requests and not ready():
            status = _ended(child)
            if status is not None:
                what = f"{_called(process)} {_how_it_ended(status)} before it was ready."
                raise Refused(f"{what} {self._where(process)}")
            now = time.monotonic()
            if now >= say_at:
                say_at = now + self._patience_seconds
                waited = now - child.began_at
                self._tell(f"Still waiting for {process.called or process.name}: {waited:.0f} s.")
            self._wait(_POLL_SECONDS)

    def _revive(self) -> float:
        """Restarts what is due; returns the seconds until the next is, or a long time."""
        for child in self._children:
            status = _ended(child)
            if status is not None:
                self._note_crash(child, f"{_called(child.process)} {_how_it_ended(status)}.")
            elif child.running is None and child.restart_at <= time.monotonic():
                try:
                    self._start(child)
                except (Refused, OSError) as error:  # no memory, say: a later restart may succeed
                    self._note_crash(child, str(error))
        now = time.monotonic()
        waiting = [child.restart_at - now for child in self._children if child.running is None]
        return max(0.0, min(waiting, default=3600.0))

    def _note_crash(self, child: _Child, what: str) -> None:
        now = time.monotonic()
        steady = now - child.began_at > _STEADY_SECONDS
        child.crashes = 1 if steady else child.crashes + 1
        delay = restart_delay(child.crashes)
        child.restart_at = now + delay
        self._tell(f"{what} {self._where(child.process)} It is started again in {delay:g} s.")

    def _stop(self, some: Iterable[_Child]) -> None:
        children = [child for child in some if child.running is not None]
        for child in reversed(children):
            if child.running is not None and _ended(child) is None:
                child.running.terminate()
        give_up_at = time.monotonic() + self._stop_seconds
        while any(_ended(child) is None and child.running is not None for child in children):
            left = give_up_at - time.monotonic()
            if left <= 0 or self._stop_requests > 1:  # a second Ctrl-C: at once
                break
            self._wait(left)
        for child in children:
            if child.running is not None:
                if self._stop_requests <= 1:
                    self._tell(f"{_called(child.process)} does not stop: it is killed.")
                os.killpg(child.running.pid, signal.SIGKILL)
                child.running.wait()

    def _wait(self, seconds: float) -> None:
        """Waits, but not longer than until a child ends or a signal comes."""
        if select.select([self._woken], [], [], seconds)[0]:
            self._woken.recv(4096)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def note(number: int, frame: FrameType | None) -> None:
            self._stop_requests += number != signal.SIGCHLD

        numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD]
        if not hangup.is_ignored():
            numbers.append(signal.SIGHUP)
        self._waker.setblocking(False)
        earlier_waker = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        earlier = {number: signal.signal(number, note) for number in numbers}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(earlier_waker)
            self._woken.close()
            self._waker.close()


def _started(process: Process, output: BinaryIO | None) -> Running:
    environment, shown_as = process.environment, process.command
    try:
        if process.inside is not None:
            return fork(process.inside, shown_as=shown_as, environment=environment, output=output)
        return subprocess.Popen(  # noqa: S603 # our own commands
            process.command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,  # a Ctrl-C in the terminal is for us alone
            preexec_fn=ends_with_parent(),
        )
    except OSError as error:
        reason = f"{error.strerror}: {process.command[0]}"
        raise Refused(f"{_called(process)} cannot be started: {reason}.") from error


def _called(process: Process) -> str:
    called = process.called or process.name
    return called[0].upper() + called[1:]


def _how_it_ended(status: int) -> str:
    """Returns what became of a child.

    >>> _how_it_ended(3), _how_it_ended(-9)
    ('ended with status 3', 'was killed by signal 9 (SIGKILL)')
    """
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by signal {-status} ({signal.Signals(-status).name})"
    except ValueError:  # one without a name, of those for real time
        return f"was killed by signal {-status}"


def _ended(child: _Child) -> int | None:
    """Returns the exit status of a child that has just ended; what it left in its group is killed.

    A server that crashed may leave workers behind which still hold its port.
    """
    running = child.running
    if running is None:
        return None
    if os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return None
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)  # not reaped yet: the number is still its own
    child.running = None
    return running.wait()

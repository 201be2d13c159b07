"""Children that begin with what we have loaded: their memory is ours until one of us changes it."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, NoReturn, TypeVar, cast

from gateway.adapters.system.processes import hangup
from gateway.adapters.system.processes.parent_death import ends_with_parent
from gateway.adapters.system.processes.shown_command import show_command

T = TypeVar("T")

#: What a child must not hear before it has left our handlers behind.
_HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)

_FIRST_OF_OURS = 3


class Forked:
    """A child that was forked, with the part of `subprocess.Popen` that whoever keeps it needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def terminate(self) -> None:
        """Asks it to end."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> int:
        """Returns its exit status once it has ended, minus the signal that killed it. Call once."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def settle_memory() -> None:
    """Keeps the garbage collector's hands off what is loaded: it would copy it into each child."""
    gc.collect()
    gc.freeze()


def fork(
    inside: Callable[[], int],
    *,
    shown_as: Sequence[str],
    environment: Mapping[str, str],
    output: BinaryIO | None,
) -> Forked:
    """Starts a child that runs `inside`, ends with the status it returns, and ends when we do.

    Call it in the main thread, with no other thread and no connection: a lock that another thread
    holds would stay locked in the child. The child has a process group of its own, no input, and of
    our open files none but the output.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # what waits there would be written twice
    ask_to_end = ends_with_parent()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return Forked(pid)
    status = 1
    try:
        os.setpgid(0, 0)  # a Ctrl-C in the terminal is for the parent alone
        if ask_to_end is not None:
            ask_to_end()
        _leave_signals_behind()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        _leave_files_behind(output)
        os.environ.update(environment)
        show_command(shown_as)
        status = inside()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(status)


def _leave_signals_behind() -> None:
    signal.set_wakeup_fd(-1)
    for number in _HELD_BACK:
        if number != signal.SIGHUP or not hangup.is_ignored():
            signal.signal(number, signal.SIG_DFL)
    hangup.end_on_hangup()


def aside(work: Callable[[], T]) -> T:
    """Does work in a child, so that what it loads goes with the child.

    Returns what it returned, which is small and can be pickled; raises what it raised.

    Call it as `fork`, and with no connection that the child would use, too.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        _tell_what_came_of(work, tell)
    os.close(tell)
    with open(told, "rb") as what_came:
        raised = what_came.read()
    os.waitpid(pid, 0)
    if not raised:
        raise ChildProcessError("A child of ours was killed at its work.")
    error, made = cast(tuple[BaseException | None, T], pickle.loads(raised))  # noqa: S301 - ours
    if error is not None:
        raise error
    return made


def _tell_what_came_of(work: Callable[[], object], tell: int) -> NoReturn:
    raised: BaseException | None = None
    made: object = None
    try:
        made = work()
    except BaseException as error:  # whatever it is, the parent raises it
        raised = error
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with open(tell, "wb") as parent:
            parent.write(pickle.dumps((raised, made)))
    finally:
        os._exit(0)


def _leave_files_behind(output: BinaryIO | None) -> None:
    # The frames of the parent stay alive below us, so none of its objects closes a number again.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    if output is not None:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.closerange(_FIRST_OF_OURS, os.sysconf("SC_OPEN_MAX"))

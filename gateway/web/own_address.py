"""What is shown on an address of its own, apart from what providers call.

Of the processes of a web server one has the address; when it ends, another takes it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: How long a connection may keep silent.
_SILENCE_SECONDS = 10.0
#: After so long a process looks again whether the address has become free.
_LOOK_AGAIN_SECONDS = 0.5


class _Quiet(WSGIRequestHandler):
    """Its requests are no news: what is worth a line in the log is told elsewhere."""

    timeout = _SILENCE_SECONDS

    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing."""


def show_in_turn(
    build: Callable[[], WSGIApplication], host: str, port: int, *, called: str
) -> None:
    """Serves an application, in a thread, as soon as no other process of this web server does."""

    def keep_on() -> None:
        while True:
            try:
                server = server_on(build(), host, port)
            except OSError:  # another process has it, for as long as it lives
                threading.Event().wait(_LOOK_AGAIN_SECONDS)
                continue
            server.serve_forever()

    threading.Thread(target=keep_on, name=called, daemon=True).start()


def server_on(app: WSGIApplication, host: str, port: int) -> BaseWSGIServer:
    """Returns a server that has the address; raises OSError when another has it."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        taken = listener.getsockname()[1]
        return make_server(
            host, taken, app, threaded=True, request_handler=_Quiet, fd=listener.fileno()
        )

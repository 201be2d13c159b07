"""Where the console is served: under /console/ of the web server, or on an address of its own.

Its pages are built when the first of them is asked for: a process that nobody opens the console in
pays nothing for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.utils import redirect

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/console"


class Mounted:
    """A WSGI application before another: it has what stands under the prefix answered apart."""

    def __init__(self, inner: WSGIApplication, build: Callable[[], WSGIApplication]) -> None:
        self._inner, self._build = inner, build
        self._built: WSGIApplication | None = None
        self._building = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request."""
        path = environ.get("PATH_INFO", "")
        if path == PREFIX:
            return redirect(f"{PREFIX}/")(environ, start_response)
        if not path.startswith(f"{PREFIX}/"):
            return self._inner(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
        environ["PATH_INFO"] = path.removeprefix(PREFIX)
        return self._console()(environ, start_response)

    def _console(self) -> WSGIApplication:
        if self._built is None:
            with self._building:
                if self._built is None:
                    self._built = self._build()
        return self._built


def alone(build: Callable[[], WSGIApplication]) -> WSGIApplication:
    """Returns the console by itself, for an address of its own; all else leads to it."""

    def elsewhere(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return redirect(f"{PREFIX}/")(environ, start_response)

    return Mounted(elsewhere, build)

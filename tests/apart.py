"""Runs something in a thread of its own, where no other test has left an event loop running.

The browser tests do: Playwright's loop runs in the thread of the tests while a browser is open.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def apart(run: Callable[P, R]) -> Callable[P, R]:
    """Returns the function as one that runs in a new thread; what it raises is raised here."""

    def run_apart(*args: P.args, **kwargs: P.kwargs) -> R:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run, *args, **kwargs).result()

    return run_apart

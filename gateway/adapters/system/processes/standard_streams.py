"""The three files that every program may count on, also where whoever started us closed them."""

from __future__ import annotations

import os
import sys


def open_closed_ones() -> None:
    """Opens input, output and errors that are closed, so that they lead nowhere.

    Else the next file that is opened takes such a number: a connection to the database, into which
    a line of the log would be written.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
            os.set_inheritable(opened, True)
    if sys.stdin is None:
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)

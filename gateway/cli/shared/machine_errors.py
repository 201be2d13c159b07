"""What the machine refused a command, in a sentence: a full disk is no mistake of ours."""

from __future__ import annotations

import errno
from collections.abc import Mapping

_ROOM = "Make room on that disk."
_RIGHT = "The account that you are may not: give it the right, or choose another place."
_PLACE = "See whether the path is right."
_FILES = "Raise the limit of open files: ulimit -n."

_WHAT_TO_DO: Mapping[int, str] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EROFS: "It takes no writes: choose a place that does, for data with GATEWAY_DATA.",
    errno.EACCES: _RIGHT,
    errno.EPERM: _RIGHT,
    errno.ENOENT: _PLACE,
    errno.ENOTDIR: _PLACE,
    errno.EISDIR: _PLACE,
    errno.ELOOP: _PLACE,
    errno.ENAMETOOLONG: "Choose a shorter path.",
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOMEM: "The machine has too little memory.",
    errno.EIO: "The disk cannot be read or written: it may be broken.",
}


def of_the_machine(error: OSError) -> str | None:
    """Returns what was refused and what to do about it; None for what is no matter of the machine.

    Such as a closed pipe, or a network: whoever meets these has a sentence of their own.
    """
    what_to_do = _WHAT_TO_DO.get(error.errno or 0)
    if what_to_do is None:
        return None
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror}{where}. {what_to_do}"

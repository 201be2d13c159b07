"""The name under which somebody works on this machine."""

from __future__ import annotations

import getpass
import os


def login_name() -> str:
    """Returns the login, or the user's number: in a container nobody need have a name."""
    try:
        return getpass.getuser()  # noqa: TID251 - the one place that asks
    except (KeyError, ImportError, OSError):
        return f"uid {os.getuid()}"

"""Keeps a deployment's files from standing in for modules of Python and of the libraries.

Whoever starts `python -m`, or a server that takes an application by its name, has the working
directory looked through first. In a deployment's folder a file called secrets.py would then be
imported in the place of Python's own. Nothing of a deployment is found by name: `handlers/` is
loaded from its place.
"""

from __future__ import annotations

import os
import sys


def forget_working_folder() -> None:
    """Takes the working directory from the front of what is looked through for modules."""
    while sys.path and os.path.realpath(sys.path[0] or os.curdir) == os.path.realpath(os.curdir):
        del sys.path[0]

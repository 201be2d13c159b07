"""Durations as an operator writes them: 90s, 30m, 12h, 2d."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from gateway.adapters.yaml.validate import wrong
from gateway.domain.faults_and_errors.sentence import Sentence

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_SECONDS = 7 * 86400


def seconds(duration: str) -> int:
    """Returns the seconds of a duration; raises ValueError for what is none.

    >>> seconds("30m")
    1800
    """
    match = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", duration, re.ASCII)
    if match is None:
        raise ValueError("not a duration")
    return int(match.group(1)) * _SECONDS[match.group(2)]


def _checked(duration: str) -> str:
    try:
        fits = seconds(duration) <= _LONGEST_SECONDS
    except ValueError:
        fits = False
    if not fits:
        sentence = Sentence("Expected a duration such as 90s, 30m or 12h, of seven days at most.")
        raise wrong("003", sentence)
    return duration


#: A duration in a file; it stays as written, and `seconds` reads it.
Duration = Annotated[str, AfterValidator(_checked)]

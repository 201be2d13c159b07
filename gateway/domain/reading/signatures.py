"""What stands below a text and is none of it: a signature, or what a phone adds by itself."""

from __future__ import annotations

import re

#: A line that begins so, and all below it; never the first.
_BEGINS = re.compile(
    r"\s*(?:(?:--+|—+|__+)\s*$|sent (?:from|via|by) |envoy[ée] (?:de|depuis) "
    r"|imetumwa (?:kutoka|na) |(?:kind |best |warm )?regards\b|yours\b|sincerely\b"
    r"|cordialement\b|wasalaam\b|ከሰላምታ)",
    re.IGNORECASE,
)
#: So many lines are looked at; below them nothing is a command any more.
_MOST_LINES = 40


def without_signature(text: str) -> str:
    """Returns the text down to its signature.

    >>> without_signature("RESULT 10231456\\n--\\nJuma"), without_signature("Regards")
    ('RESULT 10231456', 'Regards')
    """
    lines = text.strip().splitlines()
    for place, line in enumerate(lines[1:_MOST_LINES], start=1):
        if _BEGINS.match(line):
            return "\n".join(lines[:place]).rstrip()
    return text

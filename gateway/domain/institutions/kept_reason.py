"""Why somebody did something, as it is kept for years and read by others."""

from __future__ import annotations

import re

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence

LONGEST_REASON = 200
_NUMBER = re.compile(r"\d[\d .-]{6,}\d")


def kept_reason(given: str) -> str:
    """Returns a reason, fit to be kept; raises Refused: no number of a citizen belongs there.

    >>> kept_reason("The citizen  asked for it.")
    'The citizen asked for it.'
    """
    plain = " ".join(given.split())
    if not plain:
        raise Refused(Sentence("Say why, in a few words."))
    if len(plain) > LONGEST_REASON:
        raise Refused(
            Sentence(
                "The reason has %(given)s characters; %(most)s are kept.",
                given=len(plain),
                most=LONGEST_REASON,
            )
        )
    if _NUMBER.search(plain):
        raise Refused(
            Sentence("The reason holds a long number. It is kept in plain: leave numbers out.")
        )
    return plain


def told_reason(given: str) -> str:
    """Returns the reason of what must not wait for another one: long numbers in it are masked.

    >>> told_reason("0711 000 001 called: wrong district")
    '••• called: wrong district'
    """
    return _NUMBER.sub("•••", " ".join(given.split()))[:LONGEST_REASON]

"""Whether we may write to a subscriber."""

from __future__ import annotations

import enum

from gateway.domain.sms import Purpose

#: The topic of a STOP without further words.
EVERYTHING = "*"


class ConsentState(enum.StrEnum):
    """What the subscriber last said."""

    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"


def may_send(purpose: Purpose, topic: str, opted_out_topics: frozenset[str]) -> bool:
    """Returns whether an MT may go out.

    STOP ends everything the subscriber did not ask for at this moment. An answer to a text sent
    after STOP is asked for, and so is the confirmation of STOP itself.

    >>> may_send(Purpose.NOTICE, "prices", frozenset({EVERYTHING}))
    False
    """
    if purpose is not Purpose.NOTICE:
        return True
    return EVERYTHING not in opted_out_topics and topic not in opted_out_topics

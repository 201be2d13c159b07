"""Whether we may write to a subscriber."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from gateway.domain.telecom.sms import Purpose

#: The topic of a STOP without further words.
EVERYTHING = "*"


class ConsentState(enum.StrEnum):
    """What the subscriber last said."""

    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the subscriber last said of a topic, and when (an aware time)."""

    state: ConsentState
    at: datetime


#: What a subscriber last said, by topic. A topic that was never spoken of is not in it.
TopicConsents = Mapping[str, Consent]


def is_stopped(topic: str, said: TopicConsents) -> bool:
    """Returns whether the subscriber wants no notice on a topic.

    STOP ends every topic. One that was asked for again after it goes out, until the next STOP.
    """
    own, everything = said.get(topic), said.get(EVERYTHING)
    if own is not None and own.state is ConsentState.OPTED_OUT:
        return True
    if everything is None or everything.state is ConsentState.OPTED_IN:
        return False
    return own is None or own.at <= everything.at


def has_stopped_all(said: TopicConsents) -> bool:
    """Returns whether no notice at all may go out."""
    return is_stopped(EVERYTHING, said) and all(is_stopped(topic, said) for topic in said)


def may_send(purpose: Purpose, topic: str, said: TopicConsents) -> bool:
    """Returns whether an MT may go out.

    STOP ends everything the subscriber did not ask for at this moment. An answer to a text sent
    after STOP is asked for, and so is the confirmation of STOP itself. An emergency is the one
    exception: people who may do so have declared it, each by name (decision 21).

    >>> stop = Consent(ConsentState.OPTED_OUT, datetime.fromisoformat("2026-11-23T12:00Z"))
    >>> may_send(Purpose.NOTICE, "prices", {EVERYTHING: stop})
    False
    """
    match purpose:
        case Purpose.NOTICE:
            return not is_stopped(topic, said)
        case Purpose.REPLY | Purpose.CONSENT | Purpose.EMERGENCY:
            return True
        case _:
            assert_never(purpose)

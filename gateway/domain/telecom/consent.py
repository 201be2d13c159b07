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
#: How the evidence begins of what another gateway has exported.
EXPORTED = "export: "


def all_of(institution: str) -> str:
    """Returns the topic of a STOP to an institution: what it writes about now, and ever will.

    >>> all_of("health")
    '*health'
    """
    return f"{EVERYTHING}{institution}"


def of_place(topic: str, place: str) -> str:
    """Returns under which name it is kept that somebody spoke of a topic in one place alone.

    >>> of_place("warnings", "Mbale"), of_place("warnings", "")
    ('warnings/Mbale', 'warnings')
    """
    return f"{topic}/{place}" if place else topic


def is_of_all(topic: str) -> bool:
    """Returns whether a topic stands for all that an institution writes about."""
    return topic.startswith(EVERYTHING) and topic != EVERYTHING


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


def is_stopped(topic: str, said: TopicConsents, institution: str = "") -> bool:
    """Returns whether the subscriber wants no notice on a topic, of an institution.

    STOP ends every topic, and STOP to an institution every one of its own. A narrower one that was
    asked for again after it goes out, until the next STOP.
    """
    own, theirs = said.get(topic), said.get(all_of(institution)) if institution else None
    if own is not None and own.state is ConsentState.OPTED_OUT:
        return True
    if _ends(theirs, own):
        return True
    return _ends(said.get(EVERYTHING), own, theirs)


def _ends(wider: Consent | None, *narrower: Consent | None) -> bool:
    """Returns whether a wider refusal counts: unless something narrower was asked for after it."""
    if wider is None or wider.state is ConsentState.OPTED_IN:
        return False
    return not any(
        each is not None and each.state is ConsentState.OPTED_IN and each.at > wider.at
        for each in narrower
    )


def has_stopped_all(said: TopicConsents) -> bool:
    """Returns whether no notice at all may go out."""
    return is_stopped(EVERYTHING, said) and all(is_stopped(topic, said) for topic in said)


def may_send(purpose: Purpose, topic: str, said: TopicConsents, institution: str = "") -> bool:
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
            return not is_stopped(topic, said, institution)
        case Purpose.REPLY | Purpose.CONSENT | Purpose.EMERGENCY:
            return True
        case _:
            assert_never(purpose)

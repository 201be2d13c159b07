"""By what sessions are looked at together, each by itself.

The sums of a service in a language on a network would be as many as the product of all three, and
a day of few sessions would have few of them. By one thing at a time they are some dozens a day,
however many sessions there are, and none of them is about three people.
"""

from __future__ import annotations

import enum


class GroupKind(enum.StrEnum):
    """What is the same for all sessions of a group. A district is there where a service asks it."""

    SERVICE = "service"
    LANGUAGE = "language"
    NETWORK = "network"
    DISTRICT = "district"

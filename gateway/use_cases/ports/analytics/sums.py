"""The ports of statistics: sums of turns and SMS, by stretches of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from gateway.domain.analytics.groups import GroupKind
from gateway.domain.analytics.session_ends import Course
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.spans import Span

#: Whose sums are wanted: those of some institutions, or of all.
Whose = frozenset[str] | None


class Volume(NamedTuple):
    """USSD in a stretch of time: turns, dials, how often services were come to, and the ends."""

    turns: int = 0
    begun: int = 0
    entered: int = 0
    completed: int = 0
    given_up: int = 0
    failed: int = 0
    refused: int = 0
    late: int = 0

    def plus(self, other: Volume) -> Volume:
        """Returns both together."""
        return Volume(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Group(NamedTuple):
    """Those who are looked at together: of a service, a language, a network (by its code)..."""

    kind: GroupKind
    name: str


class Screen(NamedTuple):
    """A screen of a service."""

    service: str
    screen: str


class Refusal(NamedTuple):
    """A kind of wrong answer at a screen: the phrase that was said, and never the answer."""

    service: str
    screen: str
    refused_as: str


class SmsCount(NamedTuple):
    """SMS of a channel that stood so at a look; `at` is the hour or day in which they came."""

    at: datetime
    channel: str
    look: SmsLook
    status: str
    number: int
    segments: int


class Sums(Protocol):
    """What was summed. All methods raise StoreUnavailable; times are inclusive."""

    def volume(self, span: Span, since: datetime, whose: Whose) -> Mapping[datetime, Volume]:
        """Returns USSD by the beginnings of stretches of time."""

    def volume_of_channels(self, span: Span, since: datetime, whose: Whose) -> Mapping[str, Volume]:
        """Returns USSD by channel."""

    def answer_times(
        self, span: Span, since: datetime, whose: Whose
    ) -> Mapping[str, Mapping[int, int]]:
        """Returns how many answers of each channel fell into each class of answer times."""

    def courses(self, since: datetime, whose: Whose) -> Mapping[Group, Course]:
        """Returns how sessions went on in services, by group; `since` begins a day."""

    def screens(self, since: datetime, whose: Whose) -> Mapping[Screen, Course]:
        """Returns how sessions went on at screens; `since` is the beginning of a day."""

    def refusals(self, since: datetime, whose: Whose) -> Mapping[Refusal, int]:
        """Returns how often each kind of wrong answer was given; `since` begins a day."""

    def sms(self, span: Span, since: datetime, whose: Whose) -> Sequence[SmsCount]:
        """Returns SMS as they were counted."""

    def segments(self, first: date, last: date, whose: Whose) -> Mapping[str, tuple[int, int]]:
        """Returns by language the MTs of some days that have left, and their segments."""


class SmsSums(Protocol):
    """Counts SMS, a few at a time. Raises StoreUnavailable."""

    def add(self, look: SmsLook, now: datetime) -> bool:
        """Counts some that are old enough for a look; returns whether more wait."""

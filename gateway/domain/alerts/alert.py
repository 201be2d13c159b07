"""A public warning as its source says it: the Common Alerting Protocol 1.2 (OASIS, 1 July 2010).

Names and words are those of its clause 3.2, the data dictionary.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

#: The longest document, in octets. Borders of a country, as some services draw them, take 0.9 MB.
MOST_BYTES = 4 << 20


class Status(enum.StrEnum):
    """How an alert is to be handled (`status`)."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(enum.StrEnum):
    """What an alert does to those before it (`msgType`)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(enum.StrEnum):
    """Whom an alert is meant for (`scope`)."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Urgency(enum.StrEnum):
    """When one should act (`urgency`)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(enum.StrEnum):
    """How great the threat to life or property is (`severity`)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(enum.StrEnum):
    """How sure it is (`certainty`)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


#: A point: degrees of latitude (north is positive) and longitude (east is positive), WGS 84.
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where an alert holds. A circle is its centre and its radius in kilometres."""

    description: str
    geocodes: Sequence[tuple[str, str]] = ()
    polygons: Sequence[Sequence[Point]] = field(default=(), repr=False)
    circles: Sequence[tuple[Point, float]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What an alert says in one language, of one threat. Times are aware; None where not said."""

    language: str
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    responses: Sequence[str] = ()
    event_codes: Sequence[tuple[str, str]] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    areas: Sequence[Area] = ()


@dataclass(frozen=True, slots=True)
class AlertName:
    """What an alert is known by, also when another one refers to it."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert message. `references` are the earlier ones that it updates or cancels.

    It is `signed` where a certificate of its source has proven so.
    """

    name: AlertName
    status: Status
    message_type: MessageType
    scope: Scope
    references: Sequence[AlertName] = ()
    note: str = ""
    infos: Sequence[Info] = ()
    signed: bool = False

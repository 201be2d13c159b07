"""What an alert comes to: warnings for districts, an end to earlier ones, or nothing to send."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from gateway.domain.alerts.alert import (
    Alert,
    Certainty,
    Info,
    MessageType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from gateway.domain.alerts.districts import District, Part, placed
from gateway.domain.alerts.doubts import about_origin, about_places, about_text
from gateway.domain.alerts.wording import LongestText, worded
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.sms import Lane

#: An alert that does not say when it ends is not sent later than this after it was written.
HOLDS_FOR = timedelta(hours=24)
#: A warning is not told of a threat whose language nobody named: CAP 1.2, 3.2.2, `language`.
ASSUMED_LANGUAGE = "en"

#: Events that are tests by their code of SAME (47 CFR 11.31), which its senders call Actual: the
#: weekly, monthly and national test, and a demonstration.
_TEST_CODES = frozenset({"RWT", "RMT", "NPT", "DMO"})
_GRAVE = (Severity.EXTREME, Severity.SEVERE)
_SURE = (Certainty.OBSERVED, Certainty.LIKELY)


class Meaning(enum.StrEnum):
    """What is done with an alert."""

    WARN = "warn"
    WITHDRAW = "withdraw"
    NOT_FOR_CITIZENS = "not_for_citizens"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWarning:
    """One text, in each language that the source wrote, for the districts that it is about.

    `partly` are those of the districts whose points the borders of its areas do not all hold.
    `doubts` are what a person has to decide before it goes out, in whole sentences. An `emergency`
    is what the source calls grave, sure and at once: the law may let it go to those who said STOP.
    What its source says of `urgency`, `severity` and `certainty` is None of one that was taken
    before these were kept.
    """

    event: str
    texts: Mapping[str, str] = field(repr=False)
    districts: Sequence[str]
    lane: Lane
    emergency: bool
    not_before: datetime | None
    valid_until: datetime
    doubts: Sequence[str] = ()
    partly: Sequence[Part] = ()
    urgency: Urgency | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An alert as it was understood; `why` says in a sentence why nothing is sent."""

    meaning: Meaning
    warnings: Sequence[PublicWarning] = ()
    why: str = ""


def read_alert(
    alert: Alert, districts: Sequence[District], longest: LongestText, now: datetime
) -> Reading:
    """Returns what an alert comes to at an aware moment.

    Only what is actual and public reaches citizens (CAP 1.2, 3.2.1): an exercise or a test never
    does, whatever its text says, nor an event whose code is that of a test.
    """
    if alert.status is not Status.ACTUAL:
        return _nothing(
            Sentence(
                "Its status is %(status)s: only Actual is sent to citizens.",
                status=alert.status.value,
            )
        )
    if alert.scope is not Scope.PUBLIC:
        return _nothing(
            Sentence(
                "Its scope is %(scope)s: only Public is sent to citizens.", scope=alert.scope.value
            )
        )
    match alert.message_type:
        case MessageType.ACK | MessageType.ERROR:
            return _nothing(
                Sentence(
                    "Its type is %(type)s: that is meant for other systems.",
                    type=alert.message_type.value,
                )
            )
        case MessageType.CANCEL:
            return Reading(
                meaning=Meaning.WITHDRAW, warnings=_warnings(alert, districts, longest, now)
            )
        case MessageType.ALERT | MessageType.UPDATE:
            warnings = _warnings(alert, districts, longest, now)
            if not warnings and _all_expired(alert) and alert.references:
                return Reading(meaning=Meaning.WITHDRAW)  # what it replaces holds no longer
            if not warnings:
                return _nothing(_why_none(alert))
            return Reading(meaning=Meaning.WARN, warnings=warnings)
        case _:
            assert_never(alert.message_type)


def _nothing(why: Sentence) -> Reading:
    return Reading(meaning=Meaning.NOT_FOR_CITIZENS, why=why)


def _is_test(info: Info) -> bool:
    return any(name == "SAME" and code in _TEST_CODES for name, code in info.event_codes)


def _why_none(alert: Alert) -> Sentence:
    if _all_expired(alert):
        return Sentence("All it says has expired.")
    if alert.infos:
        return Sentence(
            "The code of its event is that of a test: a test is never sent to citizens."
        )
    return Sentence("It says nothing: it has no info.")


def _all_expired(alert: Alert) -> bool:
    return bool(alert.infos) and not any(_is_test(info) for info in alert.infos)


def _warnings(
    alert: Alert, districts: Sequence[District], longest: LongestText, now: datetime
) -> Sequence[PublicWarning]:
    """Returns the warnings of an alert that hold still, one for each threat and its areas."""
    by_threat: dict[object, list[Info]] = {}
    for info in alert.infos:
        if not _is_test(info):
            by_threat.setdefault(_threat(info), []).append(info)
    return [
        _warning(alert, infos, districts, longest, now)
        for infos in by_threat.values()
        if now < _ends(alert, infos[0], now)
    ]


def _threat(info: Info) -> object:
    """Returns what two infos have in common that say the same in two languages.

    Areas are called by other names in another language; their codes and borders are the same.
    """
    places: frozenset[object] = frozenset(
        (frozenset(area.geocodes), tuple(map(tuple, area.polygons)), tuple(area.circles))
        for area in info.areas
        if area.geocodes or area.polygons or area.circles
    ) or frozenset(area.description for area in info.areas)
    times = info.onset, info.expires
    return info.urgency, info.severity, info.certainty, times, places


def _warning(
    alert: Alert,
    infos: Sequence[Info],
    districts: Sequence[District],
    longest: LongestText,
    now: datetime,
) -> PublicWarning:
    first = infos[0]
    doubts = list(about_origin(alert, infos, now))
    texts: dict[str, str] = {}
    for info in infos:
        language = info.language.replace("_", "-").partition("-")[0].lower() or ASSUMED_LANGUAGE
        text, doubt = worded(info, longest)
        if doubt:
            doubts.append(about_text(language, doubt))
        if texts.setdefault(language, text) != text:
            differ = Sentence("two texts say different things of one threat.")
            doubts.append(about_text(language, differ))
    where = placed(first.areas, districts)
    doubts += about_places(first.areas, where)
    emergency = (
        first.urgency is Urgency.IMMEDIATE and first.severity in _GRAVE and first.certainty in _SURE
    )
    return PublicWarning(
        event=first.event,
        texts=texts,
        districts=where.districts,
        lane=_lane(first),
        emergency=emergency,
        not_before=first.effective,
        valid_until=_ends(alert, first, now),
        doubts=doubts,
        partly=where.partly,
        urgency=first.urgency,
        severity=first.severity,
        certainty=first.certainty,
    )


def _lane(info: Info) -> Lane:
    """Returns the lane: what is grave and near overtakes, all else waits its turn."""
    near = info.urgency in (Urgency.IMMEDIATE, Urgency.EXPECTED)
    return Lane.URGENT if near and info.severity in _GRAVE else Lane.BULK


def _ends(alert: Alert, info: Info, now: datetime) -> datetime:
    return info.expires or min(alert.name.sent, now) + HOLDS_FOR

"""Reads a CAP document, strictly in what decides, and names every fault with its line.

The schema is clause 3.4 of CAP 1.2. CAP 1.1 has the same elements, and is read as 1.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from lxml import etree

from gateway.domain.alerts.alert import (
    MOST_BYTES,
    Alert,
    AlertName,
    Area,
    Certainty,
    Info,
    MessageType,
    Point,
    Scope,
    Severity,
    Status,
    Urgency,
)
from gateway.domain.alerts.warning import ASSUMED_LANGUAGE
from gateway.domain.faults_and_errors.errors import AlertInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.counts import Count

MOST_INFOS, MOST_AREAS, MOST_POINTS = 100, 2_000, 200_000
LONGEST_TEXT = 20_000
#: More faults of one document are not told: the first ones say what it is.
_TOLD = 50

_NAMESPACES = tuple(f"urn:oasis:names:tc:emergency:cap:{version}" for version in ("1.2", "1.1"))

Word = TypeVar("Word", bound=StrEnum)
Read = TypeVar("Read")
#: lxml has no types of its own.
Element = Any


def alert_of(root: Element, file: str) -> Alert:
    """Returns the alert of a document; raises AlertInvalid with every fault in it.

    `file` is what the faults call it.
    """
    reader = _Reader(file, root.tag.removesuffix("alert"))
    alert = reader.alert(root)
    if reader.faults or alert is None:
        raise AlertInvalid(reader.faults[:_TOLD])
    return alert


def tree_of(octets: bytes, file: str) -> Element:
    """Returns the root of a document that may be read; raises AlertInvalid for any other.

    Nothing is fetched, and no entity is replaced.
    """
    if len(octets) > MOST_BYTES:
        raise _refused(file, 1, Sentence("It is over %(number)s MiB.", number=MOST_BYTES >> 20))
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(octets, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None) or 1
        raise _refused(file, line, Sentence("It is no XML from here on.")) from None
    if root.getroottree().docinfo.doctype:
        raise _refused(file, 1, Sentence("It declares a document type or entities: take that out."))
    if root.tag not in [f"{{{each}}}alert" for each in _NAMESPACES]:
        sentence = Sentence(
            "Expected %(element)s as the outermost element.",
            element=f"<alert xmlns='{_NAMESPACES[0]}'>",
        )
        raise _refused(file, root.sourceline, sentence)
    return root


def _refused(file: str, line: int, sentence: Sentence) -> AlertInvalid:
    return AlertInvalid([Fault(file, line, 1, "A001", sentence)])


class _Reader:
    """Reads the elements of one document, and notes what is wrong with them."""

    def __init__(self, file: str, space: str) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._space = space

    def alert(self, root: Element) -> Alert | None:
        status = self._word(root, "status", Status)
        message_type = self._word(root, "msgType", MessageType)
        scope = self._word(root, "scope", Scope)
        sender, identifier = self._needed(root, "sender"), self._needed(root, "identifier")
        for name, text in (("sender", sender), ("identifier", identifier)):
            if any(char in text for char in " ,<&"):
                self._fault(
                    root, name, Sentence("must have no space, comma, < or & (CAP 1.2, 3.2.1)")
                )
        sent = self._time(root, "sent", needed=True)
        references = self._references(root)
        if message_type in (MessageType.UPDATE, MessageType.CANCEL) and not references:
            self._fault(
                root,
                "references",
                Sentence("names no alert, and %(type)s must mean one", type=message_type.value),
            )
        infos = [info for each in self._all(root, "info", MOST_INFOS) if (info := self._info(each))]
        if status is None or message_type is None or scope is None or sent is None:
            return None
        return Alert(
            name=AlertName(sender, identifier, sent),
            status=status,
            message_type=message_type,
            scope=scope,
            references=references,
            note=self._text(root, "note"),
            infos=infos,
        )

    def _info(self, info: Element) -> Info | None:
        event = self._needed(info, "event")
        urgency = self._word(info, "urgency", Urgency)
        severity = self._word(info, "severity", Severity)
        certainty = self._word(info, "certainty", Certainty)
        effective, onset, expires = (
            self._time(info, name) for name in ("effective", "onset", "expires")
        )
        areas = [self._area(each) for each in self._all(info, "area", MOST_AREAS)]
        if urgency is None or severity is None or certainty is None:
            return None
        return Info(
            language=self._text(info, "language") or ASSUMED_LANGUAGE,
            event=event,
            urgency=urgency,
            severity=severity,
            certainty=certainty,
            responses=[each.text or "" for each in self._all(info, "responseType", 20)],
            event_codes=self._pairs(info, "eventCode"),
            effective=effective,
            onset=onset,
            expires=expires,
            sender_name=self._text(info, "senderName"),
            headline=self._text(info, "headline"),
            description=self._text(info, "description"),
            instruction=self._text(info, "instruction"),
            areas=areas,
        )

    def _area(self, area: Element) -> Area:
        polygons = [
            self._shape(each, "polygon", _polygon)
            for each in self._all(area, "polygon", MOST_AREAS)
        ]
        circles = [
            self._shape(each, "circle", _circle) for each in self._all(area, "circle", MOST_AREAS)
        ]
        return Area(
            description=self._text(area, "areaDesc"),
            geocodes=self._pairs(area, "geocode"),
            polygons=[each for each in polygons if each is not None],
            circles=[each for each in circles if each is not None],
        )

    def _pairs(self, parent: Element, name: str) -> Sequence[tuple[str, str]]:
        """Returns what each such element names, and its value there."""
        found = [
            (self._text(each, "valueName"), self._text(each, "value"))
            for each in self._all(parent, name, MOST_AREAS)
        ]
        return [(what, value) for what, value in found if what and value]

    def _references(self, root: Element) -> Sequence[AlertName]:
        """Returns the names in `references`: sender,identifier,sent with spaces between them."""
        names = []
        for written in self._text(root, "references").split():
            try:
                sender, identifier, sent = written.rsplit(",", 2)
                names.append(AlertName(sender, identifier, _moment(sent)))
            except ValueError:
                self._fault(
                    root, "references", Sentence("needs sender,identifier,sent for each alert")
                )
        return names

    def _word(self, parent: Element, name: str, words: type[Word]) -> Word | None:
        written = self._needed(parent, name)
        if not written:
            return None
        # Services write them in other cases, too; no two of these words differ in case alone.
        found = next((each for each in words if each.lower() == written.lower()), None)
        if found is None:
            self._fault(parent, name, Sentence("must be one of %(known)s", known=", ".join(words)))
        return found

    def _time(self, parent: Element, name: str, *, needed: bool = False) -> datetime | None:
        written = self._needed(parent, name) if needed else self._text(parent, name)
        if not written:
            return None
        try:
            return _moment(written)
        except ValueError:
            example = "2026-11-29T16:00:00+03:00"
            self._fault(
                parent,
                name,
                Sentence("must be a time with its offset, such as %(example)s", example=example),
            )
            return None

    def _shape(self, element: Element, name: str, read: Callable[[str], Read], /) -> Read | None:
        try:
            return read(element.text or "")
        except ValueError as error:
            self.faults.append(
                Fault(self._file, element.sourceline, 1, "A002", _about(name, error.args[0]))
            )
            return None

    def _needed(self, parent: Element, name: str) -> str:
        text = self._text(parent, name)
        if not text:
            self._fault(parent, name, Sentence("is missing or empty"))
        return text

    def _text(self, parent: Element, name: str) -> str:
        element = parent.find(self._space + name)
        if element is None:
            return ""
        text = "".join(element.itertext()).strip()
        if len(text) > LONGEST_TEXT:
            self._fault(
                parent, name, Sentence("has over %(number)s letters", number=Count(LONGEST_TEXT))
            )
            return ""
        return text

    def _all(self, parent: Element, name: str, most: int) -> Sequence[Element]:
        found = parent.findall(self._space + name)
        if len(found) > most:
            self._fault(
                parent,
                name,
                Sentence(
                    "stands there %(number)s times; %(most)s are read",
                    number=Count(len(found)),
                    most=Count(most),
                ),
            )
        return found[:most]  # type: ignore[no-any-return]

    def _fault(self, parent: Element, name: str, what: Sentence) -> None:
        element = parent.find(self._space + name)
        line = (parent if element is None else element).sourceline
        self.faults.append(Fault(self._file, line, 1, "A002", _about(name, what)))


def _about(element: str, what: str) -> Sentence:
    return Sentence("%(element)s %(what)s.", element=element, what=what)


def _moment(written: str) -> datetime:
    """Returns an aware time; raises ValueError. CAP writes UTC as -00:00; many write Z."""
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment


def _polygon(text: str) -> Sequence[Point]:
    pairs = text.split()
    if len(pairs) > MOST_POINTS:
        raise ValueError(Sentence("has over %(number)s points", number=Count(MOST_POINTS)))
    points = [_point(pair) for pair in pairs]
    if points and points[0] != points[-1]:
        # A source that leaves out the last point means the same shape: no warning is lost for it.
        points.append(points[0])
    if len(points) < 4:
        raise ValueError(
            Sentence("needs four points or more, the last one being the first (CAP 1.2, 3.2.4)")
        )
    return points


def _circle(text: str) -> tuple[Point, float]:
    centre, _, radius = text.strip().partition(" ")
    try:
        kilometres = float(radius)
    except ValueError:
        kilometres = -1.0
    if not 0 <= kilometres <= 20_100:
        raise ValueError(Sentence("needs a point and a radius in km, such as 1.08,34.17 25"))
    return _point(centre), kilometres


def _point(pair: str) -> Point:
    latitude, _, longitude = pair.partition(",")
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        raise ValueError(Sentence("needs points such as 1.08,34.17")) from None
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise ValueError(Sentence("has a point that is not on the earth: latitude comes first"))
    return point

"""Alerts as sources write them, for tests: an invented weather service of an invented country."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.adapters.cap.document import alert_of, tree_of
from gateway.domain.alerts.alert import Alert
from gateway.domain.alerts.districts import District

SPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SENT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

MBALE = District(
    name="Mbale",
    other_names=("Mbale District",),
    geocodes=frozenset({("ZM-DISTRICT", "014")}),
    points=((1.08, 34.17),),
)
KISORO = District(
    name="Kisoro", geocodes=frozenset({("ZM-DISTRICT", "031")}), points=((-1.28, 29.69),)
)
DISTRICTS = (MBALE, KISORO)

#: A border around the point of Mbale, and none around that of Kisoro.
AROUND_MBALE = "0.9,34.0 0.9,34.4 1.3,34.4 1.3,34.0 0.9,34.0"


def area(
    description: str = "The east", *, geocode: str = "014", polygon: str = "", circle: str = ""
) -> str:
    """Returns an area; a geocode is left out by an empty one."""
    code = (
        f"<geocode><valueName>ZM-DISTRICT</valueName><value>{geocode}</value></geocode>"
        if geocode
        else ""
    )
    shapes = f"<polygon>{polygon}</polygon>" if polygon else ""
    shapes += f"<circle>{circle}</circle>" if circle else ""
    return f"<area><areaDesc>{description}</areaDesc>{shapes}{code}</area>"


def info(
    language: str = "en",
    *,
    areas: str | None = None,
    headline: str = "Flood warning for the River Manafwa",
    description: str = "The river rises by two metres tonight.",
    instruction: str = "Go to high ground now. Do not cross the water.",
    expires: str = "2027-03-02T06:00:00+03:00",
    **fields: str,
) -> str:
    """Returns an info; an element is left out by an empty text."""
    elements = {
        "category": "Met",
        "event": "Flood",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Likely",
        **fields,
        "expires": expires,
        "senderName": "Weather service of Zamani",
        "headline": headline,
        "description": description,
        "instruction": instruction,
    }
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items() if text)
    said = f"<language>{language}</language>" if language else ""
    return f"<info>{said}{inner}{area() if areas is None else areas}</info>"


def document(*infos: str, namespace: str = SPACE, **fields: str) -> bytes:
    """Returns a document with these infos, or one of its own; an empty text leaves a field out."""
    elements = {
        "identifier": "ZM-2027-0001",
        "sender": "warnings@weather.example",
        "sent": "2027-03-01T12:00:00+03:00",
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
        **fields,
    }
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items() if text)
    written = f'<alert xmlns="{namespace}">\n{inner}\n{"".join(infos or (info(),))}\n</alert>'
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written.encode()


def read(octets: bytes) -> Alert:
    """Returns the alert of a document."""
    return alert_of(tree_of(octets, "alert.xml"), "alert.xml")

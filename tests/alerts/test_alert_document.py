"""A CAP document is read as it is meant, and refused with every fault and its line."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.cap.document import tree_of
from gateway.domain.alerts.alert import MOST_BYTES, AlertName, MessageType, Severity
from gateway.domain.faults_and_errors.errors import AlertInvalid
from tests.alerts.samples import AROUND_MBALE, area, document, info, read


def test_an_alert_is_read_with_all_that_decides() -> None:
    alert = read(document(info(areas=area(polygon=AROUND_MBALE, circle="1.08,34.17 25"))))
    [said] = alert.infos
    assert alert.name == AlertName(
        "warnings@weather.example", "ZM-2027-0001", datetime(2027, 3, 1, 9, tzinfo=UTC)
    )
    assert (said.language, said.event, said.severity) == ("en", "Flood", Severity.SEVERE)
    assert said.areas[0].circles == [((1.08, 34.17), 25.0)]
    assert len(said.areas[0].polygons[0]) == 5


@pytest.mark.parametrize(
    "octets",
    [
        document(namespace="urn:oasis:names:tc:emergency:cap:1.1"),
        document(status="actual"),
        document(code="\n profile \n"),
        document(sent="2027-03-01T09:00:00Z"),
        document(sent="2027-03-01T09:00:00-00:00"),
        document(info(areas=area(polygon=f"\n{AROUND_MBALE}\n"))),
        document(info(language="")),
        document().replace(b"<alert ", b"<!-- drafted by hand --><alert ").replace(
            b"UTF-8", b"utf-8"
        ),
        document(info(headline="L&apos;orage &#233;clate")),
    ],
    ids=[
        "version 1.1", "a word in small letters", "space around a code", "UTC as Z",
        "UTC as -00:00", "a polygon on lines of its own", "no language", "a comment",
        "characters by number",
    ],
)  # fmt: skip
def test_what_services_write_otherwise_is_read_all_the_same(octets: bytes) -> None:
    assert read(octets).message_type is MessageType.ALERT


def test_a_polygon_that_a_source_leaves_open_is_the_shape_that_it_means() -> None:
    closed, _, first = AROUND_MBALE.rpartition(" ")
    assert AROUND_MBALE.startswith(first)
    still_open = read(document(info(areas=area(polygon=closed))))
    assert still_open.infos == read(document(info(areas=area(polygon=AROUND_MBALE)))).infos


def test_references_name_the_alerts_before() -> None:
    told = "a@b.example,ONE,2027-03-01T08:00:00+03:00 a@b.example,TWO,2027-03-01T09:00:00+03:00"
    alert = read(document(msgType="Update", references=told))
    assert [each.identifier for each in alert.references] == ["ONE", "TWO"]


@pytest.mark.parametrize(
    ("octets", "line", "sentence"),
    [
        (document(status="Live"), 3, "status must be one of Actual, Exercise, System, Test, Draft"),
        (document(status=""), 2, "status is missing"),
        (document(scope=""), 2, "scope is missing"),
        (document(sender="weather service"), 3, "sender must have no space"),
        (document(identifier="A,B"), 3, "identifier must have no space"),
        (document(sent="yesterday"), 3, "sent must be a time with its offset"),
        (document(sent="2027-03-01T09:00:00"), 3, "sent must be a time with its offset"),
        (document(msgType="Update"), 2, "references names no alert, and Update must mean one"),
        (document(msgType="Cancel", references="ONE"), 3, "references needs sender,identifier"),
        (document(info(severity="Red")), 4, "severity must be one of Extreme"),
        (document(info(urgency="")), 4, "urgency is missing"),
        (document(info(event="")), 4, "event is missing"),
        (document(info(expires="2027-03-02")), 4, "expires must be a time with its offset"),
        (document(info(areas=area(polygon="1,2 3,4"))), 4, "polygon needs four points"),
        (document(info(areas=area(polygon="1,2 3,4 1,2"))), 4, "polygon needs four points"),
        (document(info(areas=area(polygon=" "))), 4, "polygon needs four points"),
        (document(info(areas=area(polygon="34.0 0.9"))), 4, "polygon needs points such as"),
        (document(info(areas=area(polygon="134,1 2,3 4,5 134,1"))), 4, "latitude comes first"),
        (document(info(areas=area(circle="1.08,34.17"))), 4, "circle needs a point and a radius"),
        (document(info(areas=area(circle="1.08,34.17 -3"))), 4, "circle needs a point and a"),
        (document(info(description="x" * 20_001)), 4, "description has over 20,000 letters"),
        (document(*[info()] * 101), 4, "info stands there 101 times; 100 are read"),
        (document(namespace="urn:oasis:names:tc:emergency:cap:1.0"), 2, "outermost element"),
        (b"<feed><alert/></feed>", 1, "outermost element"),
        (document()[:-12], 4, "It is no XML"),
        (b"", 1, "It is no XML"),
        (b"PK\x03\x04", 1, "It is no XML"),
    ],
)
def test_a_wrong_document_is_refused_with_line_and_reason(
    octets: bytes, line: int, sentence: str
) -> None:
    with pytest.raises(AlertInvalid) as refused:
        read(octets)
    told = [fault for fault in refused.value.faults if sentence in fault.sentence]
    assert [fault.line for fault in told] == [line]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(AlertInvalid) as refused:
        read(document(info(severity="Red", certainty=""), status="Live", sent="yesterday"))
    assert len(refused.value.faults) == 4


_ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><note>&b;</note></alert>"""
_FILE = b"""<!DOCTYPE alert [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><note>&secret;</note></alert>"""
_DTD = b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/cap.dtd">' + document()[38:]


@pytest.mark.parametrize("octets", [_ENTITIES, _FILE, _DTD])
def test_entities_and_document_types_are_refused_unread(octets: bytes) -> None:
    with pytest.raises(AlertInvalid, match="document type or entities"):
        read(octets)


def test_a_document_of_many_megabytes_is_refused_unread() -> None:
    with pytest.raises(AlertInvalid, match="over 4 MiB"):
        tree_of(b" " * (MOST_BYTES + 1), "alert.xml")


def test_elements_within_elements_without_end_are_refused() -> None:
    with pytest.raises(AlertInvalid, match="no XML"):
        tree_of(b"<a>" * 100_000, "alert.xml")


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 40))
def test_no_octets_raise_anything_else(junk: bytes, at: int, gone: int) -> None:
    octets = document()
    with contextlib.suppress(AlertInvalid):
        read(octets[:at] + junk + octets[at + gone :])

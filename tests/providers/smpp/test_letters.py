"""Texts and receipts as they stand on the wire, held against codecs that are not ours."""

from __future__ import annotations

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.providers.smpp.lines import letters
from gateway.adapters.providers.smpp.lines.joining import GAP, MOST, Addresses, Joining
from gateway.adapters.providers.smpp.receipts import as_in_receipts, receipt_in
from gateway.domain.text.gsm7 import BASIC, EXTENSION

GSM7 = gsm0338.Codec()
WHO = Addresses("254711000001", "20880")


@given(st.text(st.sampled_from(BASIC + EXTENSION), max_size=160))
def test_gsm7_is_what_another_codec_says(text: str) -> None:
    octets = b"".join(letters.coded(text, "gsm7").parts)

    assert GSM7.encode(text)[0] == octets
    assert text == letters.read(octets, 0, "gsm7")


@given(st.text(max_size=400), st.sampled_from(["gsm7", "latin1"]))
def test_every_text_is_read_as_it_was_written(text: str, alphabet: str) -> None:
    sent = letters.coded(text, alphabet)

    assert all(len(part) <= 160 for part in sent.parts)
    assert text == "".join(letters.read(part, sent.data_coding, alphabet) for part in sent.parts)


@given(st.binary(max_size=200), st.integers(0, 255))
def test_whatever_comes_is_read(octets: bytes, data_coding: int) -> None:
    text = letters.read(octets, data_coding, "gsm7")
    rest, part = letters.without_header(octets)

    assert text.encode("utf-8", "surrogatepass") is not None
    assert len(rest) <= len(octets)
    assert part is None or 1 <= part.place <= part.total


@pytest.mark.parametrize(
    ("octets", "data_coding", "text"),
    [
        (b"caf\x05", 0, "café"),
        (b"caf\xe9", 3, "café"),
        (b"cafe\r\n$1", 1, "cafe\r\n$1"),
        (b"caf\x05 5 \x1be", 1, "café 5 €"),  # as node's smpp has it
        ("የውሃ".encode("utf-16-be"), 8, "የውሃ"),
        ("የውሃ".encode("utf-16-be"), 0x18, "የውሃ"),
        (b"\x12\x35\x12", 8, "ስ\ufffd"),
        (b"a\x1b", 0, "a "),
        (b"\xff", 0, "\ufffd"),
        (b"abc", 0xF1, "abc"),
    ],
)
def test_letters_of_each_kind(octets: bytes, data_coding: int, text: str) -> None:
    assert text == letters.read(octets, data_coding, "gsm7")


@pytest.mark.parametrize(
    ("octets", "rest", "part"),
    [
        (b"\x05\x00\x03\x2a\x02\x01abc", b"abc", (0x2A, 2, 1)),
        (b"\x06\x08\x04\x01\x2a\x03\x02abc", b"abc", (0x12A, 3, 2)),
        (b"\x0b\x05\x04\x00\x00\x00\x00\x00\x03\x2a\x02\x02abc", b"abc", (0x2A, 2, 2)),
        (b"\x05\x00\x03\x2a\x02\x00abc", b"abc", None),
        (b"\x05\x00\x03\x2a\x02\x03abc", b"abc", None),
        (b"", b"", None),
        (b"\xffabc", b"", None),
    ],
)
def test_a_header_tells_which_part_it_is(
    octets: bytes, rest: bytes, part: tuple[int, int, int] | None
) -> None:
    found = letters.without_header(octets)

    assert rest == found[0]
    assert part == (found[1] and (found[1].reference, found[1].total, found[1].place))


def test_parts_of_two_people_are_never_joined_and_what_misses_one_is_told_late() -> None:
    joining, one = Joining(), letters.Part(reference=7, total=2, place=1)
    other = Addresses("254711000002", "20880")
    two = letters.Part(reference=7, total=2, place=2)

    assert joining.add(WHO, one, "RESULT ", 0.0) is None
    assert joining.add(WHO, one, "RESULT ", 1.0) is None
    assert joining.add(other, two, "2025", 1.0) is None
    whole = joining.add(WHO, two, "10231456", 2.0)
    assert whole is not None
    assert (WHO, "RESULT 10231456") == (whole.who, whole.text)
    joining.taken(whole, 2.0)
    assert [] == joining.overdue(60.0)
    (late,) = joining.overdue(61.5)
    assert (other, f"{GAP}2025") == (late.who, late.text)
    joining.taken(late, 62.0)
    assert [] == joining.overdue(1e9)


def test_a_flood_of_parts_is_bounded() -> None:
    joining = Joining()
    for reference in range(MOST + 10):
        joining.add(WHO, letters.Part(reference=reference, total=2, place=1), "a", 0.0)

    assert 10 == len(joining.overdue(1.0))


@pytest.mark.parametrize(
    "text",
    [
        "id:5 is my number",
        "My id: 5, sub: maths",
        "stat:DELIVRD",
        "RESULT 10231456 2025",
        "",
    ],
)
def test_what_a_citizen_writes_is_no_receipt(text: str) -> None:
    assert receipt_in(0, text, None, None) is None


@pytest.mark.parametrize(
    ("given", "form", "expected"),
    [
        ("1A2B", "same", "1A2B"),
        ("1a2b", "hex_to_decimal", "6699"),
        ("6699", "decimal_to_hex", "1A2B"),
        ("c449ab97-44", "hex_to_decimal", "c449ab97-44"),
        ("", "decimal_to_hex", ""),
    ],
)
def test_an_id_is_known_as_receipts_write_it(given: str, form: str, expected: str) -> None:
    assert expected == as_in_receipts(given, form)

"""Numbers are understood as people write them, and never printed in full.

The numbers are the examples of the numbering plans, or begin with +999, which is no country.
"""

from __future__ import annotations

import copy
import dataclasses
import logging
import subprocess
import sys
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.telecom.msisdn import Msisdn, SenderId, ShortCode, parse_address

TRIAL = "+999700012345"


@pytest.mark.parametrize(
    ("region", "text", "expected"),
    [
        ("KE", "0712123456", "+254712123456"),
        ("KE", "712123456", "+254712123456"),
        ("KE", "254712123456", "+254712123456"),
        ("KE", "+254712123456", "+254712123456"),
        ("KE", "00254712123456", "+254712123456"),
        ("KE", "+254 (0)712 123 456", "+254712123456"),
        ("KE", "(0712) 123-456", "+254712123456"),
        ("KE", "0712.123.456", "+254712123456"),
        ("KE", "0110 123 456", "+254110123456"),
        ("KE", "+255 621 234 567", "+255621234567"),
        ("NG", "08021234567", "+2348021234567"),
        ("NG", "8021234567", "+2348021234567"),
        ("NG", "234 802 123 4567", "+2348021234567"),
        ("ET", "0911234567", "+251911234567"),
        ("ET", "0711234567", "+251711234567"),
        ("ET", "+251-91-123-4567", "+251911234567"),
        ("SN", "70 123 45 67", "+221701234567"),
        ("SN", "221701234567", "+221701234567"),
        ("SN", "00 221 70 123 45 67", "+221701234567"),
        ("GH", "0231234567", "+233231234567"),
        ("GH", "+233 23 123 4567", "+233231234567"),
        ("TG", "90112345", "+22890112345"),
        ("KE", TRIAL, TRIAL),
        ("KE", "+999 7000 12345", TRIAL),
    ],
)
def test_a_number_is_understood_as_it_is_written(region: str, text: str, expected: str) -> None:
    assert expected == Msisdn.parse(text, region).e164


@pytest.mark.parametrize(
    ("region", "text", "code"),
    [
        ("KE", "", "number_characters"),
        ("KE", "+", "number_characters"),
        ("KE", "0712123456\n", "number_characters"),
        ("KE", "+254712123456\n", "number_characters"),
        ("KE", " 0712123456", "number_characters"),
        ("KE", "0712123456 ", "number_characters"),
        ("KE", "٠٧١٢١٢٣٤٥٦", "number_characters"),
        ("KE", "+٢٥٤712123456", "number_characters"),
        ("KE", "0712１23456", "number_characters"),
        ("KE", "++254712123456", "number_characters"),
        ("KE", "tel:0712123456", "number_characters"),
        ("KE", "0712123456x5", "number_characters"),
        ("KE", "0800 HUDUMA", "number_characters"),
        ("KE", "0712123456/0722123456", "number_characters"),
        ("KE", "1" * 22, "number_too_long"),
        ("KE", "+" + "2" * 16, "number_too_long"),
        ("KE", "0712123456 0712123456", "number_too_long"),
        ("KE", "+2547", "number_unknown"),
        ("KE", "0712123", "number_unknown"),
        ("KE", "07121234567", "number_unknown"),
        ("KE", "+0712123456", "number_unknown"),
        ("KE", "255621234567", "number_unknown"),
        ("KE", "20880", "number_unknown"),
        ("NG", "0802 123 456", "number_unknown"),
        ("ET", "0111", "number_unknown"),
        ("SN", "0701234567", "number_unknown"),
        ("GH", "0231 234 56", "number_unknown"),
        ("KE", "+9997", "not_e164"),
        ("KE", "+00254712123456", "number_unknown"),
        ("ke", "0712123456", "region_unknown"),
        ("ZZ", "0712123456", "region_unknown"),
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(
    region: str, text: str, code: str
) -> None:
    with pytest.raises(InvalidAddress) as refused:
        Msisdn.parse(text, region)

    assert code == refused.value.code
    assert len(text) < 5 or text not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("text", ["+254712123456", "+1234567", "+123456789012345", TRIAL])
def test_e164_is_taken_as_it_is(text: str) -> None:
    assert text == Msisdn.from_e164(text).e164


@pytest.mark.parametrize(
    "text",
    ["", "254712123456", "+123456", "+1234567890123456", "+0254712123", "+254712123456\n",
     " +254712123456", "+254 712 123 456", "+٢٥٤٧١٢١٢٣٤٥٦"],
)  # fmt: skip
def test_what_is_not_e164_is_refused_by_every_door(text: str) -> None:
    for door in (Msisdn.from_e164, Msisdn):
        with pytest.raises(InvalidAddress):
            door(text)


@given(st.text() | st.text("+0123456789 ()-.٣", max_size=20))
def test_parsing_gives_e164_or_refuses(text: str) -> None:
    try:
        number = Msisdn.parse(text, "KE")
    except InvalidAddress:
        return

    assert number == Msisdn.from_e164(number.e164) == Msisdn.parse(number.e164, "NG")


# ------------------------------------------------------------ privacy


@dataclasses.dataclass(frozen=True)
class Holder:
    """Any record with a number in it."""

    subscriber: Msisdn


@pytest.mark.parametrize(
    ("e164", "expected"),
    [
        ("+254712345123", "+2547•••••123"),
        ("+2348021234567", "+2348••••••567"),
        ("+15005550006", "+1500••••006"),
        ("+6834000", "+683••••"),
        ("+2906512345", "+290•••••••"),
    ],
)
def test_a_number_prints_masked(e164: str, expected: str) -> None:
    assert expected == str(Msisdn.from_e164(e164))


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_at_least_four_digits_are_hidden_in_every_number(e164: str) -> None:
    shown = str(Msisdn(e164))

    assert len(e164) == len(shown)
    assert shown.count("•") >= 4


def test_no_way_of_printing_shows_the_number(caplog: pytest.LogCaptureFixture) -> None:
    number = Msisdn.from_e164(TRIAL)
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r", number, [number])

    printed = [
        f"{number}",
        f"{number!r}",
        f"{number:>20}",
        "%s %r" % (number, number),  # noqa: UP031 - the way under test
        repr([number]),
        repr({number: (number,)}),
        repr(Holder(number)),
        str(Holder(copy.deepcopy(number))),
        caplog.text,
        "".join(traceback.format_exception(KeyError(number))),
    ]

    assert all("•" in shown and TRIAL[1:] not in shown for shown in printed)
    assert all(TRIAL[5:-3] not in shown for shown in printed)


def test_numbers_compare_and_hash_by_value() -> None:
    assert {Msisdn.from_e164(TRIAL)} == {Msisdn.parse(TRIAL, "KE")}


def test_webhooks_do_not_load_the_numbering_plans() -> None:
    loaded = (
        "import sys; from gateway.domain.telecom.msisdn import Msisdn; "
        f"Msisdn.from_e164('{TRIAL}'); print('phonenumbers' in sys.modules)"
    )

    printed = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)

    expected = b"False"
    assert expected == printed.stdout.strip()


# ------------------------------------------------------------ other addresses


@pytest.mark.parametrize("digits", ["384", "20880", "12345678"])
def test_a_short_code_has_three_to_eight_digits_and_prints_in_full(digits: str) -> None:
    assert digits == str(ShortCode(digits))


@pytest.mark.parametrize(
    "digits", ["", "38", "0384", "123456789", "20880\n", "*384#", "٣٨٤", "3 84"]
)
def test_what_is_no_short_code_is_refused(digits: str) -> None:
    with pytest.raises(InvalidAddress, match="3 to 8 digits"):
        ShortCode(digits)


@pytest.mark.parametrize(
    "name", ["MINEDU", "Huduma 2026", "A", "e-Gov", "Land&Water", "2345678901A"]
)
def test_a_sender_id_has_a_letter_and_up_to_eleven_characters(name: str) -> None:
    assert name == str(SenderId(name))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "12345",
        "TWELVELETTER",
        "MINEDU\n",
        " EDU",
        "EDU ",
        "Éducation",
        "ሚኒስቴር",
        "a:b",
        "EDU\u200b",
    ],
)
def test_what_is_no_sender_id_is_refused(name: str) -> None:
    with pytest.raises(InvalidAddress, match="up to 11"):
        SenderId(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20880", ShortCode("20880")),
        ("+254712123456", Msisdn("+254712123456")),
        ("+999700012345", Msisdn(TRIAL)),
        ("MINEDU", SenderId("MINEDU")),
        ("7ELEVEN", SenderId("7ELEVEN")),
        ("90112345", ShortCode("90112345")),
    ],
)
def test_an_address_is_of_the_kind_its_form_says(
    text: str, expected: Msisdn | ShortCode | SenderId
) -> None:
    assert expected == parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "*384*2026#",
        "+2547",
        "0712123456",
        "ABCDEFGHIJKL",
        "20880\n",
        "٢٠٨٨٠",
        "1" * 22,
        "-",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_address(text)

"""Who sent an SMS or dialled: one person has one number, however a network writes it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.inbound.senders import sender_of
from gateway.domain.telecom.msisdn import Msisdn

KENYAN = "+254700177001"


@pytest.mark.parametrize(
    "written",
    [
        *("+254700177001", "254700177001", "0700177001", "+254 700177001", "+2540700177001"),
        *("00254700177001", " 254700177001", "700177001", "+254 (0)700 177-001", "0700.177.001"),
        "254 0700177001",
    ],
)
def test_a_number_is_one_person_however_it_is_written(written: str) -> None:
    assert Msisdn(KENYAN) == sender_of(written, "KE")


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("256700177001", "KE", "+256700177001"),
        ("+256700177001", "KE", "+256700177001"),
        ("+2560700177001", "KE", "+256700177001"),
        ("0911234567", "ET", "+251911234567"),
        ("0788123456", "RW", "+250788123456"),
        ("+250788123456", "RW", "+250788123456"),
        ("01012345678", "EG", "+201012345678"),
        ("+201012345678", "KE", "+201012345678"),
        ("76123456", "ML", "+22376123456"),
        ("+390612345678", "KE", "+390612345678"),
        ("+254110000001", "KE", "+254110000001"),
        ("0199000001", "KE", "+254199000001"),
        ("+999700000123", "KE", "+999700000123"),
        (" 999700000123", "KE", "+999700000123"),
        ("999700000123", "KE", "+999700000123"),
        ("+254700177001", "", "+254700177001"),
        ("254700177001", "", "+254700177001"),
        ("+2540700177001", "", "+254700177001"),
    ],
)
def test_the_country_of_the_channel_says_what_is_meant(
    written: str, country: str, number: str
) -> None:
    assert Msisdn(number) == sender_of(written, country)


@pytest.mark.parametrize(
    "written",
    [
        *("22334", "40404", "5", "144", "30880000", "MPESA", "Safaricom", "VM-MINEDU", "AT&T"),
        *("M-PESA 2", "ኢትዮ", "254700177001x"),
    ],
)
def test_a_short_code_or_a_name_is_nobody_who_can_be_answered(written: str) -> None:
    assert sender_of(written, "KE") is None


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "+", "++254700177001", "+0700177001", "00", "0000000000", "?", "1" * 21),
        *("whatsapp:+254700177001", "a" * 25, "<MPESA>", "tel:22334"),
        *("+254*700177001", "+٢٥٤٧٠٠١٧٧٠٠١", "#31#0700177001", "000000000000000"),
    ],
)
def test_what_is_neither_is_refused(written: str) -> None:
    with pytest.raises(InvalidAddress):
        sender_of(written, "KE")


@example("+9500000000")
@example("+4900000")
@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_number_in_e164_is_read_the_same_again(written: str) -> None:
    number = sender_of(written, "KE")

    assert number is not None
    assert number == sender_of(number.e164, "KE") == sender_of(number.e164, "")


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_number_nobody_or_refused(written: str) -> None:
    try:
        number = sender_of(written, "KE")
    except InvalidAddress:
        return
    assert number is None or number.e164.startswith("+")

"""Telephone numbers that are typed, in the national form or with the country's code."""

from __future__ import annotations

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.text.numerals import ascii_digits


def number(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a number that the country's numbering plan knows, in E.164 form."""
    try:
        return Msisdn.parse(ascii_digits(typed), accepts.region).e164
    except InvalidAddress:
        return Complaint("phone_wrong", {"example": example(accepts.region)})


def longest_number(accepts: Accepts) -> int:
    """Returns the length of the longest number: + and 15 digits (ITU-T E.164)."""
    return 16


def example(region: str) -> str:
    """Returns a mobile number of a country as it is dialled there; raises InvalidAddress.

    >>> example("KE")
    '0712123456'
    """
    # Loaded with the first number that a person wrote.
    import phonenumbers

    found = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if found is None:
        raise InvalidAddress(
            "region_unknown", Sentence("Expected a country as two capitals, such as KE.")
        )
    national = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(char for char in national if char.isdigit())

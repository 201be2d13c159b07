"""Who sent an SMS or dialled, as networks and aggregators write numbers."""

from __future__ import annotations

import re

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.msisdn import Msisdn

#: E.164 that needs no second look: no zero stands where a country's trunk prefix would, as in
#: +2540700177001. Other numbers, those of countries with a zero there among them, are looked up.
_PLAIN = re.compile(r"\+(?![0-9]{1,3}0)[1-9][0-9]{6,14}", re.ASCII)
#: Marks that group digits (ITU-T E.123).
_MARKS = re.compile(r"[ ().\-]")
_DIGITS = re.compile(r"\+?[0-9]{1,20}", re.ASCII)
#: Networks show eleven characters at most; some aggregators tell more of them.
_NAME = re.compile(r"[\w &+_.\-]{1,24}")
#: A number in the form of its country or of E.164 is longer. Most of these are short codes.
_SHORT_DIGITS = 8
#: With its plus. Without the zero that a plan takes away a number may be shorter than any is.
_SHORTEST = len("+1234567")


def sender_of(written: str, country: str) -> Msisdn | None:
    """Returns whose number a provider tells of; None for a sender that nobody can answer.

    `country` (ISO 3166, two letters) is the channel's: its national form is understood, with the
    zero before it or not, and E.164 without its plus or with `00`. Such a sender is a short code or
    a name such as MPESA. Raises InvalidAddress for what is neither.

    >>> sender_of("0700 177001", "KE").e164, sender_of("254700177001", "KE").e164
    ('+254700177001', '+254700177001')
    >>> sender_of("22334", "KE"), sender_of("MPESA", "KE")
    (None, None)
    """
    if _PLAIN.fullmatch(written):
        return Msisdn(written)
    digits = _MARKS.sub("", written)
    if not _DIGITS.fullmatch(digits):
        if _NAME.fullmatch(written) and any(char.isalpha() for char in written):
            return None
        raise InvalidAddress(
            "not_a_number", Sentence("Expected a phone number, a short code or a name.")
        )
    if written.startswith(" ") and not digits.startswith("0"):
        digits = "+" + digits  # a plus that was not encoded arrives as a space
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    known = _in_plan(digits, country)
    if known:
        return Msisdn(known)
    if not digits.startswith("+") and len(digits) <= _SHORT_DIGITS:
        return None
    return Msisdn("+" + digits.removeprefix("+"))


def _in_plan(digits: str, country: str) -> str:
    """Returns the number in E.164 where a numbering plan has numbers of this length; else nothing.

    Plans change: it need not be known to be in use, unless it could be a short code.
    """
    # Loaded with the first number in another form: most networks send none.
    import phonenumbers

    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return ""
    is_short = len(digits) <= _SHORT_DIGITS and digits[0] not in "+0"
    known = phonenumbers.is_valid_number if is_short else phonenumbers.is_possible_number
    if not known(number):
        return ""
    found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # Of several zeros a plan takes one away at a time: such a number would be another each time.
    again = phonenumbers.parse(found)
    return found if again == number and len(found) >= _SHORTEST else ""

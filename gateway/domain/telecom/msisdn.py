"""Numbers and other addresses of the telephone network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence

#: ITU-T E.164: at most 15 digits, no leading zero. The shortest numbers in use have seven.
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

#: A number as people write it: digits, and the marks that group them (ITU-T E.123).
_WRITTEN = re.compile(r"\+?[0-9(](?:[0-9 ().-]*[0-9])?", re.ASCII)
_MOST_DIGITS = 15

#: A country code that ITU-T has given to no country. Trial numbers begin with it.
_TRIAL_PREFIX = "+999"

_SHORT_CODE = re.compile(r"[1-9][0-9]{2,7}", re.ASCII)

#: 3GPP TS 23.040, 9.1.2.5: ten octets hold eleven septets. Networks carry these characters only.
_SENDER_ID = re.compile(
    r"(?=.*[A-Za-z])[A-Za-z0-9&+_.-](?:[A-Za-z0-9 &+_.-]{0,9}[A-Za-z0-9&+_.-])?"
)


@dataclass(frozen=True, slots=True)
class Msisdn:
    """A subscriber's full number. It prints masked; the full form needs `.e164`.

    >>> print(Msisdn.from_e164("+254712345123"))
    +2547•••••123
    """

    e164: str

    def __post_init__(self) -> None:
        """Raises InvalidAddress, so that no other number can exist."""
        if not _E164.fullmatch(self.e164):
            raise InvalidAddress("not_e164", Sentence("Expected + and 7 to 15 digits."))

    @classmethod
    def from_e164(cls, text: str) -> Msisdn:
        """Returns the number written in E.164 form; raises InvalidAddress."""
        return cls(text)

    @classmethod
    def parse(cls, text: str, region: str) -> Msisdn:
        """Returns the number as people write it; raises InvalidAddress.

        `region` is the country (ISO 3166, two letters) whose national form is understood. Accepted
        are E.164 with or without `+` or with `00`, and the national form, grouped or not. The
        numbering plan of the country must know the number, trial numbers (+999…) apart: a slip is
        found before it costs an SMS.

        >>> Msisdn.parse("0712 123 456", "KE").e164
        '+254712123456'
        """
        if not _WRITTEN.fullmatch(text):
            raise InvalidAddress(
                "number_characters", Sentence("Expected digits, grouped by spaces at most.")
            )
        digits = re.sub("[^0-9]", "", text)
        if text.startswith("00"):  # ITU-T E.164 recommends it as the way abroad; Kenya dials 000
            digits = digits[2:]
            text = "+" + digits
        if len(digits) > _MOST_DIGITS:
            raise InvalidAddress(
                "number_too_long",
                Sentence("Expected at most %(number)s digits.", number=_MOST_DIGITS),
            )
        if text.startswith(_TRIAL_PREFIX):
            return cls("+" + digits)
        return cls(_in_numbering_plan(text, region))

    @property
    def as_told(self) -> str:
        """Returns the number as providers write it."""
        return self.e164

    @property
    def as_stored(self) -> str:
        """Returns the number as it is sealed and looked up."""
        return self.e164

    def __str__(self) -> str:
        # Of a short number three digits at the end would be half of what tells subscribers apart.
        front, back = (5, 3) if len(self.e164) >= 12 else (4, 0)
        hidden = len(self.e164) - front - back
        return f"{self.e164[:front]}{'•' * hidden}{self.e164[len(self.e164) - back :]}"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A short number for SMS, of three to eight digits. It is public and prints in full."""

    digits: str

    def __post_init__(self) -> None:
        """Raises InvalidAddress."""
        if not _SHORT_CODE.fullmatch(self.digits):
            raise InvalidAddress(
                "not_short_code", Sentence("Expected 3 to 8 digits, the first not 0.")
            )

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class SenderId:
    """A name that an MT shows as its sender: up to eleven characters, one of them a letter."""

    name: str

    def __post_init__(self) -> None:
        """Raises InvalidAddress."""
        if not _SENDER_ID.fullmatch(self.name):
            raise InvalidAddress(
                "not_sender_id",
                Sentence(
                    "Expected up to 11 of A-Z, a-z, 0-9, space and & + _ . - with at least one "
                    "letter."
                ),
            )

    def __str__(self) -> str:
        return self.name


Address = Msisdn | ShortCode | SenderId


def parse_address(text: str) -> Address:
    """Returns the number (E.164), short code or sender ID that a text is; raises InvalidAddress.

    >>> parse_address("20880"), parse_address("MINEDU")
    (ShortCode(digits='20880'), SenderId(name='MINEDU'))
    """
    if text.startswith("+"):
        return Msisdn.from_e164(text)
    return SenderId(text) if re.search("[A-Za-z]", text) else ShortCode(text)


def _in_numbering_plan(text: str, region: str) -> str:
    # Loaded with the first number that a person wrote: the webhooks need none of it.
    import phonenumbers

    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidAddress(
            "region_unknown", Sentence("Expected a country as two capitals, such as KE.")
        )
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        # Not chained: the library's error may repeat the number.
        raise InvalidAddress(
            "number_unknown", Sentence("No country has numbers of this form.")
        ) from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidAddress(
            "number_unknown",
            Sentence("Neither in use in %(country)s nor in any country.", country=region),
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

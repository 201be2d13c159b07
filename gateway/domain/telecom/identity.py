"""Who a subscriber is to us: a number, or what a provider gives in the place of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.msisdn import Msisdn

#: Printable ASCII without spaces, as providers write hashes and aliases.
_TOKEN = re.compile(r"[!-~]{1,128}", re.ASCII)

#: What a number is written with. With so few digits it is one, whole or with a slip in it.
_NUMBER_LIKE = re.compile(r"[0-9+().-]*", re.ASCII)
_NUMBER_DIGITS = 15

#: Every stored token begins so. A number begins with `+`, so neither passes for the other.
_STORED = "token:"

#: From so many characters on the last three tell subscribers apart, and no more.
_LONG = 12


@dataclass(frozen=True, slots=True)
class ProviderToken:
    """What a provider calls a subscriber whose number it does not tell. It prints masked.

    It means something to that provider's application alone: the same value elsewhere is somebody
    else. `application` is the account at the provider, empty where it has one only.

    >>> print(ProviderToken("africastalking", "sandbox", "4bd1aa30c2f94e07"))
    africastalking:•••••e07
    """

    provider: str
    application: str
    value: str

    def __post_init__(self) -> None:
        """Raises InvalidAddress for what is no token, and for what may be meant as a number."""
        number_like = _NUMBER_LIKE.fullmatch(self.value) and len(self.value) <= _NUMBER_DIGITS + 1
        if not self.provider or number_like or not _TOKEN.fullmatch(self.value):
            raise InvalidAddress(
                "not_token", Sentence("Expected 1 to 128 characters that make no number.")
            )

    @property
    def as_told(self) -> str:
        """Returns the token as its provider writes it."""
        return self.value

    @property
    def as_stored(self) -> str:
        """Returns the token with its scope, as it is sealed and looked up: never a number.

        >>> ProviderToken("africastalking", "sandbox", "a:b").as_stored
        'token:africastalking:sandbox:a%3Ab'
        """
        scoped = (self.provider, self.application, self.value)
        return _STORED + ":".join(quote(each, safe="") for each in scoped)

    def __str__(self) -> str:
        shown = self.value[-3:] if len(self.value) >= _LONG else ""
        return f"{self.provider}:•••••{shown}"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


#: A subscriber. Some networks give no number; what needs one asks for an Msisdn.
Identity = Msisdn | ProviderToken


def identity_from_stored(text: str) -> Identity:
    """Returns the subscriber whose `as_stored` this is; raises InvalidAddress.

    >>> identity_from_stored("+254712345123") == Msisdn("+254712345123")
    True
    """
    if not text.startswith(_STORED):
        return Msisdn(text)
    scoped = [unquote(each) for each in text.removeprefix(_STORED).split(":")]
    if len(scoped) != 3:
        raise InvalidAddress(
            "not_token", Sentence("Expected a provider, an application and a token.")
        )
    return ProviderToken(*scoped)

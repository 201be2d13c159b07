"""Numbers and other addresses of the telephone network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.domain.errors import InvalidAddress

#: ITU-T E.164: at most 15 digits, no leading zero.
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Msisdn:
    """A subscriber's full number. It prints masked; the full form needs `.e164`.

    >>> print(Msisdn.from_e164("+254712345123"))
    +2547•••••123
    """

    e164: str

    @classmethod
    def from_e164(cls, text: str) -> Msisdn:
        """Returns the number written in E.164 form; raises InvalidAddress."""
        if not _E164.fullmatch(text):
            raise InvalidAddress("not_e164", "Expected + and 7 to 15 digits.")
        return cls(text)

    def __str__(self) -> str:
        return f"{self.e164[:5]}{'•' * (len(self.e164) - 8)}{self.e164[-3:]}"

    __repr__ = __str__

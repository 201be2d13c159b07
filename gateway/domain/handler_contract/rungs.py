"""How sure it is that whoever asks is the person that what is shown or erased belongs to."""

from __future__ import annotations

import enum


class Rung(enum.StrEnum):
    """What a citizen has shown, the weakest first.

    `PHONE`: the number alone, which others of a household may hold, and which a network gives to
    somebody else one day. `FACT`: something that who holds the phone need not know, such as a date
    of birth. `PIN`: a number of their own choosing that nobody else was told.
    """

    PHONE = "phone"
    FACT = "fact"
    PIN = "pin"

    def reaches(self, other: Rung) -> bool:
        """Returns whether it proves at least as much as the other.

        >>> Rung.PIN.reaches(Rung.FACT), Rung.PHONE.reaches(Rung.FACT)
        (True, False)
        """
        rungs = list(Rung)
        return rungs.index(self) >= rungs.index(other)

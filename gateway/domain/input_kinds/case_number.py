"""Case numbers: digits only, so that they can be dialled, texted and dictated in any language."""

from __future__ import annotations

from stdnum import damm

#: Eight digits and one check digit.
LENGTH = 9


def from_serial(serial: int) -> str:
    """Returns the case number of a serial below 100 million; raises ValueError for any other.

    The check digit is Damm's: it shows every single wrong digit and every swap of neighbours
    (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004).

    >>> from_serial(10002026)
    '100020266'
    """
    if not 0 <= serial < 10 ** (LENGTH - 1):
        raise ValueError(f"A serial has at most {LENGTH - 1} digits and no sign; got {serial}.")
    digits = f"{serial:0{LENGTH - 1}d}"
    return digits + str(damm.calc_check_digit(digits))


def is_valid(number: str) -> bool:
    """Returns whether these are digits of a case number without a slip."""
    return len(number) == LENGTH and number.isascii() and number.isdigit() and damm.is_valid(number)


def grouped(number: str) -> str:
    """Returns the number in groups of three, as it is read aloud.

    >>> grouped("100020266")
    '100 020 266'
    """
    return " ".join(number[start : start + 3] for start in range(0, len(number), 3))


def ungrouped(number: str) -> str:
    """Returns a number without the spaces that group it.

    >>> ungrouped("100 020 266")
    '100020266'
    """
    return "".join(number.split())

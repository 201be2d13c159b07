"""Numbers that stand for a person or a case: identity numbers, PINs and case numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from stdnum import damm, luhn, verhoeff
from stdnum.iso7064 import mod_11_10, mod_37_36, mod_97_10

from gateway.domain.input_kinds import case_number
from gateway.domain.input_kinds.base import Accepts, Complaint, digits_meant, joined

#: The name of a check in a menu, to what tests a number and what makes its last characters.
CHECK_DIGITS: Mapping[str, tuple[Callable[[str], bool], Callable[[str], object]]] = {
    "damm": (damm.is_valid, damm.calc_check_digit),
    "luhn": (luhn.is_valid, luhn.calc_check_digit),
    "verhoeff": (verhoeff.is_valid, verhoeff.calc_check_digit),
    "iso7064_mod_11_10": (mod_11_10.is_valid, mod_11_10.calc_check_digit),
    "iso7064_mod_37_36": (mod_37_36.is_valid, mod_37_36.calc_check_digit),
    "iso7064_mod_97_10": (mod_97_10.is_valid, mod_97_10.calc_check_digits),
}
#: These count letters, too; the others look at the digits alone.
_WITH_LETTERS = frozenset({"iso7064_mod_37_36", "iso7064_mod_97_10"})

DIGIT, LETTER = "#", "@"


def national_id(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns an identity number of the pattern, in capitals and without what groups it."""
    found = joined(typed).upper()
    if _form(accepts.pattern).fullmatch(found) and _checks(accepts.check_digit, found):
        return found
    return Complaint("national_id_wrong", {"example": example(accepts)})


def longest_national_id(accepts: Accepts) -> int:
    """Returns the length of the pattern without what groups it."""
    return len(joined(accepts.pattern))


@lru_cache(maxsize=64)
def example(accepts: Accepts) -> str:
    """Returns a number of the pattern with a right check digit, or an empty text for none.

    >>> example(Accepts(kind="national_id", pattern="@##-###", check_digit="luhn"))
    'A12344'
    """
    pattern = joined(accepts.pattern).upper()
    for start in range(1, 100):
        count = iter(range(start, start + len(pattern)))
        filled = "".join(
            str(next(count) % 10) if char == DIGIT else "A" if char == LETTER else char
            for char in pattern
        )
        found = _with_check_digit(accepts.check_digit, filled)
        if _form(accepts.pattern).fullmatch(found) and _checks(accepts.check_digit, found):
            return found
    return ""


def pin(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a PIN. One that is being chosen must not be among the first that others try."""
    found = digits_meant(typed)
    if not re.fullmatch(r"[0-9]+", found) or not accepts.minimum <= len(found) <= accepts.maximum:
        least, most = accepts.minimum, accepts.maximum
        return Complaint("pin_wrong", {"length": str(most) if least == most else f"{least}-{most}"})
    if accepts.confirm and _is_first_tried(found):
        return Complaint("pin_weak")
    return found


def case(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns the number of a case, checked for slips."""
    found = digits_meant(typed)
    if case_number.is_valid(found):
        return found
    return Complaint("case_number_wrong", {"length": str(case_number.LENGTH)})


@lru_cache(maxsize=64)
def _form(pattern: str) -> re.Pattern[str]:
    signs = {DIGIT: "[0-9]", LETTER: "[A-Z]"}
    return re.compile("".join(signs.get(c) or re.escape(c) for c in joined(pattern).upper()))


def _checks(check_digit: str, number: str) -> bool:
    if not check_digit:
        return True
    return CHECK_DIGITS[check_digit][0](_counted(check_digit, number))


def _counted(check_digit: str, number: str) -> str:
    return number if check_digit in _WITH_LETTERS else re.sub("[^0-9]", "", number)


def _with_check_digit(check_digit: str, number: str) -> str:
    if not check_digit:
        return number
    size = 2 if check_digit == "iso7064_mod_97_10" else 1
    body = number[:-size]
    return body + str(CHECK_DIGITS[check_digit][1](_counted(check_digit, body)))


def _is_first_tried(digits: str) -> bool:
    steps = {int(after) - int(before) for before, after in itertools.pairwise(digits)}
    return steps <= {0} or steps == {1} or steps == {-1}

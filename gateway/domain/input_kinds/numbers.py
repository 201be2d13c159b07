"""Numbers that are typed: digits, whole numbers, decimal numbers and amounts of money."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from gateway.domain.datasets.column_kinds import TEXT, Amount, ColumnKind, Form
from gateway.domain.input_kinds.base import Accepts, Complaint, bounds, digits_meant
from gateway.domain.input_kinds.currencies import signs
from gateway.domain.text.numerals import ascii_digits

#: A whole number, its thousands grouped or not. Other commas are refused: "1,5" is not 15.
_INTEGER = re.compile(
    r"-?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,3}(?: [0-9]{3}){1,3})"
)
_PLAIN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?")


def sample_digits(accepts: Accepts, language: str) -> str:
    """Returns as many digits as are taken."""
    return "12345678901234567890"[: accepts.maximum]


def kind_of_digits(accepts: Accepts) -> ColumnKind:
    """Returns the form of a code that has one length; a text where it has several."""
    same = accepts.minimum == accepts.maximum
    return Form("#" * accepts.maximum) if same else TEXT


def kind_of_decimal(accepts: Accepts) -> ColumnKind:
    """Returns an amount of as many decimals as are taken."""
    return Amount(accepts.places, Decimal(accepts.minimum))


def digits(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns digits of an allowed length, without what groups them."""
    found = digits_meant(typed)
    if re.fullmatch(r"[0-9]+", found) and accepts.minimum <= len(found) <= accepts.maximum:
        return found
    if accepts.minimum == accepts.maximum:
        return Complaint("digits_wrong", {"length": str(accepts.maximum)})
    return Complaint("digits_range_wrong", bounds(accepts))


def integer(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a whole number within its range."""
    written = ascii_digits(typed)
    if _INTEGER.fullmatch(written):
        value = int(re.sub("[ ,]", "", written))
        if accepts.minimum <= value <= accepts.maximum:
            return str(value)
    return Complaint("integer_wrong", bounds(accepts))


def decimal(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns a number with decimals within its range, as a plain decimal such as 1500.5."""
    found = _number(accepts, ascii_digits(typed), language)
    if found is not None:
        return found
    mark = "," if _writes_decimal_comma(language) else "."
    half = accepts.minimum if accepts.minimum == accepts.maximum else f"{accepts.minimum}{mark}5"
    return Complaint("decimal_wrong", {**bounds(accepts), "example": str(half)})


def money(accepts: Accepts, typed: str, language: str) -> str | Complaint:
    """Returns an amount within its range as a plain decimal; the currency's sign may be typed.

    The sign of another currency is refused.
    """
    written = re.sub(r"/[=-]$", "", ascii_digits(typed).lower().replace("−", "-")).strip()
    for sign in signs(accepts.currency, language):
        if written.startswith(sign):
            # The dot of an abbreviation ends it: "ksh.150", and "ksh .5" is no 5.
            written = written.removeprefix(sign).removeprefix(".").lstrip()
            break
        if written.endswith(sign):
            written = written.removesuffix(sign).rstrip()
            break
    found = _number(accepts, written, language)
    if found is not None:
        return found
    example = f"{accepts.currency} {min(max(accepts.minimum, 150), accepts.maximum)}".strip()
    return Complaint("money_wrong", {**bounds(accepts), "example": example})


def longest_decimal(accepts: Accepts) -> int:
    """Returns the length of the longest number with its sign, its mark and its decimals."""
    whole = max(len(str(accepts.minimum)), len(str(accepts.maximum)))
    return whole + (accepts.places + 1 if accepts.places else 0)


def _number(accepts: Accepts, written: str, language: str) -> str | None:
    match = _PLAIN.fullmatch(_with_point(written, language))
    if match is None or len(match[3] or "") > accepts.places:
        return None
    value = Decimal(match[0])
    if not accepts.minimum <= value <= accepts.maximum:
        return None
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def _with_point(written: str, language: str) -> str:
    """Returns a number without groups and with a decimal point; unchanged where it is unclear.

    A mark before three last digits groups thousands or begins decimals, as the language has it;
    before any other number of digits it can only begin decimals.
    """
    mark, group = (",", ".") if _writes_decimal_comma(language) else (".", ",")
    grouped = rf"-?[0-9]{{1,3}}(?:(?:{re.escape(group)}[0-9]{{3}})+|(?: [0-9]{{3}})+)"
    if re.fullmatch(rf"{grouped}(?:{re.escape(mark)}[0-9]+)?", written):
        return re.sub(f"[ {re.escape(group)}]", "", written).replace(mark, ".")
    other = re.fullmatch(rf"(-?[0-9]+){re.escape(group)}([0-9]+)", written)
    if other is not None and len(other[2]) != 3:
        return f"{other[1]}.{other[2]}"
    return written.replace(mark, ".") if group not in written else written


@lru_cache(maxsize=64)
def _writes_decimal_comma(language: str) -> bool:
    if not language:
        return False
    # Loaded with the first number that has decimals: most menus need none of it.
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol

    try:
        return get_decimal_symbol(Locale.parse(language, sep="-")) == ","
    except (UnknownLocaleError, ValueError):
        return False

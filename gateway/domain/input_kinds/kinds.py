"""Checks for what a citizen types into an input screen: one row for each kind of input."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from gateway.domain.datasets.column_kinds import Day, Form, PhoneNumber, WholeNumber
from gateway.domain.input_kinds import case_number, dates, identity, numbers, phone, times, words
from gateway.domain.input_kinds.base import Accepts, Complaint, InputKind
from gateway.domain.reading.signs import plain_signs, seen_signs


def check(
    accepts: Accepts, typed: str, language: str = "", today: date | None = None
) -> str | Complaint:
    """Returns the answer in its one canonical form, or why it is refused.

    The language decides what the marks of a number, the names of months and, where the menu says
    so, the calendar mean. `today` is the citizen's day: without it there is no yesterday.

    >>> check(Accepts(kind="date"), "15/4/2025")
    '2025-04-15'
    """
    kind = KINDS[accepts.kind]
    if not typed.isascii():
        typed = unicodedata.normalize("NFC", seen_signs(typed))
        if not kind.free_text:
            typed = plain_signs(typed)
    if today is not None and kind.dated:
        accepts = replace(accepts, today=today)
    return kind.check(accepts, " ".join(typed.split()), language)


def longest(accepts: Accepts) -> int:
    """Returns the length in characters of the longest answer that is accepted."""
    return KINDS[accepts.kind].longest(accepts)


#: The value of `input:` in a menu.
KINDS: Mapping[str, InputKind] = {
    "digits": InputKind(
        numbers.digits,
        lambda accepts: accepts.maximum,
        signs_mean=False,
        sample=numbers.sample_digits,
        gives=numbers.kind_of_digits,
    ),
    "integer": InputKind(
        numbers.integer,
        lambda accepts: max(len(str(accepts.minimum)), len(str(accepts.maximum))),
        gives=lambda accepts: WholeNumber(accepts.minimum, accepts.maximum),
    ),
    "decimal": InputKind(numbers.decimal, numbers.longest_decimal, gives=numbers.kind_of_decimal),
    "money": InputKind(numbers.money, numbers.longest_decimal, gives=numbers.kind_of_decimal),
    "text": InputKind(words.text, lambda accepts: accepts.maximum, free_text=True, anything=True),
    "name": InputKind(words.name, lambda accepts: accepts.maximum, free_text=True),
    "date": InputKind(
        dates.day,
        dates.longest_day,
        signs_mean=False,
        dated=True,
        sample=dates.example,
        gives=lambda accepts: Day(),
    ),
    "time": InputKind(times.time_of_day, times.longest_time, sample=times.sample_time),
    "phone": InputKind(phone.number, phone.longest_number, gives=lambda accepts: PhoneNumber()),
    "national_id": InputKind(
        identity.national_id,
        identity.longest_national_id,
        signs_mean=False,
        gives=lambda accepts: Form(accepts.pattern),
    ),
    "pin": InputKind(identity.pin, lambda accepts: accepts.maximum),
    "case_number": InputKind(
        identity.case,
        lambda accepts: case_number.LENGTH,
        signs_mean=False,
        gives=lambda accepts: Form("#" * case_number.LENGTH),
    ),
}

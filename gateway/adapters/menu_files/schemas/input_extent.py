"""How much an input screen takes, from what is written about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence, either
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.input_kinds.identity import DIGIT, LETTER, example
from gateway.domain.input_kinds.phone import example as phone_example

#: `length`, `min`, `max`, as written or None.
Written = tuple[int | None, int | None, int | None]

#: One SMS.
LONGEST = 160
#: What the check of an integer takes.
GREATEST_INTEGER = 999_999_999_999


#: Kinds that have one form, and take neither length nor range.
_WITHOUT_BOUNDS = ("date", "time", "phone", "national_id", "case_number", "yes_no")
#: What a PIN has when nothing is written: as bank cards do.
_PIN_LENGTHS = (4, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """Keys that belong to one kind of input or two; None where they are not written."""

    decimals: int | None = None
    region: str | None = None
    pattern: str | None = None
    check: str | None = None
    calendar: str | None = None
    confirm: bool | None = None


_OWNERS: Mapping[str, tuple[str, ...]] = {
    "decimals": ("decimal", "money"),
    "region": ("phone",),
    "pattern": ("national_id",),
    "check": ("national_id",),
    "calendar": ("date",),
    "confirm": ("pin",),
}

#: What the kinds of numbers are called.
_CALLED = {
    "integer": Sentence("integer"),
    "decimal": Sentence("exact number"),
    "money": Sentence("amount"),
}


class BadBounds(ValueError):
    """The keys contradict each other; `key` is the one to point at."""

    def __init__(self, key: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.key, self.sentence = key, sentence


def accepts(kind: str, written: Written, more: Particulars | None = None) -> Accepts:
    """Returns what an input screen takes; raises BadBounds."""
    more = more or Particulars()
    for each in fields(more):
        if getattr(more, each.name) is not None and kind not in _OWNERS[each.name]:
            owners = either(_OWNERS[each.name])
            raise BadBounds(
                each.name,
                Sentence(
                    "`%(each)s` belongs to an input of kind %(owners)s.",
                    each=each.name,
                    owners=owners,
                ),
            )
    if kind in _WITHOUT_BOUNDS:
        return _of_one_form(kind, written, more)
    if kind in ("integer", "decimal", "money"):
        return _number(kind, written, more)
    length, least, greatest = written
    if length is not None:
        if least is not None or greatest is not None:
            raise BadBounds("length", Sentence("Use `length`, or `min` and `max`, not both."))
        least = greatest = length
    if kind == "digits" and greatest is None:
        raise BadBounds("input", Sentence("Say how many digits are taken: add `length` or `max`."))
    if kind == "pin":
        least, greatest = least or _PIN_LENGTHS[0], greatest or _PIN_LENGTHS[1]
        return replace(_ordered(kind, least, greatest, 4, 12), confirm=bool(more.confirm))
    least = 1 if least is None else least
    return _ordered(kind, least, LONGEST if greatest is None else greatest, 1, LONGEST)


def _of_one_form(kind: str, written: Written, more: Particulars) -> Accepts:
    found = _without_bounds(kind, written)
    if kind == "phone":
        try:
            phone_example(more.region or "")
        except InvalidAddress as error:
            key = "input" if more.region is None else "region"
            sentence = Sentence(
                "Say whose national numbers are taken: `region`, two capitals such as KE."
            )
            raise BadBounds(key, sentence) from error
        return replace(found, region=str(more.region))
    return _identity(found, more) if kind == "national_id" else found


def _identity(found: Accepts, more: Particulars) -> Accepts:
    if more.pattern is None:
        raise BadBounds(
            "input",
            Sentence(
                "Add `pattern`: %(digit)s for a digit, %(letter)s for a letter.",
                digit=DIGIT,
                letter=LETTER,
            ),
        )
    found = replace(found, pattern=more.pattern, check_digit=more.check or "")
    if not example(found):
        sentence = Sentence(
            "No number has this pattern and this check digit; it is checked at the end."
        )
        raise BadBounds("pattern", sentence)
    return found


def _without_bounds(kind: str, written: Written) -> Accepts:
    for key, value in zip(("length", "min", "max"), written, strict=True):
        if value is not None:
            raise BadBounds(
                key,
                Sentence(
                    "A %(kind)s has one form; it takes no bounds.", kind=kind.replace("_", " ")
                ),
            )
    return Accepts(kind=kind)


def _number(kind: str, written: Written, more: Particulars) -> Accepts:
    length, least, greatest = written
    what = _CALLED[kind]
    if length is not None:
        raise BadBounds(
            "length",
            Sentence("`min` and `max` bound the value of an %(what)s; not `length`.", what=what),
        )
    if greatest is None:
        raise BadBounds(
            "input", Sentence("Say how great an %(what)s is taken: add `max`.", what=what)
        )
    found = _ordered(kind, least or 0, greatest, -GREATEST_INTEGER, GREATEST_INTEGER)
    return found if kind == "integer" else replace(found, places=more.decimals or 2)


def _ordered(kind: str, least: int, greatest: int, lowest: int, highest: int) -> Accepts:
    for key, value in (("min", least), ("max", greatest)):
        if not lowest <= value <= highest:
            raise BadBounds(
                key,
                Sentence(
                    "`%(key)s` is between %(lowest)s and %(highest)s.",
                    key=key,
                    lowest=lowest,
                    highest=highest,
                ),
            )
    if least > greatest:
        raise BadBounds(
            "min",
            Sentence(
                "`min` is %(least)s and `max` is %(greatest)s: nothing fits.",
                least=least,
                greatest=greatest,
            ),
        )
    return Accepts(kind=kind, minimum=least, maximum=greatest)

"""Reads the languages that come with the gateway.

A file says how the language is called, the reserved words, the example that a new deployment begins
with, and the gateway's own sentences. A deployment overrides what it wants in its own files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.adapters.yaml.documents import read
from gateway.adapters.yaml.validate import validate

_FOLDER = Path(__file__).parent
#: A language as it is written somewhere: the words are the same, unlike in another script.
_REGION = re.compile(r"([a-z]{2,3})-(?:[A-Z]{2}|[0-9]{3})")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(_Part):
    """The words of the service that a new deployment begins with."""

    services: str
    language: str
    title: str
    keywords: list[str]
    question: str
    weekdays: str
    saturday: str


class Form(_Part):
    """What a service of an imported form says beside the form: its people change it there.

    `other` is an answer that is not listed, `wrong` that an answer cannot be right. The last five
    are said where a long list is looked through: `no_line` where it has nothing for what was
    answered before.
    """

    other: str
    which: str
    go_on: str
    is_right: str
    send: str
    change: str
    another: str
    yes: str
    no: str
    thanks: str
    skip: str
    wrong: str
    part_of_name: str
    parts_of_names: str
    too_many: str
    not_there: str
    other_words: str
    no_line: str


class Words(_Part):
    """The words that a text may begin with and never reach a menu, and those that answer.

    The last four open nothing: they tell courtesy and the wish for no more SMS from a sentence.
    """

    stop: list[str]
    start: list[str]
    help: list[str]
    menu: list[str]
    yes: list[str]
    no: list[str]
    courtesy: list[str]
    leave: list[str]
    our_sms: list[str]
    beside: list[str]


class ShippedLanguage(_Part):
    """One language.

    `needs_native_reader` says that nobody who grew up with it has read the file. `charset`,
    `calendar` and `clock` are what a new deployment writes into main.yaml for it.
    """

    name: str
    needs_native_reader: bool = False
    charset: Literal["unicode", "gsm", "transliterate"] = "unicode"
    calendar: Literal["gregorian", "ethiopic"] = "gregorian"
    clock: Literal["from_midnight", "from_six"] = "from_midnight"
    words: Words
    example: Example
    form: Form
    phrases: dict[str, str] = Field(min_length=1)


def form_words(codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Returns what an imported form says in these languages and English; not in others."""
    known = {code: shipped_language(code) for code in {"en", *codes}}
    return {code: found.form.model_dump() for code, found in known.items() if found is not None}


def shipped_codes() -> Sequence[str]:
    """Returns the codes of the languages that come with the gateway."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def shipped_language(code: str) -> ShippedLanguage | None:
    """Returns a language that comes with the gateway; that of a region is the language itself.

    >>> shipped_language("sw").name, shipped_language("pt-BR").name, shipped_language("rw")
    ('Kiswahili', 'Português', None)
    """
    region = _REGION.fullmatch(code)
    base = region[1] if region else code
    return _read(base) if base in shipped_codes() else None


@lru_cache(maxsize=16)
def common_words(code: str) -> frozenset[str]:
    """Returns the words of a language that a person knows after four years of school.

    None for a language without a list. A list says in its head what it was made of.

    >>> {"water", "district"} <= common_words("en"), common_words("en-GB") == common_words("en")
    (True, True)
    """
    path = _FOLDER / "common_words" / f"{code.partition('-')[0]}.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def spoken(codes: Sequence[str]) -> Mapping[str, ShippedLanguage]:
    """Returns those of some languages that come with the gateway."""
    found = {code: shipped_language(code) for code in codes}
    return {code: language for code, language in found.items() if language is not None}


@lru_cache(maxsize=64)
def _read(code: str) -> ShippedLanguage:
    return validate(ShippedLanguage, read(_FOLDER / f"{code}.yaml", "M"), ())

"""What a handler is given, and what it may answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.msisdn import Msisdn

Row = Mapping[str, str]
Value = str | Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCall:
    """One call of a handler.

    `answers` are the citizen's, by screen name, secrets included. `key` is the same whenever the
    same turn is answered again: a handler that writes passes it on, and nothing is done twice.
    `at` is an aware UTC time.
    """

    handler: str
    answers: Mapping[str, str] = field(repr=False)
    language: str
    subscriber: Msisdn
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: a name that the menu maps to a screen, and values its texts may show.

    A value is a text or a list of rows (for a choice). Never a sentence for the citizen: words
    live in the menu, where they are translated and measured.

    >>> Outcome("found", {"grade": "B+"}).name
    'found'
    """

    name: str
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class TextField:
    """A value a handler gives; `max` is the longest it can be, in characters."""

    max: int


@dataclass(frozen=True, slots=True)
class ListField:
    """A list of rows a handler gives: at most `rows`, each with these fields."""

    rows: int
    fields: Mapping[str, TextField]


Field = TextField | ListField


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerContract:
    """What a handler declares, so that menus can be checked against it without running it.

    `outcomes` maps each outcome's name to the values it gives; `needs` names the answers it reads.
    """

    outcomes: Mapping[str, Mapping[str, Field]]
    needs: tuple[str, ...] = ()

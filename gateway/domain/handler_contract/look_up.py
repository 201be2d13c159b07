"""A look-up: what a screen asks of a dataset, and what it is told."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.datasets.column_kinds import TEXT, Amount, OneOf, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset, Slots
from gateway.domain.datasets.indexes import is_indexed
from gateway.domain.handler_contract.declared_call import AGAIN, TOO_OFTEN, Proves
from gateway.domain.handler_contract.nearness import DISTANCE, Near
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.handler_contract.service_call import (
    Field,
    HandlerContract,
    ListField,
    TextField,
)
from gateway.domain.text.localised_text import Template

#: What stands before the name of a look-up among back ends; the name is that of its screen.
PREFIX = "lookup:"
#: The citizen's day, and the minute of it, in the place of an answer.
TODAY, NOW = "today", "now"
#: What a look-up comes to. Where one row alone was found, `ONE` comes before `FOUND`, if led on.
FOUND, MANY, NONE, ONE = "found", "many", "none", "one"
#: Of slots: there are rows, and none has a place left. `FREE` says of a row how many it has.
FULL, FREE = "full", "free"
#: More slots than these are not counted: they are `many`.
MOST_SLOTS = 300
#: Against the row before: more, less, the same, or there is none before.
UP, DOWN, SAME, FIRST = "up", "down", "same", "first"
#: So many rows are counted and summed up; more are `many`.
MOST_COUNTED = 10_000
#: A list is never longer: its lines have keys of two digits.
LONGEST_LIST = 99
#: As many values are named within one of a list; others are asked for by the next question.
MOST_WITHIN = 40


class Asks(enum.StrEnum):
    """How a column is compared: both bounds belong to what is found."""

    EQUAL = "is"
    STARTS = "starts"
    FROM = "from"
    TO = "to"


#: The value that says by how much the row differs from the one before.
CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row must have in a column; a value of answers is filled in when it is asked."""

    column: str
    asks: Asks
    value: Template


@dataclass(frozen=True, slots=True)
class ProvenBefore:
    """That a phone has proven before whose row `of` is, by the look-up of the screen `by`."""

    of: str
    by: str

    @property
    def back_end(self) -> str:
        """Returns the name under which that was counted."""
        return PREFIX + self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """One look-up. `name` is the id of its screen.

    Rows fit all `conditions`, and have each of the words `searched`. They come in the order of the
    file, of the column `order`, or from the last of `latest` back. With `rows_as` they are a list
    of that name, of at most `most`: the columns `gives` of each row, or the different values of
    `each`, with those of `within` behind commas. Otherwise it is one row; `found_by` lets its value
    in that column be the outcome, and `change` compares it with the row before, which counts when
    it is no more than `change_days` before, or whenever it is (0). With `count_as` or `sums` (a
    name, and the column) no row is shown. With `proves` wrong second facts are counted; with
    `proven` a row is shown to a phone alone that has given the second fact before. With `near` the
    nearest rows of a list come first, each with its distance, and there are never too many. With
    `free` the rows are slots: those without a place left are not shown. With `apart` the words
    between commas are searched each by itself, and each leads to some row.
    """

    name: str
    dataset: str
    conditions: tuple[Condition, ...] = ()
    searched: Template | None = None
    rows_as: str = ""
    most: int = 20
    gives: tuple[str, ...] = ()
    each: str = ""
    within: str = ""
    order: str = ""
    latest: str = ""
    found_by: str = ""
    change: str = ""
    change_days: int = 0
    count_as: str = ""
    sums: tuple[tuple[str, str], ...] = ()
    proves: Proves | None = None
    proven: ProvenBefore | None = None
    near: Near | None = None
    alone: bool = False
    free: bool = False
    apart: bool = False
    contract: HandlerContract = field(
        default_factory=lambda: HandlerContract(outcomes={}), compare=False
    )

    @property
    def back_end(self) -> str:
        """Returns the name under which screens, breakers and metrics know it."""
        return PREFIX + self.name

    @property
    def equal(self) -> tuple[str, ...]:
        """Returns the columns whose value is asked for as it is."""
        return tuple(each.column for each in self.conditions if each.asks is Asks.EQUAL)

    @property
    def then(self) -> tuple[str, ...]:
        """Returns the columns by whose order rows are taken, after those that are equal."""
        bounded = [each.column for each in self.conditions if each.asks is not Asks.EQUAL]
        # Slots are looked through, and those of one value are counted together.
        different = () if self.free else (self.each, self.within)
        ordered = (*self._place, *different, self.order or self.latest)
        return tuple(dict.fromkeys(column for column in (*bounded, *ordered) if column))

    @property
    def _place(self) -> tuple[str, ...]:
        return self.near.columns if self.near else ()

    @property
    def counts(self) -> bool:
        """Returns whether it tells of all rows together and shows none."""
        return bool(self.count_as or self.sums)

    @property
    def columns(self) -> tuple[str, ...]:
        """Returns the columns that are read of each row."""
        compared = (self.found_by, self.change, self.change and self.latest)
        read = (*self.gives, self.each, self.within, *compared, *self._place)
        return tuple(dict.fromkeys(column for column in read if column))

    @property
    def given_names(self) -> tuple[str, ...]:
        """Returns the names under which it gives values, whatever its dataset has."""
        changed = CHANGE if self.change else ""
        far = DISTANCE if self.near else ""
        free = FREE if self.free else ""
        told = (*self.gives, self.count_as, *(name for name, _ in self.sums), changed, far, free)
        return tuple(name for name in told if name)

    def is_indexed(self, dataset: Dataset) -> bool:
        """Returns whether its rows are found without looking through others.

        Words have an index of their own; what else is asked only narrows what they lead to.
        """
        whole = bool(self.each) and not self.free
        near = self.near is not None
        return self.searched is not None or is_indexed(
            dataset, self.equal, self.then, whole=whole, near=near
        )


def with_contract(look_up: LookUp, dataset: Dataset) -> LookUp:
    """Returns the look-up with what menus are checked against; what is not declared is left out."""
    columns = {each.name: each for each in dataset.columns if not each.secret}
    names = (name for text in _texts(look_up) for name in text.names)
    needs = dict.fromkeys(name for name in names if name not in (TODAY, NOW))
    for proof in (look_up.proves, look_up.proven):
        if proof:
            needs[proof.of] = None
    outcomes = _outcomes(look_up, dataset, columns)
    if look_up.proves:
        outcomes[TOO_OFTEN] = {"again": AGAIN}
    is_personal = bool(look_up.proves or look_up.proven)
    told_to_all = {NONE, TOO_OFTEN}
    message = look_up.proves.message if look_up.proves else ""
    contract = HandlerContract(
        outcomes=outcomes,
        needs=tuple(needs),
        by_subscriber=False,
        messages=(message,) if message else (),
        personal=is_personal,
        proves={name: Rung.FACT for name in outcomes if is_personal and name not in told_to_all},
        reads=(look_up.dataset,),
    )
    return replace(look_up, contract=contract)


def _texts(look_up: LookUp) -> list[Template]:
    words = [] if look_up.searched is None else [look_up.searched]
    place = [look_up.near.latitude, look_up.near.longitude] if look_up.near else []
    return [*(each.value for each in look_up.conditions), *words, *place]


def _outcomes(
    look_up: LookUp, dataset: Dataset, columns: Mapping[str, Column]
) -> dict[str, Mapping[str, Field]]:
    fields = {name: field_of(columns[name]) for name in look_up.gives if name in columns}
    if look_up.counts:
        counted = {look_up.count_as: TextField(len(str(MOST_COUNTED)), WholeNumber())}
        summed = {name: _sum_of(columns.get(column)) for name, column in look_up.sums}
        given = {name: one for name, one in {**counted, **summed}.items() if name}
        return {FOUND: given, MANY: {}, NONE: {}}
    if look_up.free and dataset.slots:
        fields = {**fields, FREE: _places_left(look_up, dataset.slots, columns)}
    full: dict[str, Mapping[str, Field]] = {FULL: {}} if look_up.free else {}
    if look_up.rows_as:
        of_row = dict(fields)
        if look_up.near:
            fields = of_row = {**fields, DISTANCE: _distance(look_up.near)}
        if look_up.each:
            of_row = {each: field_of(columns[each]) for each in [look_up.each] if each in columns}
            if look_up.within in columns:
                of_row[look_up.within] = TextField(
                    MOST_WITHIN * (columns[look_up.within].max + 2), TEXT
                )
            if FREE in fields:
                of_row[FREE] = fields[FREE]
        told: dict[str, Mapping[str, Field]] = {
            FOUND: {look_up.rows_as: ListField(rows=look_up.most, fields=of_row)}
        }
        if look_up.alone:
            told[ONE] = fields
        if look_up.near is None and not _fits_always(look_up, columns):
            told[MANY] = {}
        return {**told, **full, NONE: {}}
    several = _of_several(look_up, dataset)
    return {**_of_one(look_up, columns, fields), **several, **full, NONE: {}}


def _of_one(
    look_up: LookUp, columns: Mapping[str, Column], fields: Mapping[str, Field]
) -> dict[str, Mapping[str, Field]]:
    if look_up.change in columns:
        by = {CHANGE: field_of(columns[look_up.change])}
        return {
            UP: {**fields, **by}, DOWN: {**fields, **by}, SAME: fields, FIRST: fields,
        }  # fmt: skip
    kind = columns[look_up.found_by].kind if look_up.found_by in columns else None
    if isinstance(kind, OneOf):
        return dict.fromkeys(kind.values, fields)
    return {FOUND: fields}


def _of_several(look_up: LookUp, dataset: Dataset) -> dict[str, Mapping[str, Field]]:
    first = (look_up.latest or look_up.order) and look_up.searched is None
    return {} if set(dataset.key) <= set(look_up.equal) or first else {MANY: {}}


def _fits_always(look_up: LookUp, columns: Mapping[str, Column]) -> bool:
    """Returns whether no list of it can be longer than is shown."""
    if look_up.free:
        return False
    kind = columns[look_up.each].kind if look_up.each in columns else None
    return isinstance(kind, OneOf) and len(kind.values) <= look_up.most


def field_of(column: Column) -> TextField:
    """Returns the field that carries a column: as long as that, and of its kind."""
    return TextField(column.max, column.kind)


def _places_left(look_up: LookUp, slots: Slots, columns: Mapping[str, Column]) -> TextField:
    """Returns the field of how many places are left, in a row or in all rows of one value."""
    said = slots.most
    most = columns[said].max if isinstance(said, str) and said in columns else len(str(said))
    return TextField(most + (len(str(MOST_SLOTS)) if look_up.each else 0), WholeNumber())


def _distance(near: Near) -> TextField:
    return TextField(len(f"{near.within}.0"), Amount(1))


def _sum_of(column: Column | None) -> TextField:
    places = column.kind.places if column and isinstance(column.kind, Amount) else 0
    room = (column.max if column else 1) + len(str(MOST_COUNTED))
    return TextField(room, Amount(places) if places else WholeNumber())

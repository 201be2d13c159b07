"""A form: the answers that a `store:` screen keeps, as `forms/NAME.yaml` declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from gateway.domain.datasets.column_kinds import (
    TEXT,
    Day,
    Moment,
    OneOf,
    Prose,
    Text,
    WholeNumber,
)
from gateway.domain.datasets.column_kinds import Form as CodeForm
from gateway.domain.datasets.dataset import Column, Dataset, Slots, Table
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.handler_contract.calculated import TODAY, Expression, value_of, wrong
from gateway.domain.handler_contract.posting import ROW_ID, ROW_NUMBER, STORED_AT
from gateway.domain.handler_contract.reminding import WANTED, Reminding
from gateway.domain.handler_contract.service_call import (
    Field,
    HandlerContract,
    PostTo,
    Reminds,
    TextField,
    Writes,
)
from gateway.domain.telecom.sms import LONGEST_MO

#: What stands before a form's name among back ends, so that no handler is taken for one.
STORE = "store:"
#: In `one_per` it stands for whoever answers.
SUBSCRIBER = "subscriber"
#: The value by which a dialogue knows the row it has stored; no screen has such a name.
ROW = "_row"
#: The outcomes, and the values that they give beside the row.
STORED, CLOSED, GONE = "stored", "closed", "gone"
FULL, FREED, FOUND, NONE = "full", "freed", "found", "none"
#: What stands behind the name of a form for the screen that takes a row back, and for the one that
#: tells what it says; no column is so.
REMOVES, READS = "-", "="
NUMBER, ROWS = "number", "rows"

#: What stands before a column's name where a row is told: an answer to be given may have its name.
MINE = "my_"

#: A row is known by a keyed hash, or by its number.
_ROW = TextField(64, TEXT)
_NUMBER = TextField(11, CodeForm("### ### ###"))
_ROWS = TextField(7, WholeNumber())


class BadForm(ValueError):
    """A form that cannot be kept; `key` is the one of its file to point at."""

    def __init__(self, key: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.key, self.sentence = key, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """How many rows may have the same values of some columns: a slot of a day, a quota of a year.

    Of a form without `per` columns it is how many rows there are at all. With `of` the slots are
    the rows of that dataset, known by its columns `keys`, one for each of `per`; what is not there
    has no place. `most` may then be a column of it, and `at` the one that says when it begins.
    """

    most: int | str
    per: tuple[str, ...] = ()
    of: str = ""
    keys: tuple[str, ...] = ()
    at: str = ""

    @classmethod
    def of_slots(cls, dataset: str, slots: Slots) -> Places:
        """Returns the places of the slots that a dataset has."""
        return cls(
            most=slots.most,
            per=tuple(theirs for _, theirs in slots.per),
            of=dataset,
            keys=tuple(mine for mine, _ in slots.per),
            at=slots.at,
        )

    def slot(self, row: Mapping[str, str]) -> Mapping[str, str]:
        """Returns by what the slot of a row is found in its dataset."""
        return {key: row.get(name, "") for key, name in zip(self.keys, self.per, strict=True)}

    def number(self, slot: Mapping[str, str]) -> int:
        """Returns how many places a slot has: none where its row does not say."""
        return int(slot[self.most] or 0) if isinstance(self.most, str) else self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is kept of the answers, as what, and how often.

    `writes` says whether it is a record, a report or a preference, which decides when it is read
    back. `one_per` is empty where each form that is sent is a row of its own. Otherwise it begins
    with `subscriber`, and the newest row of a subscriber with the same values of the columns that
    follow takes the place of the older one.
    With `reference` each row is a case, with a number that can be said: its personal columns go
    with the number when the subscriber erases, and `category` is the column that says what it is
    about. Otherwise the rows stand in a table, for so many `days` where any are given.
    It is open from `opens` to `closes`, days that are left out where it always is. With `counted`
    the outcome tells how many rows there are. `post_to` names the declared call by which each row
    goes on to another system; empty for none. Of `places` only so many are taken: who comes too
    late is told so, and who takes the row back frees one. `reminds` says what is sent before, and
    `slots` is the dataset of the places, where it has any. Columns that are `calculated` nobody is
    asked for: they are worked out of the others, and of the day of TODAY, when a row is stored.
    """

    name: str
    columns: tuple[Column, ...]
    writes: Writes
    one_per: tuple[str, ...] = ()
    reference: bool = False
    category: str = ""
    days: int = 0
    opens: date | None = None
    closes: date | None = None
    counted: bool = False
    post_to: str = ""
    places: Places | None = None
    reminds: Reminding | None = None
    slots: Dataset | None = field(default=None, repr=False, compare=False)
    calculated: Mapping[str, Expression] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Raises BadForm for a form that cannot be kept."""
        columns = {column.name: column for column in self.columns}
        if not self.needed:
            raise BadForm(
                "columns", Sentence("Nothing is needed: no row would be stored with any answer.")
            )
        if any(column.secret for column in self.columns):
            raise BadForm(
                "columns", Sentence("A form keeps no secret; a personal column is sealed.")
            )
        if sentence := wrong(self.calculated, columns):
            raise BadForm("columns", sentence)
        for name in self.one_per[1:]:
            if name not in columns:
                raise BadForm(
                    "one_per",
                    Sentence(
                        "There is no column '%(name)s'.%(proposal)s",
                        name=name,
                        proposal=did_you_mean(name, columns),
                    ),
                )
            if not columns[name].required:
                raise BadForm(
                    "one_per",
                    Sentence(
                        "Column '%(name)s' may be empty, and is to tell rows apart.", name=name
                    ),
                )
        if len(self.one_per) > 1 and self.writes is Writes.REPORT:
            raise BadForm(
                "one_per",
                Sentence(
                    "A report can be corrected, and what tells its rows apart cannot be: "
                    "write `one_per: %(subscriber)s`, or a record or a preference.",
                    subscriber=SUBSCRIBER,
                ),
            )
        if self.reference:
            self._check_case()
        if self.category:
            self._check_category(columns.get(self.category))
        if self.post_to:
            self._check_posting(columns)
        if self.places is not None:
            self._check_places(self.places, columns)
        if self.reminds is not None:
            self._check_reminder(self.reminds, columns)
        if self.opens and self.closes and self.closes < self.opens:
            raise BadForm("closes", Sentence("It closes before it opens."))
        try:
            self.table()
        except ValueError as error:
            raise BadForm("columns", said_by(error)) from None

    def worked_out(self, row: Mapping[str, str], today: date) -> Mapping[str, str]:
        """Returns the calculated columns of a row; empty where a value is none of its column's."""
        known = {**row, TODAY: today.isoformat()}
        columns = {column.name: column for column in self.columns}
        return {
            name: value_of(columns[name], expression.value(known))
            for name, expression in self.calculated.items()
        }

    def _check_case(self) -> None:
        if len(self.one_per) > 1:
            raise BadForm(
                "one_per",
                Sentence(
                    "With a reference it is `one_per: %(subscriber)s`, or each is one.",
                    subscriber=SUBSCRIBER,
                ),
            )
        for key in ("days", "counted"):
            if getattr(self, key):
                raise BadForm(
                    key, Sentence("With a reference the rows are cases, which have no such key.")
                )

    def _check_category(self, column: Column | None) -> None:
        if not self.reference:
            raise BadForm(
                "category", Sentence("A case has a category: write `reference: true`, too.")
            )
        if column is None or column.personal or not column.required:
            raise BadForm(
                "category", Sentence("It is a column that is neither personal nor ever empty.")
            )

    def _check_places(self, places: Places, columns: Mapping[str, Column]) -> None:
        if self.writes is Writes.REPORT:
            raise BadForm(
                "places", Sentence("A report can be corrected: write a record or a preference.")
            )
        if self.reference:
            raise BadForm(
                "places", Sentence("With a reference the rows are cases, which have no places.")
            )
        for name in places.per:
            if name not in columns:
                raise BadForm(
                    "places",
                    Sentence(
                        "There is no column '%(name)s'.%(proposal)s",
                        name=name,
                        proposal=did_you_mean(name, columns),
                    ),
                )
            if columns[name].personal or not columns[name].required:
                sentence = Sentence(
                    "Column '%(name)s' is personal or may be empty, and is to count places.",
                    name=name,
                )
                raise BadForm("places", sentence)

    def _check_reminder(self, reminds: Reminding, columns: Mapping[str, Column]) -> None:
        if self.reference or self.writes is Writes.REPORT:
            raise BadForm(
                "reminds", Sentence("Only a record or a preference without a reference reminds.")
            )
        at = columns.get(reminds.at)
        if reminds.at and (at is None or not isinstance(at.kind, Day | Moment)):
            sentence = Sentence(
                "Column '%(name)s' is no `day` and no `moment` that could be near.", name=reminds.at
            )
            raise BadForm("reminds", sentence)
        if not reminds.at and not (self.places and self.places.at):
            raise BadForm("reminds", Sentence("Say with `at` which column tells when it is."))
        wish = columns.get(reminds.wish)
        if reminds.wish and not (
            wish and isinstance(wish.kind, OneOf) and WANTED in wish.kind.values
        ):
            sentence = Sentence(
                "Column '%(name)s' is no `one_of` with the code 'yes'.", name=reminds.wish
            )
            raise BadForm("reminds", sentence)

    def _check_posting(self, columns: Iterable[str]) -> None:
        for name in (ROW_ID, ROW_NUMBER, STORED_AT):
            if name in columns:
                sentence = Sentence(
                    "Column '%(name)s' has the name of what is sent with each row: rename it.",
                    name=name,
                )
                raise BadForm("columns", sentence)

    def table(self) -> Table:
        """Returns the table that holds its rows; of a form with a reference nothing stands there.

        A text that came by SMS may be longer than what a page has room for, and is kept whole.
        Raises ValueError for one that no database could hold.
        """
        return Table(
            name=self.name,
            columns=tuple(
                replace(column, max=max(column.max, LONGEST_MO))
                if isinstance(column.kind, Text | Prose)
                else column
                for column in self.columns
            ),
            key=self.one_per[1:],
            many=not self.one_per,
            days=self.days,
            counted_by=self.places.per if self.places else (),
            reminds=self.reminds.topic if self.reminds else "",
        )

    @property
    def needed(self) -> tuple[str, ...]:
        """Returns the columns that no row is stored without."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def optional(self) -> tuple[str, ...]:
        """Returns the columns that may be empty, and be asked for when the row is stored."""
        return tuple(
            column.name
            for column in self.columns
            if not column.required and column.name not in self.calculated
        )

    @property
    def place_columns(self) -> tuple[str, ...]:
        """Returns the columns that tell one place from another."""
        return self.places.per if self.places else ()

    @property
    def sent(self) -> tuple[str, ...]:
        """Returns what a call may send of a row that is posted on: its columns, and what it is."""
        number = (ROW_NUMBER,) if self.reference else ()
        return (*(column.name for column in self.columns), ROW_ID, *number, STORED_AT)

    @property
    def back_end(self) -> str:
        """Returns the name under which screens, breakers and metrics know it."""
        return STORE + self.name

    def back_end_of(self, column: str) -> str:
        """Returns the name of what adds a column to a row that is stored, or takes it back."""
        return f"{self.back_end}.{column}"

    def is_open(self, day: date) -> bool:
        """Returns whether it is taken on a day."""
        return not (self.opens and day < self.opens) and not (self.closes and self.closes < day)

    def contracts(self) -> Iterator[tuple[str, HandlerContract]]:
        """Yields what its screens can do, by the name of the back end."""
        given: dict[str, Field] = {ROW: _ROW}
        if self.reference:
            given[NUMBER] = _NUMBER
        if self.counted:
            given[ROWS] = _ROWS
        outcomes = {STORED: given}
        if self.opens or self.closes:
            outcomes[CLOSED] = {}
        if self.places:
            outcomes[FULL] = {}
        if self.places or self.reminds:
            yield (
                self.back_end_of(REMOVES),
                HandlerContract(
                    outcomes={FREED: {}, NONE: {}},
                    writes=Writes.RECORD,
                    writes_by=(FREED,),
                    takes=self.needed,
                ),
            )
        if not self.reference:
            held = {MINE + column.name: _held(column) for column in self.columns}
            yield (
                self.back_end_of(READS),
                HandlerContract(
                    outcomes={FOUND: held, NONE: {}}, personal=self.table().is_personal
                ),
            )
        yield (
            self.back_end,
            HandlerContract(
                outcomes=outcomes,
                needs=self.needed,
                takes=(*self.optional, ROW),
                holds={
                    column.name: _held(column)
                    for column in self.columns
                    if column.name not in self.calculated
                },
                writes=self.writes,
                writes_by=(STORED,),
                storable=True,
                post_to=PostTo(self.post_to, self.sent) if self.post_to else None,
                reminds=self._reminds(),
            ),
        )
        asked = tuple(c.name for c in self.columns if c.name not in self.calculated)
        for column in self.columns:
            if column.name not in self.optional:
                continue
            beside = asked if self.calculated else ()
            yield (
                self.back_end_of(column.name),
                HandlerContract(
                    outcomes={STORED: {}, GONE: {}},
                    needs=(column.name,),
                    holds={column.name: _held(column)},
                    takes=(ROW, *(name for name in beside if name != column.name)),
                    writes=Writes.PREFERENCE,
                    storable=True,
                ),
            )

    def _reminds(self) -> Reminds | None:
        """Returns what its reminder can say: the columns of the row, and those of its slot."""
        if self.reminds is None:
            return None
        beside = self.slots.columns if self.slots else ()
        shown = {column.name: _held(column) for column in beside if not column.secret}
        said = {**shown, **{column.name: _held(column) for column in self.columns}}
        return Reminds(self.reminds.message, self.reminds.topic, said)


def _held(column: Column) -> TextField:
    return TextField(column.max, column.kind)

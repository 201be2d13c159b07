"""Forms: what may be declared, what its screens can do, and when it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from gateway.domain.datasets.column_kinds import (
    TEXT,
    Amount,
    ColumnKind,
    Day,
    Moment,
    OneOf,
    PhoneNumber,
    Prose,
    WholeNumber,
)
from gateway.domain.datasets.column_kinds import (
    Form as CodeForm,
)
from gateway.domain.datasets.dataset import Column
from gateway.domain.datasets.kinds_that_fit import covers
from gateway.domain.handler_contract.form import BadForm, Form
from gateway.domain.handler_contract.service_call import HandlerContract, Writes

KIND = Column(name="kind", max=8)
TOWN = Column(name="town", max=20)
NAME = Column(name="name", max=30, personal=True)
NOTE = Column(name="note", max=80, required=False)


def form(**keys: object) -> Form:
    told: dict[str, object] = {"name": "visits", "columns": (KIND, TOWN), "writes": Writes.REPORT}
    return Form(**{**told, **keys})  # type: ignore[arg-type] # as each row has it


def contracts(one: Form) -> Mapping[str, HandlerContract]:
    return dict(one.contracts())


@pytest.mark.parametrize(
    ("keys", "key", "says"),
    [
        ({"columns": (NOTE,)}, "columns", "Nothing is needed"),
        ({"columns": (KIND, Column(name="pin", secret=True))}, "columns", "no secret"),
        ({"columns": (KIND, KIND)}, "columns", "twice"),
        ({"one_per": ("subscriber", "twon")}, "one_per", "Did you mean 'town'?"),
        (
            {
                "one_per": ("subscriber", "note"),
                "columns": (KIND, NOTE),
                "writes": Writes.RECORD,
            },
            "one_per",
            "may be empty",
        ),
        ({"one_per": ("subscriber", "town")}, "one_per", "can be corrected"),
        (
            {"one_per": ("subscriber", "town"), "writes": Writes.RECORD, "reference": True},
            "one_per",
            "With a reference",
        ),
        ({"reference": True, "days": 30}, "days", "are cases"),
        ({"reference": True, "counted": True}, "counted", "are cases"),
        ({"category": "kind"}, "category", "`reference: true`"),
        ({"reference": True, "category": "no"}, "category", "is a column"),
        ({"reference": True, "category": "name", "columns": (KIND, NAME)}, "category", "personal"),
        ({"reference": True, "category": "note", "columns": (KIND, NOTE)}, "category", "ever"),
        ({"opens": date(2026, 3, 2), "closes": date(2026, 3, 1)}, "closes", "before it opens"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_told_at_its_key(
    keys: dict[str, object], key: str, says: str
) -> None:
    with pytest.raises(BadForm, match=says.replace("?", r"\?")) as caught:
        form(**keys)

    assert key == caught.value.key


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"columns": (KIND, NOTE)},
        {"one_per": ("subscriber",)},
        {"one_per": ("subscriber", "town"), "writes": Writes.PREFERENCE},
        {"one_per": ("subscriber", "town", "kind"), "writes": Writes.RECORD, "days": 30},
        {"reference": True, "category": "kind", "columns": (KIND, NAME)},
        {"reference": True, "one_per": ("subscriber",)},
        {"counted": True, "writes": Writes.PREFERENCE},
        {"opens": date(2026, 3, 1), "closes": date(2026, 3, 1)},
    ],
    ids=str,
)
def test_what_can_be_kept_is_a_form(keys: dict[str, object]) -> None:
    made = form(**keys)

    names = [column.name for column in made.columns]
    assert names == [column.name for column in made.table().columns]
    assert bool(made.one_per) is not made.table().many


def test_a_form_needs_what_is_never_empty_and_takes_the_rest() -> None:
    stores = contracts(form(columns=(KIND, NOTE, TOWN)))["store:visits"]

    assert ("kind", "town") == stores.needs
    assert ("note", "_row") == stores.takes
    assert stores.storable
    assert Writes.REPORT is stores.kind


def test_each_column_that_may_be_empty_completes_a_row_as_a_preference() -> None:
    made = contracts(form(columns=(KIND, NOTE, Column(name="age", max=3, required=False))))

    told = "store:visits.="  # what its subscriber can hear of the row
    assert {"store:visits", "store:visits.note", "store:visits.age", told} == set(made)
    assert ("note",) == made["store:visits.note"].needs
    assert Writes.PREFERENCE is made["store:visits.note"].kind
    assert {"stored", "gone"} == set(made["store:visits.note"].outcomes)


@pytest.mark.parametrize(
    ("keys", "outcomes"),
    [
        ({}, {"stored": {"_row"}}),
        ({"reference": True}, {"stored": {"_row", "number"}}),
        ({"counted": True}, {"stored": {"_row", "rows"}}),
        ({"opens": date(2026, 3, 1)}, {"stored": {"_row"}, "closed": set()}),
        ({"closes": date(2026, 3, 1)}, {"stored": {"_row"}, "closed": set()}),
    ],
)
def test_a_form_has_the_outcomes_that_it_can_come_to(
    keys: dict[str, object], outcomes: dict[str, set[str]]
) -> None:
    made = contracts(form(**keys))["store:visits"].outcomes

    assert outcomes == {name: set(values) for name, values in made.items()}
    assert () == contracts(form(**keys))["store:visits"].without_kind


@pytest.mark.parametrize(
    ("opens", "closes", "day", "is_open"),
    [
        (None, None, date(2026, 3, 1), True),
        (date(2026, 3, 1), None, date(2026, 2, 28), False),
        (date(2026, 3, 1), None, date(2026, 3, 1), True),
        (None, date(2026, 3, 1), date(2026, 3, 1), True),
        (None, date(2026, 3, 1), date(2026, 3, 2), False),
        (date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 2), True),
    ],
)
def test_a_form_is_taken_from_its_first_day_to_its_last(
    opens: date | None, closes: date | None, day: date, is_open: bool
) -> None:
    assert is_open is form(opens=opens, closes=closes).is_open(day)


@pytest.mark.parametrize(
    ("kind", "given", "fits"),
    [
        (TEXT, Day(), True),
        (Prose(), TEXT, True),
        (Day(), Day(), True),
        (Day(), TEXT, False),
        (Moment(), Moment(), True),
        (Moment(), Day(), False),
        (WholeNumber(1, 5), WholeNumber(1, 5), True),
        (WholeNumber(1, 5), WholeNumber(0, 5), False),
        (WholeNumber(1, 5), WholeNumber(1, 6), False),
        (WholeNumber(1, 5), WholeNumber(1), False),
        (WholeNumber(1), WholeNumber(1), True),
        (WholeNumber(), TEXT, False),
        (Amount(), WholeNumber(0, 9), True),
        (Amount(), WholeNumber(-1, 9), False),
        (Amount(2), Amount(2), True),
        (Amount(2), Amount(3), False),
        (Amount(), Day(), False),
        (OneOf("a", "b"), OneOf("a"), True),
        (OneOf("a", "b"), OneOf("a", "c"), False),
        (OneOf("a"), TEXT, False),
        (CodeForm("####"), CodeForm("####"), True),
        (CodeForm("####"), CodeForm("###"), False),
        (CodeForm("####"), TEXT, False),
        (PhoneNumber(), PhoneNumber(), True),
        (PhoneNumber(), CodeForm("####"), False),
    ],
)
def test_a_column_takes_what_can_only_be_of_its_kind(
    kind: ColumnKind, given: ColumnKind, fits: bool
) -> None:
    assert fits is covers(kind, given)

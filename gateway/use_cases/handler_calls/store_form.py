"""Store what a form has asked: the handlers of `store:` screens, made of what forms declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from gateway.domain.handler_contract.form import (
    CLOSED,
    FOUND,
    FREED,
    FULL,
    GONE,
    MINE,
    NONE,
    NUMBER,
    READS,
    REMOVES,
    ROW,
    ROWS,
    STORED,
    Form,
)
from gateway.domain.handler_contract.service_call import Outcome, Row, ServiceCall, Writes
from gateway.domain.input_kinds.case_number import grouped
from gateway.use_cases.handler_calls.slots_of_rows import reminder_of, slot_of, time_of
from gateway.use_cases.ports import Handler, Toolkit


def handlers_of(forms: Iterable[Form]) -> Mapping[str, Handler]:
    """Returns a handler for each form, and one for each column that completes a stored row."""
    return {
        name: Handler(partial(_run, form, name.removeprefix(form.back_end).lstrip(".")), contract)
        for form in forms
        for name, contract in form.contracts()
    }


def _run(form: Form, column: str, call: ServiceCall, desk: Toolkit) -> Outcome:
    if column == REMOVES:
        return _free(form, call, desk)
    if column == READS:
        return _read(form, call, desk)
    return _add(form, column, call, desk) if column else _store(form, call, desk)


def _store(form: Form, call: ServiceCall, desk: Toolkit) -> Outcome:
    """Stores a row, and returns what it is known by.

    A report that is sent again in the dialogue that has stored it is corrected. Raises ValueError
    for an answer that is missing, or that its column does not take.
    """
    if not form.is_open(call.at.date()):
        return Outcome(CLOSED)
    given = {column.name: call.answers.get(column.name, "") for column in form.columns}
    row = form.table().held({**given, **form.worked_out(given, call.at.date())})
    before = call.answers.get(ROW, "") if form.writes is Writes.REPORT else ""
    stored = (_as_case if form.reference else _as_row)(form, call, desk, row, before)
    if not stored:
        return Outcome(FULL)
    values = {ROW: stored}
    if form.reference:
        values[NUMBER] = grouped(stored)
    if form.counted:
        values[ROWS] = str(desk.records.count(form.name))
    return Outcome(STORED, values)


def _free(form: Form, call: ServiceCall, desk: Toolkit) -> Outcome:
    """Takes back the rows of the subscriber: all of them, or those of the answers given."""
    given = {name: call.answers[name] for name in form.needed if call.answers.get(name)}
    equal = {name: value for name, value in given.items() if name in form.place_columns}
    return Outcome(FREED if desk.records.remove(form.name, call, **equal) else NONE)


def _read(form: Form, call: ServiceCall, desk: Toolkit) -> Outcome:
    """Returns what the subscriber's newest row says, unless its time is over."""
    for row in reversed(desk.records.mine(form.name, call)):
        at = time_of(form, row, slot_of(form, row, desk), call)
        if at is None or at > call.at:
            return Outcome(FOUND, {MINE + name: value for name, value in row.items()})
    return Outcome(NONE)


def _add(form: Form, column: str, call: ServiceCall, desk: Toolkit) -> Outcome:
    """Puts one value into the row that this dialogue has stored."""
    row = call.answers.get(ROW, "")
    if not row:
        return Outcome(GONE)
    given = {each.name: call.answers.get(each.name, "") for each in form.columns}
    added = {column: call.answers[column], **form.worked_out(given, call.at.date())}
    values = form.table().held(added, whole=False)
    if form.reference:
        there = _amended(form, call, desk, values, row)
    else:
        there = desk.records.complete(form.name, call, row, values)
    return Outcome(STORED if there else GONE)


def _as_row(form: Form, call: ServiceCall, desk: Toolkit, row: Row, before: str) -> str:
    if before and desk.records.complete(form.name, call, before, row):
        return before
    slot = slot_of(form, row, desk)
    at = time_of(form, row, slot, call)
    reminder = reminder_of(form, row, slot, at, call)
    if form.places is None:
        return desk.records.put(form.name, call, row, reminder=reminder)
    if slot is None or (form.places.at and (at is None or at <= call.at)):
        return ""  # what is no slot, or one that has begun, has no place
    most, same = form.places.number(slot), form.places.per
    return desk.records.take_place(form.name, call, row, most=most, same=same, reminder=reminder)


def _as_case(form: Form, call: ServiceCall, desk: Toolkit, row: Row, before: str) -> str:
    if not before and form.one_per:
        before = desk.cases.unsolved(call, form.name)
    if before and _amended(form, call, desk, row, before):
        return before
    told = {name: value for name, value in row.items() if value}
    details, personal = _parts(form, told)
    return desk.cases.open(
        call, form.name, told.get(form.category, ""), details=details, personal=personal
    )


def _amended(form: Form, call: ServiceCall, desk: Toolkit, row: Row, number: str) -> bool:
    details, personal = _parts(form, row)
    category = row.get(form.category, "")
    return desk.cases.amend(
        call, number, form.name, category=category, details=details, personal=personal
    )


def _parts(form: Form, row: Row) -> tuple[Row, Row]:
    """Returns the details of a case, and those that go with the subscriber."""
    told = [
        (column, row[column.name])
        for column in form.columns
        if column.name != form.category and column.name in row
    ]
    return (
        {column.name: value for column, value in told if not column.personal},
        {column.name: value for column, value in told if column.personal},
    )

"""What a row of a form is about: the slot whose place it takes, its time, and its reminder."""

from __future__ import annotations

from datetime import datetime, time

from gateway.domain.datasets.column_kinds import Day
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.reminding import WANTED, RowReminder, moment
from gateway.domain.handler_contract.service_call import Row, ServiceCall
from gateway.use_cases.ports import Toolkit

#: Of the day that a row is about; no moment of a list is written so.
_LAST_SECOND = time(23, 59, 59)


def slot_of(form: Form, row: Row, desk: Toolkit) -> Row | None:
    """Returns the row of the dataset whose place is taken; None where there is no such slot.

    Of a form whose places are of no dataset it is empty.
    """
    if form.places is None or not form.places.of:
        return {}
    return desk.data.one(form.places.of, **form.places.slot(row))


def time_of(form: Form, row: Row, slot: Row | None, call: ServiceCall) -> datetime | None:
    """Returns when what a row is about begins, and of a day its last second: it is over then.

    None where nothing says a time.
    """
    column = form.reminds.at if form.reminds else ""
    written = row.get(column, "") if column else ""
    if not column and form.places and form.places.at:
        written = (slot or {}).get(form.places.at, "")
    at = moment(written, call.at.tzinfo)
    if at is not None and not Day().wrong(written):
        return datetime.combine(at.date(), _LAST_SECOND, at.tzinfo)
    return at


def reminder_of(
    form: Form, row: Row, slot: Row | None, at: datetime | None, call: ServiceCall
) -> RowReminder | None:
    """Returns the reminder of a row; None where none is wanted, can come, or is early enough."""
    told = form.reminds
    if told is None or at is None or not call.by_sms:
        return None
    if told.wish and row.get(told.wish) != WANTED:
        return None
    is_day = at.time() == _LAST_SECOND
    begins = datetime.combine(at.date(), time(), at.tzinfo) if is_day else at
    due = begins - told.before
    if due <= call.at:
        return None
    values = {name: value for name, value in {**(slot or {}), **row}.items() if value}
    return RowReminder(message=told.message, values=values, at=due, agreed=bool(told.wish))

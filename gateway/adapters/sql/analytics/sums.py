"""The `Sums` port on a database: each question reads the sums of its stretch of time, by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, Select, Table, bindparam, func, select

from gateway.adapters.sql.analytics.tables import (
    answer_times,
    group_days,
    refusal_days,
    screen_days,
    sms_sums,
    turn_sums,
)
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.ledger.ledger_tables import ledger_lines
from gateway.domain.analytics.groups import GroupKind
from gateway.domain.analytics.session_ends import Course
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.spans import Span
from gateway.domain.institutions.ledger import Kind, Standing, month_name
from gateway.use_cases.ports.analytics.sums import (
    Group,
    Refusal,
    Screen,
    SmsCount,
    Volume,
    Whose,
)

_line = ledger_lines.c


class SqlSums:
    """Fits the `Sums` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def volume(self, span: Span, since: datetime, whose: Whose) -> Mapping[datetime, Volume]:
        """Returns USSD by the beginnings of stretches of time."""
        rows = self._of(turn_sums, ("at",), Volume._fields, since, whose, span)
        return {row[0]: Volume(*map(int, row[1:])) for row in rows}

    def volume_of_channels(self, span: Span, since: datetime, whose: Whose) -> Mapping[str, Volume]:
        """Returns USSD by channel."""
        rows = self._of(turn_sums, ("channel",), Volume._fields, since, whose, span)
        return {row[0]: Volume(*map(int, row[1:])) for row in rows}

    def answer_times(
        self, span: Span, since: datetime, whose: Whose
    ) -> Mapping[str, Mapping[int, int]]:
        """Returns how many answers of each channel fell into each class of answer times."""
        found: dict[str, dict[int, int]] = {}
        rows = self._of(answer_times, ("channel", "bucket"), ("number",), since, whose, span)
        for channel, bucket, number in rows:
            found.setdefault(channel, {})[bucket] = int(number)
        return found

    def courses(self, since: datetime, whose: Whose) -> Mapping[Group, Course]:
        """Returns how sessions went on in services, by group."""
        rows = self._of(group_days, Group._fields, Course._fields, since, whose)
        return {Group(GroupKind(row[0]), row[1]): Course(*map(int, row[2:])) for row in rows}

    def screens(self, since: datetime, whose: Whose) -> Mapping[Screen, Course]:
        """Returns how sessions went on at screens."""
        rows = self._of(screen_days, Screen._fields, Course._fields, since, whose)
        return {Screen(*row[:2]): Course(*map(int, row[2:])) for row in rows}

    def refusals(self, since: datetime, whose: Whose) -> Mapping[Refusal, int]:
        """Returns how often each kind of wrong answer was given."""
        rows = self._of(refusal_days, Refusal._fields, ("number",), since, whose)
        return {Refusal(*row[:3]): int(row[3]) for row in rows}

    def sms(self, span: Span, since: datetime, whose: Whose) -> Sequence[SmsCount]:
        """Returns SMS as they were counted."""
        keys = ("at", "channel", "look", "status")
        rows = self._of(sms_sums, keys, ("number", "segments"), since, whose, span)
        return [
            SmsCount(at, channel, SmsLook(look), status, int(number), int(segments))
            for at, channel, look, status, number, segments in rows
        ]

    def segments(self, first: date, last: date, whose: Whose) -> Mapping[str, tuple[int, int]]:
        """Returns by language the MTs of some days that have left, and their segments."""
        query = (
            select(_line.language, func.sum(_line.number), func.sum(_line.units))
            .where(
                _line.month.in_(_months(first, last)),
                _line.day.between(first.isoformat(), last.isoformat()),
                _line.kind == Kind.SMS.value,
                _line.standing == Standing.LEFT.value,
            )
            .group_by(_line.language)
        )
        if whose is not None:
            query = query.where(_line.institution.in_(sorted(whose)))
        with statements(self._engine) as connection:
            return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}

    def _of(
        self, table: Table, keys: Sequence[str], sums: Sequence[str], since: datetime,
        whose: Whose, span: Span | None = None,
    ) -> Sequence[Any]:  # fmt: skip
        """Returns the sums since a moment by some of the keys."""
        query = _sums(table, tuple(keys), tuple(sums), span is not None, whose is not None)
        asked: dict[str, object] = {"since": since}
        if span is not None:
            asked["of_span"] = span.value
        if whose is not None:
            asked["whose"] = sorted(whose)
        with statements(self._engine) as connection:
            return connection.execute(query, asked).all()


@cache
def _sums(
    table: Table, keys: tuple[str, ...], sums: tuple[str, ...], of_span: bool, of_some: bool
) -> Select[Any]:
    """Returns the question, made once: to make it takes longer than to answer it."""
    columns = [table.c[name] for name in keys]
    query: Select[Any] = select(*columns, *(func.sum(table.c[name]) for name in sums))
    if of_span:
        query = query.where(table.c.span == bindparam("of_span"))
    query = query.where(table.c.at >= bindparam("since", type_=table.c.at.type))
    if of_some:
        query = query.where(table.c.institution.in_(bindparam("whose", expanding=True)))
    return query.group_by(*columns)


def _months(first: date, last: date) -> Sequence[str]:
    """Returns the months in whose accounts days may stand."""
    names = [month_name(first)]
    while first < last.replace(day=1):
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        names.append(month_name(first))
    return names

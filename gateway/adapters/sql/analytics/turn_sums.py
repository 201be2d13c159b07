"""Sums of turns: what `SqlTurns` adds in the transaction in which it stores the turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from sqlalchemy import Connection, Table

from gateway.adapters.sql.analytics.tables import (
    answer_times,
    refusal_days,
    screen_days,
    service_days,
    turn_sums,
)
from gateway.adapters.sql.upserts import ByDialect, counting_up
from gateway.domain.analytics.answer_times import bucket_of
from gateway.domain.analytics.session_ends import Course, End, end_of
from gateway.domain.analytics.spans import Span
from gateway.domain.menu.release import WAYS_IN
from gateway.use_cases.ports import TurnRecord

#: By table, by key: the sums of what is added.
Sums = defaultdict[Table, defaultdict[tuple[object, ...], list[int]]]

#: In this order, so that of two who add to the same rows none waits for the other.
TABLES = (turn_sums, answer_times, service_days, screen_days, refusal_days)


def keys_and_sums(table: Table) -> tuple[list[str], list[str]]:
    """Returns the columns by which a table of sums has its rows, and those that are added up."""
    keys = [column.name for column in table.columns if column.primary_key]
    return keys, [column.name for column in table.columns if not column.primary_key]


_KEYS_AND_SUMS = {table: keys_and_sums(table) for table in TABLES}
_ADD: dict[Table, ByDialect] = {
    table: counting_up(table, *sums) for table, (_, sums) in _KEYS_AND_SUMS.items()
}


def add(connection: Connection, records: Iterable[TurnRecord], zone: tzinfo) -> None:
    """Adds turns to the sums, within a transaction of the caller; a day is one of the zone."""
    found: Sums = defaultdict(lambda: defaultdict(list))
    for record in records:
        for table, key, numbers in _parts(record, zone):
            kept = found[table][key]
            if kept:
                kept[:] = [mine + more for mine, more in zip(kept, numbers, strict=True)]
            else:
                kept.extend(numbers)
    for table in TABLES:
        keys, sums = _KEYS_AND_SUMS[table]
        rows = [
            {**dict(zip(keys, key, strict=True)), **dict(zip(sums, numbers, strict=True))}
            for key, numbers in sorted(found[table].items())
        ]
        if rows:
            connection.execute(_ADD[table][connection.dialect.name], rows)


def _parts(
    record: TurnRecord, zone: tzinfo
) -> Iterator[tuple[Table, tuple[object, ...], Iterable[int]]]:
    """Yields what a turn adds: to which table, under which key, and how much."""
    day = Span.DAY.begins(record.at, zone)
    whose, channel = record.institution, record.channel
    end = end_of(record.event, ends=record.ends)
    at_service, came = _courses(record, end)
    begins = not record.came_from and record.lasted_before is None
    # No service is come to, or completed, at the home screen; what fails there has failed.
    served = Course() if record.service in WAYS_IN else at_service
    volume = (
        1, int(begins), served.entered, served.completed, at_service.given_up,
        at_service.failed, at_service.refused, int(record.is_late),
    )  # fmt: skip
    for span in (Span.MINUTES, Span.DAY):
        yield turn_sums, (span.value, span.begins(record.at, zone), whose, channel), volume
    for span in (Span.HOUR, Span.DAY):
        bucket = bucket_of(record.milliseconds)
        yield answer_times, (span.value, span.begins(record.at, zone), whose, channel, bucket), (1,)
    place = (record.language, record.network_code)
    yield service_days, (day, whose, record.service, *place), at_service
    at_screen = came._replace(turns=1, refused=at_service.refused)
    yield screen_days, (day, whose, record.service, record.screen), at_screen
    if record.refused_as:
        where = (record.service, record.screen, record.refused_as)
        yield refusal_days, (day, whose, *where), (1,)
    if record.came_from and not record.came_from_end:  # who has completed has not left
        yield from _departures(record, day)


def _courses(record: TurnRecord, end: End | None) -> tuple[Course, Course]:
    """Returns what a turn adds to the course of its service, and to that of its screen."""
    service, _, _ = record.came_from.partition(".")
    here = Course(
        completed=int(end is End.COMPLETED),
        given_up=int(end is End.GIVEN_UP),
        failed=int(end is End.FAILED),
        refused=int(bool(record.refused_as)),
        turns=1,
        seconds=(record.lasted or 0) if end is End.COMPLETED else 0,
    )
    same = service == record.service and record.came_from_language == record.language
    new_screen = record.came_from != f"{record.service}.{record.screen}"
    return here._replace(entered=int(not same)), here._replace(entered=int(new_screen))


def _departures(
    record: TurnRecord, day: object
) -> Iterator[tuple[Table, tuple[object, ...], Iterable[int]]]:
    """Yields that the service, and the screen, were left that a turn has come from."""
    service, _, screen = record.came_from.partition(".")
    whose, left = record.came_from_institution, Course(moved_on=1)
    if service != record.service or record.came_from_language != record.language:
        place = (record.came_from_language, record.network_code)
        yield service_days, (day, whose, service, *place), left
    if record.came_from != f"{record.service}.{record.screen}":
        yield screen_days, (day, whose, service, screen), left

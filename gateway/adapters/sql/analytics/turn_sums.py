"""Sums of turns: what `SqlTurns` adds in the transaction in which it stores the turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo

from sqlalchemy import Connection, Table

from gateway.adapters.sql.analytics.tables import (
    answer_times,
    group_days,
    refusal_days,
    screen_days,
    turn_sums,
)
from gateway.adapters.sql.upserts import ByDialect, counting_up
from gateway.domain.analytics.answer_times import bucket_of
from gateway.domain.analytics.groups import GroupKind
from gateway.domain.analytics.session_ends import Course, End, end_of
from gateway.domain.analytics.spans import Span
from gateway.domain.menu.release import WAYS_IN
from gateway.use_cases.ports import TurnRecord

#: What is added: to which table, under which key, and how much.
Part = tuple[Table, tuple[object, ...], Iterable[int]]
#: By table, by key: the sums of what is added.
Sums = defaultdict[Table, defaultdict[tuple[object, ...], list[int]]]

#: In this order, so that of two who add to the same rows none waits for the other.
TABLES = (turn_sums, answer_times, group_days, screen_days, refusal_days)


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


def _parts(record: TurnRecord, zone: tzinfo) -> Iterator[Part]:
    """Yields what a turn adds: to which table, under which key, and how much."""
    day = Span.DAY.begins(record.at, zone)
    whose, channel = record.institution, record.channel
    at_service = _course(record, is_new=not _stays(record))
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
    yield from _in_groups(record, day)
    at_screen = _course(record, is_new=record.came_from != f"{record.service}.{record.screen}")
    yield screen_days, (day, whose, record.service, record.screen), at_screen
    if record.refused_as:
        where = (record.service, record.screen, record.refused_as)
        yield refusal_days, (day, whose, *where), (1,)
    if record.came_from and not record.came_from_done:  # who has completed has not left
        yield from _left_screen(record, day)


def _end(record: TurnRecord) -> End | None:
    """Returns how a turn has ended the visit of a service; None where it goes on, or was over."""
    if record.came_from_done and _stays(record):
        return None
    return End.COMPLETED if record.done else end_of(record.event, ends=record.ends)


def _stays(record: TurnRecord) -> bool:
    return record.came_from.partition(".")[0] == record.service


def _course(record: TurnRecord, *, is_new: bool) -> Course:
    """Returns what a turn adds where it is: a service, a screen or a group, come to if it is new.

    Whoever comes to it when all is done there has completed it at once.
    """
    end = _end(record)
    completed = end is End.COMPLETED or (record.done and is_new)
    return Course(
        entered=int(is_new),
        completed=int(completed),
        given_up=int(end is End.GIVEN_UP),
        failed=int(end is End.FAILED),
        refused=int(bool(record.refused_as)),
        turns=1,
        seconds=(record.lasted or 0) if completed else 0,
    )


def _in_groups(record: TurnRecord, day: object) -> Iterator[Part]:
    """Yields what a turn adds to the groups that its session is in, and has left."""
    was_at = record.came_from.partition(".")[0]
    network, stays = record.network_code, was_at == record.service
    now = _groups(record.service, record.language, network, record.district)
    before = _groups(was_at, record.came_from_language, network, record.came_from_district)
    for kind, name in now.items():
        course = _course(record, is_new=not stays or before.get(kind) != name)
        yield group_days, (day, record.institution, kind.value, name), course
    if record.came_from_done:  # who has completed has not left
        return
    for kind, name in before.items():
        if not stays or now.get(kind) != name:
            key = (day, record.came_from_institution, kind.value, name)
            yield group_days, key, Course(moved_on=1)


def _groups(service: str, language: str, network: str, district: str) -> Mapping[GroupKind, str]:
    """Returns the groups of who is in a service; none of who is on the way to one."""
    if not service or service in WAYS_IN:
        return {}
    groups = {
        GroupKind.SERVICE: service,
        GroupKind.LANGUAGE: language,
        GroupKind.NETWORK: network,
    }
    return {**groups, GroupKind.DISTRICT: district} if district else groups


def _left_screen(record: TurnRecord, day: object) -> Iterator[Part]:
    """Yields that the screen was left that a turn has come from, if it was."""
    service, _, screen = record.came_from.partition(".")
    if record.came_from != f"{record.service}.{record.screen}":
        key = (day, record.came_from_institution, service, screen)
        yield screen_days, key, Course(moved_on=1)

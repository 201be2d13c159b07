"""What the tables of figures say of themselves: for those who translate it."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.domain.analytics.small_counts import OTHERS
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.analytics import breaker_tables, course_tables, present_tables, volume_tables
from gateway.use_cases.ports.analytics.breakers import SeenBreaker
from gateway.use_cases.ports.analytics.present import Moment
from gateway.use_cases.ports.calls import BreakerState

#: What stands in rows, and is a word of the gateway and no name.
WORDS = (
    OTHERS,
    course_tables.NOT_TOLD,
    *(each.value for each in course_tables.SERVED_ALIKE),
    *map(str, BreakerState),
    *map(str, Lane),
    *present_tables.OTHER_QUEUES,
)

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_SEEN = (SeenBreaker(_EVER, "", BreakerState.OPEN),)


def sentences() -> frozenset[str]:
    """Returns the titles, the columns and the notes of every table, and the words in their rows."""
    tables = (
        course_tables.services({}, 1),
        course_tables.languages({}, 1),
        course_tables.networks({}, 1, str),
        course_tables.districts({}, 1),
        course_tables.screens({}, {}, 1),
        course_tables.wrong({}, {}, 1),
        course_tables.equity({}, {}, 1, str),
        volume_tables.over_time((), lambda at: at, {}, (), 1),
        volume_tables.now({}, 1),
        volume_tables.answers({}, {}, {}),
        *(volume_tables.delivery((), look, {}) for look in (SmsLook.QUARTER, SmsLook.DAY)),
        present_tables.incidents(None, {}, {}),
        *(present_tables.queues(each) for each in (Moment(), Moment(queues={"bulk": (0, 0.0)}))),
        present_tables.back_ends(Moment()),
        *(breaker_tables.over_time(seen, _EVER, _EVER) for seen in ((), _SEEN)),
        present_tables.budgets({}),
    )
    told = {each.title for each in tables} | {each.note for each in tables}
    told |= {column.title for each in tables for column in each.columns}
    return frozenset({*told, *WORDS} - {""})

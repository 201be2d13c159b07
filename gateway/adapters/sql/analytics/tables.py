"""The tables of statistics: sums by stretches of time (`Span`), and nothing about a person.

A stretch of minutes or an hour is removed after days; the sums of a day stay, and are few: by what
a menu, a deployment and its networks have, however many citizens there are.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from gateway.adapters.sql.tables import Id, Instant, Institution, metadata
from gateway.domain.analytics.spans import Span


def _key(name: str) -> Column[str]:
    return Column(name, String, primary_key=True)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


def _whose() -> Column[str]:
    return Column("institution", Institution, primary_key=True)


def _at() -> Column[object]:
    return Column("at", Instant, primary_key=True)


#: USSD over time. `begun` are dials, `entered` is how often a service was come to.
turn_sums = Table(
    "turn_sums", metadata, _key("span"), _at(), _whose(), _key("channel"),
    _number("turns"), _number("begun"), _number("entered"), _number("completed"),
    _number("given_up"), _number("failed"), _number("refused"), _number("late"),
)  # fmt: skip

#: How long answers took, in the classes of `domain/analytics/answer_times.py`.
answer_times = Table(
    "answer_times", metadata, _key("span"), _at(), _whose(), _key("channel"),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    _number("number"),
)  # fmt: skip

_COURSE = ("entered", "moved_on", "completed", "given_up", "failed", "refused", "turns", "seconds")

#: How sessions went on in services, by day and group (`GroupKind`): `name` is a service, a
#: language, the code of a network, or a district.
group_days = Table(
    "group_days", metadata, _at(), _whose(), _key("kind"), _key("name"), *map(_number, _COURSE),
)  # fmt: skip

#: How sessions went on at screens, by day.
screen_days = Table(
    "screen_days", metadata, _at(), _whose(), _key("service"), _key("screen"),
    *map(_number, _COURSE),
)  # fmt: skip

#: Which kinds of wrong answers were given where, by day: what was said, and never the answer.
refusal_days = Table(
    "refusal_days", metadata, _at(), _whose(), _key("service"), _key("screen"), _key("refused_as"),
    _number("number"),
)  # fmt: skip

#: SMS over time. `look` says after how long they were looked at (`SmsLook`), and `status` how they
#: stood then.
sms_sums = Table(
    "sms_sums", metadata, _key("span"), _at(), _whose(), _key("channel"), _key("look"),
    _key("status"), _number("number"), _number("segments"),
)  # fmt: skip

#: Which back ends were not asked as ever, by five minutes: the worst `BreakerState` that was seen.
#: Of one that was well there is no row.
breaker_minutes = Table(
    "breaker_minutes", metadata, _at(), _key("back_end"), Column("state", String, nullable=False),
)  # fmt: skip

#: The id up to which SMS were counted at each look, and the one up to which all are stored that
#: ever will be: that is what was seen as the newest a minute ago, or before.
sms_looks = Table(
    "sms_looks",
    metadata,
    Column("look", String, primary_key=True),
    Column("last_id", Id, nullable=False),
    Column("whole_id", Id),
    Column("seen_id", Id),
    Column("seen_at", Instant),
)

# By which the short stretches are removed that are old: there are none of the days in it.
for _table in (turn_sums, answer_times, sms_sums):
    _is_short = _table.c.span != Span.DAY.value
    Index(
        f"ix_{_table.name}_at",
        _table.c.at,
        sqlite_where=_is_short,
        postgresql_where=_is_short,
    )

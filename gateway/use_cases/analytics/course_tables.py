"""How sessions went on, as tables: by service, screen, language and network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from gateway.domain.analytics.groups import GroupKind
from gateway.domain.analytics.session_ends import Course, all_of
from gateway.domain.analytics.small_counts import OTHERS, count_shown, hidden_parts, shown_apart
from gateway.domain.analytics.tables import Column, Table, Unit, Value
from gateway.domain.menu.release import WAYS_IN
from gateway.use_cases.ports.analytics.sums import Group, Refusal, Screen

#: Stands for a network, or a language, that no provider or citizen has told.
NOT_TOLD = "(not told)"

_COURSE = (
    Column("entered", "Came"),
    Column("completed", "Completed"),
    Column("completion", "Share completed", Unit.SHARE),
    Column("dropped", "Dropped off"),
    Column("given_up", "Given up after wrong answers"),
    Column("failed", "Failed"),
    Column("refused", "Wrong answers"),
    Column("seconds", "Seconds to complete", Unit.SECONDS),
    Column("turns", "Turns"),
)
_LEFT_OUT = (
    "Fewer than %(fewest)s are shown with others, or not at all. Who came within the last minutes "
    "may be there still, and counts as dropped off until the session goes on."
)


_NO_DISTRICT = (
    "A service that asks for the caller's district counts by it where its menu says so: "
    "`district_from`."
)
#: Who is served how is told of these; services are different things, and not served alike.
SERVED_ALIKE = (GroupKind.LANGUAGE, GroupKind.NETWORK, GroupKind.DISTRICT)
#: From a share of those who stayed can be reckoned who completed, and who moved on.
_MOVED_OR_COMPLETED = frozenset({"moved_on", "completed"})


class _Served(NamedTuple):
    """How those of a language or network were served, and the SMS and segments that it took."""

    course: Course
    sms: int = 0
    segments: int = 0

    def plus(self, other: _Served) -> _Served:
        return _Served(
            self.course.plus(other.course), self.sms + other.sms, self.segments + other.segments
        )


def services(courses: Mapping[Group, Course], fewest: int) -> Table:
    """Returns how sessions went on in each service, the one with most of them first."""
    return _courses(
        "services", "Services", Column("service", "Service", Unit.WORDS),
        _of(courses, GroupKind.SERVICE), fewest,
    )  # fmt: skip


def languages(courses: Mapping[Group, Course], fewest: int) -> Table:
    """Returns how sessions went on in each language."""
    return _courses(
        "languages", "Languages", Column("language", "Language", Unit.WORDS),
        _of(courses, GroupKind.LANGUAGE), fewest,
    )  # fmt: skip


def networks(courses: Mapping[Group, Course], fewest: int, name_of: Callable[[str], str]) -> Table:
    """Returns how sessions went on on each network; `name_of` names a network by its code."""
    return _courses(
        "networks", "Networks", Column("network", "Network", Unit.WORDS),
        _of(courses, GroupKind.NETWORK, name_of), fewest,
    )  # fmt: skip


def districts(courses: Mapping[Group, Course], fewest: int) -> Table:
    """Returns how sessions went on from where their callers named a district, worst first."""
    table = _courses(
        "districts", "Districts", Column("district", "District", Unit.WORDS),
        _of(courses, GroupKind.DISTRICT), fewest,
    )  # fmt: skip
    at = [column.name for column in table.columns].index("completion")
    rows = sorted(
        table.rows, key=lambda row: (2.0 if row[at] is None else float(str(row[at])), str(row[0]))
    )
    return replace(table, rows=rows, note=_LEFT_OUT if rows else _NO_DISTRICT)


def screens(found: Mapping[Screen, Course], courses: Mapping[Group, Course], fewest: int) -> Table:
    """Returns at which screens sessions drop off, the one that loses most first.

    Those of a service that is not shown apart are shown with others, too.
    """
    apart = _services_apart(courses, fewest)
    by_name: dict[str, Course] = {}
    for each, course in found.items():
        name = f"{each.service}.{each.screen}" if each.service in apart else OTHERS
        by_name[name] = by_name.get(name, Course()).plus(course)
    shown = shown_apart(by_name, lambda course: course.entered, Course.plus, fewest)
    rows: list[tuple[Value, ...]] = [
        (*_of_screen(name), course.entered, dropped,
         None if dropped is None else course.drop_off, count_shown(course.refused, fewest))
        for name, course in shown.items()
        for dropped in [count_shown(course.dropped, fewest)]
    ]  # fmt: skip
    rows.sort(key=lambda row: (-(1 if row[3] is None else int(str(row[3]))), str(row[:2])))
    columns = (
        Column("service", "Service", Unit.WORDS),
        Column("screen", "Screen", Unit.WORDS),
        Column("entered", "Came"),
        Column("dropped", "Dropped off"),
        Column("drop_off", "Share dropped off", Unit.SHARE),
        Column("refused", "Wrong answers"),
    )
    return Table(
        name="screens", title="Where sessions drop off", columns=columns, rows=rows,
        note=_LEFT_OUT, values={"fewest": fewest},
    )  # fmt: skip


def wrong(found: Mapping[Refusal, int], courses: Mapping[Group, Course], fewest: int) -> Table:
    """Returns which kinds of wrong answers are given most, and where."""
    apart = _services_apart(courses, fewest)
    by_name: dict[str, int] = {}
    for each, number in found.items():
        name = "/".join(each) if each.service in apart else OTHERS
        by_name[name] = by_name.get(name, 0) + number
    shown = shown_apart(by_name, int, int.__add__, fewest)
    rows: list[tuple[Value, ...]] = [
        (*_parted(name, "/", 3), number) for name, number in shown.items()
    ]
    columns = (
        Column("service", "Service", Unit.WORDS),
        Column("screen", "Screen", Unit.WORDS),
        Column("refused_as", "What was said", Unit.WORDS),
        Column("number", "Times"),
    )
    return Table(
        name="wrong", title="Wrong answers", columns=columns, rows=rows,
        note="What was typed is not kept: it is told by the phrase that was said. "
        "What came fewer than %(fewest)s times is shown with others, or not at all.",
        values={"fewest": fewest},
    )  # fmt: skip


def equity(
    courses: Mapping[Group, Course],
    segments: Mapping[str, tuple[int, int]],
    fewest: int,
    name_of: Callable[[str], str],
) -> Table:
    """Returns how each language, network and district is served, the worst served first.

    `segments` are by language: the SMS that have left, and their segments. On which network and in
    which district who got them is, is not known of all.
    """
    rows: list[tuple[Value, ...]] = []
    for kind in SERVED_ALIKE:
        is_language = kind is GroupKind.LANGUAGE
        names = name_of if kind is GroupKind.NETWORK else str
        found = {
            name: _Served(course, *segments.get(name, (0, 0)) if is_language else ())
            for name, course in _of(courses, kind, names).items()
        }
        shown = shown_apart(found, lambda each: each.course.entered, _Served.plus, fewest)
        rows += [
            (kind.value, name, each.course.entered,
             None if _MOVED_OR_COMPLETED & hidden else each.course.completion,
             None if "dropped" in hidden else each.course.drop_off,
             None if "completed" in hidden else each.course.seconds_each,
             each.course.turns_each,
             each.segments / each.sms if each.sms >= max(1, fewest) else None)
            for name, each in shown.items()
            for hidden in [_hidden(each.course, fewest)]
        ]  # fmt: skip
    rows.sort(key=lambda row: (2.0 if row[3] is None else float(str(row[3])), str(row[:2])))
    columns = (
        Column("by", "By", Unit.WORDS),
        Column("group", "Who", Unit.WORDS),
        Column("entered", "Came"),
        Column("completion", "Share completed", Unit.SHARE),
        Column("drop_off", "Share dropped off", Unit.SHARE),
        Column("seconds", "Seconds to complete", Unit.SECONDS),
        Column("turns", "Turns each"),
        Column("segments", "Segments of an SMS"),
    )
    return Table(
        name="equity", title="Who is served how, the worst first", columns=columns, rows=rows,
        note=_LEFT_OUT, values={"fewest": fewest},
    )  # fmt: skip


def _of(
    courses: Mapping[Group, Course], kind: GroupKind, name_of: Callable[[str], str] = str
) -> Mapping[str, Course]:
    """Returns the courses of groups of one kind by their names."""
    found: dict[str, list[Course]] = defaultdict(list)
    for group, course in courses.items():
        if group.kind is kind:
            found[name_of(group.name) or NOT_TOLD].append(course)
    return {name: all_of(several) for name, several in found.items()}


def _courses(
    name: str, title: str, first: Column, found: Mapping[str, Course], fewest: int
) -> Table:
    shown = shown_apart(found, lambda course: course.entered, Course.plus, fewest)
    rows: list[tuple[Value, ...]] = [
        (key, course.entered,
         None if "completed" in hidden else course.completed,
         None if _MOVED_OR_COMPLETED & hidden else course.completion,
         None if "dropped" in hidden else course.dropped,
         None if "given_up" in hidden else course.given_up,
         None if "failed" in hidden else course.failed,
         count_shown(course.refused, fewest),
         None if "completed" in hidden else course.seconds_each, course.turns)
        for key, course in shown.items()
        for hidden in [_hidden(course, fewest)]
    ]  # fmt: skip
    return Table(
        name=name, title=title, columns=(first, *_COURSE), rows=rows,
        note=_LEFT_OUT, values={"fewest": fewest},
    )  # fmt: skip


def _hidden(course: Course, fewest: int) -> frozenset[str]:
    """Returns the ends of a course that are too few to be shown, or would tell of those."""
    ends = ("moved_on", "completed", "dropped", "given_up", "failed")
    return frozenset(hidden_parts({name: getattr(course, name) for name in ends}, fewest))


def _services_apart(courses: Mapping[Group, Course], fewest: int) -> Collection[str]:
    """Returns whose screens may be shown: services that are shown apart, and what leads to them."""
    found = _of(courses, GroupKind.SERVICE)
    return {*shown_apart(found, lambda course: course.entered, Course.plus, fewest), *WAYS_IN}


def _of_screen(name: str) -> tuple[str, ...]:
    return _parted(name, ".", 2)


def _parted(name: str, sign: str, parts: int) -> tuple[str, ...]:
    """Returns the parts of a key; what is shown together has no parts."""
    return (OTHERS, *[""] * (parts - 1)) if name == OTHERS else tuple(name.split(sign, parts - 1))

"""The questions of a form, in their groups and repeats."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.xlsforms.form.findings import Findings, Spot
from gateway.domain.xlsforms.form.listed_elsewhere import file_named
from gateway.domain.xlsforms.form.sheets import Row


class Asked(enum.Enum):
    """What a question asks for."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    ONE = "select_one"
    SEVERAL = "select_multiple"
    NOTE = "note"
    CALCULATE = "calculate"
    AGREED = "acknowledge"


@dataclass(frozen=True, slots=True)
class Question:
    """One row that asks, says or works out something; `choices` is the name of its list."""

    row: Row
    asks: Asked
    name: str
    choices: str = ""
    or_other: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are asked together, or not; those of a repeat are asked several times."""

    row: Row
    name: str
    repeats: bool
    members: list[Member] = field(default_factory=list)


Member: TypeAlias = Question | Group

_TYPES: Mapping[str, Asked] = {
    "text": Asked.TEXT,
    "string": Asked.TEXT,
    "tel": Asked.TEXT,
    "integer": Asked.INTEGER,
    "int": Asked.INTEGER,
    "decimal": Asked.DECIMAL,
    "range": Asked.RANGE,
    "date": Asked.DATE,
    "time": Asked.TIME,
    "note": Asked.NOTE,
    "calculate": Asked.CALCULATE,
    "calculate_here": Asked.CALCULATE,
    "hidden": Asked.CALCULATE,
    "acknowledge": Asked.AGREED,
    "trigger": Asked.AGREED,
}
#: What a phone with keys cannot give, with what a person may do.
_CANNOT: dict[str, Sentence] = {
    **dict.fromkeys(
        ("geopoint", "geotrace", "geoshape", "start-geopoint", "location", "gps"),
        Sentence("a phone with keys knows no place; ask for it in words, or from a list"),
    ),
    **dict.fromkeys(
        ("image", "photo", "audio", "video", "file", "background-audio", "draw", "signature"),
        Sentence("a phone with keys sends no pictures, sounds or files"),
    ),
    **dict.fromkeys(
        ("barcode", "qrcode"), Sentence("a phone with keys reads no codes; ask for its digits")
    ),
    **dict.fromkeys(
        ("datetime", "date_time", "datetime_tz"),
        Sentence("a day and a time are two questions; ask `date`, then `time`"),
    ),
    **dict.fromkeys(
        ("rank", "osm", "csv-external", "xml-external"),
        Sentence("there is nothing like it on a phone"),
    ),
}
#: What a form notes of itself: the gateway keeps when and from whom a row came.
_OF_ITSELF = frozenset((
    "start", "end", "today", "deviceid", "device_id", "subscriberid", "subscriber_id", "simserial",
    "sim_serial", "username", "phonenumber", "phone_number", "email", "audit", "caseid",
    "instanceid", "text_audit", "speed_violations_count", "start_time", "end_time", "comments",
    "imei", "audio_audit", "speed_violations_list", "speed_violations_audit",
))  # fmt: skip
#: What begins with these is so, too: of what a sensor hears or sees.
_BY_SENSORS = ("sensor_statistic", "sensor_stream", "audio_audit", "text_audit")
#: Groups within groups, and questions of a form, beyond which nobody wrote it by hand.
DEEPEST_GROUP = 12
MOST_QUESTIONS = 1000
_BEGIN = re.compile(r"begin[ _]+(group|repeat|lgroup)", re.IGNORECASE)
_NEEDS_NO_NAME = re.compile(r"note$|begin[ _]")
_END = re.compile(r"end[ _]+(group|repeat|lgroup)", re.IGNORECASE)
_SELECT = re.compile(
    r"(?:(select[ _]one(?:[ _]from[ _]file|[ _]external)?|select1|add select one prompt using)|"
    r"(select[ _]multiple(?:[ _]from[ _]file)?|select all that apply|"
    r"add select multiple prompt using))\s+(?:from\s+)?(\S+?)"
    r"(\s+or[ _](?:specify[ _])?other)?",
    re.IGNORECASE,
)
#: What needs the name of a list behind it.
_WITHOUT_LIST = frozenset(
    f"select_{many}{source}"
    for many in ("one", "multiple")
    for source in ("", "_from_file", "_external")
)
_YES = frozenset(("yes", "true", "true()", "1", "required", "y"))
_NAME = re.compile(r"[^\W\d][\w.\-]*")


def is_yes(written: str) -> bool:
    """Returns whether a cell says yes."""
    return written.strip().lower() in _YES


def tree_of(rows: Sequence[Row], lists: Mapping[str, object], found: Findings) -> list[Member]:
    """Returns what the rows of a survey ask, and notes what of them is wrong or left out."""
    top: list[Member] = []
    open_groups: list[Group] = []
    for row in rows:
        written = " ".join(row["type"].split())
        if not written:
            if row["name"] or row.texts.get("label"):
                found.fault(
                    row.spot("type"), Sentence("The row has no type, such as text or integer.")
                )
            continue
        if is_yes(row["disabled"]) or written.startswith("#"):
            continue
        members = open_groups[-1].members if open_groups else top
        if begun := _BEGIN.fullmatch(written):
            if len(open_groups) == DEEPEST_GROUP:
                sentence = Sentence(
                    "Groups stand within groups more than %(number)s deep.",
                    number=DEEPEST_GROUP,
                )
                found.fault(row.spot("type"), sentence)
                return []
            group = Group(row, _name(row, found), begun[1].lower() == "repeat")
            members.append(group)
            open_groups.append(group)
        elif ended := _END.fullmatch(written):
            _close(open_groups, row, ended[1].lower() == "repeat", found)
        elif (question := _question(row, written, lists, found)) is not None:
            members.append(question)
    for group in open_groups:
        what = "repeat" if group.repeats else "group"
        found.fault(
            group.row.spot("type"),
            Sentence("The %(what)s '%(group)s' never ends.", what=what, group=group.name),
        )
    count = sum(1 for _ in questions_of(top))
    if count > MOST_QUESTIONS:
        sentence = Sentence(
            "The form has %(count)s questions, and %(most)s at most are read.",
            count=count,
            most=MOST_QUESTIONS,
        )
        found.fault(Spot("survey"), sentence)
        return []
    _tell_twice(top, found)
    return top


def questions_of(members: Sequence[Member]) -> Iterator[Question]:
    """Yields the questions, those of groups and repeats, too."""
    for member in members:
        if isinstance(member, Group):
            yield from questions_of(member.members)
        else:
            yield member


def _close(open_groups: list[Group], row: Row, repeats: bool, found: Findings) -> None:
    what = "repeat" if repeats else "group"
    if not open_groups:
        found.fault(row.spot("type"), Sentence("No %(what)s is open here.", what=what))
    elif open_groups[-1].repeats is not repeats:
        other = "repeat" if open_groups[-1].repeats else "group"
        sentence = Sentence(
            "'%(name)s' is a %(other)s: write `end_%(other)s`.",
            name=open_groups[-1].name,
            other=other,
        )
        found.fault(row.spot("type"), sentence)
        open_groups.pop()
    else:
        open_groups.pop()


def _name(row: Row, found: Findings) -> str:
    name = row["name"]
    if not name and _NEEDS_NO_NAME.match(" ".join(row["type"].split()).lower()):
        return f"row_{row.number}"  # nobody refers to it; pyxform makes up a name, too
    if not name:
        found.fault(row.spot("name"), Sentence("The row has no name."))
    elif not _NAME.fullmatch(name):
        found.fault(
            row.spot("name"),
            Sentence(
                "'%(name)s' is no name: use letters, digits and _, without spaces.", name=name[:40]
            ),
        )
    return name


def _question(
    row: Row, written: str, lists: Mapping[str, object], found: Findings
) -> Question | None:
    plain = written.lower().replace(" ", "_")
    first = written.lower().partition(" ")[0]
    if plain in _OF_ITSELF or plain.startswith("uri:") or first in _BY_SENSORS:
        return None
    cannot = _CANNOT.get(plain, _CANNOT.get(first, ""))
    if cannot:
        sentence = Sentence(
            "'%(value)s' (%(first)s) is left out: %(why)s.",
            value=row["name"] or written,
            first=first,
            why=cannot,
        )
        found.left_out(row.spot("type"), sentence)
        return None
    if select := _SELECT.fullmatch(written):
        return _select(row, select, lists, found)
    if plain in _WITHOUT_LIST:
        sentence = Sentence(
            "'%(written)s' names no list. Write the name of one behind it, as it stands in "
            "'list_name' of the sheet 'choices': %(written)s LIST.",
            written=written,
        )
        found.fault(row.spot("type"), sentence)
        return None
    asks = _TYPES.get(plain)
    if asks is None:
        near = did_you_mean(plain, [*_TYPES, "select_one", "select_multiple", *_CANNOT])
        found.fault(
            row.spot("type"),
            Sentence(
                "'%(written)s' is no type of a question.%(proposal)s",
                written=written[:40],
                proposal=near,
            ),
        )
        return None
    return Question(row, asks, _name(row, found))


def _select(
    row: Row, select: re.Match[str], lists: Mapping[str, object], found: Findings
) -> Question | None:
    name = select[3]
    if name.startswith("${"):
        sentence = Sentence(
            "'%(name)s' is left out: it chooses among earlier answers.", name=row["name"]
        )
        found.left_out(row.spot("type"), sentence)
        return None
    if name not in lists and file_named(row["type"]):
        sentence = Sentence(
            "'%(name)s' is left out: its list stands in '%(file)s'.",
            by_command="Put that file (CSV) beside the form, and `gateway menus import` reads it.",
            on_page=Sentence("Upload that file (CSV) with the form."),
            name=row["name"],
            file=name,
        )
        found.left_out(row.spot("type"), sentence)
        return None
    if name not in lists:
        near = did_you_mean(name, list(lists)[:MOST_QUESTIONS])
        found.fault(
            row.spot("type"),
            Sentence(
                "The sheet 'choices' has no list '%(name)s'.%(proposal)s", name=name, proposal=near
            ),
        )
        return None
    asks = Asked.ONE if select[1] else Asked.SEVERAL
    return Question(row, asks, _name(row, found), name, bool(select[4]))


def _tell_twice(members: Sequence[Member], found: Findings) -> None:
    """Tells of names that stand twice in one group; those of two groups tell themselves apart."""
    seen: dict[str, int] = {}
    for member in members:
        if isinstance(member, Group):
            _tell_twice(member.members, found)
            continue
        number = seen.setdefault(member.name, member.row.number)
        if member.name and number != member.row.number:
            sentence = Sentence(
                "'%(question)s' is asked in row %(number)s already: names stand once.",
                question=member.name,
                number=number,
            )
            found.fault(member.row.spot("name"), sentence)

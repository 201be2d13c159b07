"""Golden dialogues as files: read strictly, and written so that a difference is easy to review."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from pathlib import Path

from gateway.adapters.golden_dialogues.checks import Known, strange_names
from gateway.adapters.golden_dialogues.schemas import DialogueShape, PinShape
from gateway.adapters.menu_files.compiling.source_files import is_menu_file
from gateway.adapters.yaml.documents import Document, parse, shown_name
from gateway.adapters.yaml.documents import read as read_yaml
from gateway.adapters.yaml.quoted import needs_quotes, quoted
from gateway.adapters.yaml.validate import validate
from gateway.domain.dialogue.golden_dialogue import (
    FILE_ENDING,
    NOON,
    Dialogue,
    DialogueTurn,
    PinnedCase,
    Surface,
)
from gateway.domain.faults_and_errors.errors import FilesInvalid, MenuInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.handler_contract.service_call import Outcome, Row, Value

#: What needs no quotes, and what looks so and means something else to other readers of YAML.
_NAME = re.compile(r"(?!(?:true|false|null|yes|no|on|off)$)[a-z][a-z_]*")
#: What a dialogue dials first.
_DIAL = re.compile(r"""^dial:[ ]*["']?(?P<code>\*[0-9*]+#)""", re.MULTILINE)
#: The first line of a file: editors complete and check by it.
SCHEMA_LINE = "# yaml-language-server: $schema={}schemas/dialogue.json"


def found_in(folder: Path) -> list[Path]:
    """Returns the dialogue files of a menu, in the order of their names."""
    return sorted(filter(is_menu_file, folder.rglob(f"*{FILE_ENDING}")))


def texts(folder: Path) -> dict[str, str]:
    """Returns the text of each dialogue of a menu by its path in the menu's folder.

    Raises MenuInvalid for one that cannot be read.
    """
    found: dict[str, str] = {}
    for path in found_in(folder):
        try:
            found[path.relative_to(folder).as_posix()] = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            place = Place(shown_name(path))
            raise MenuInvalid(
                [place.fault("M007", Sentence("The file cannot be read."))]
            ) from error
    return found


def read_all(paths: Sequence[Path], known: Known | None = None) -> dict[Path, Dialogue]:
    """Returns the dialogues of these files; raises MenuInvalid with every fault of all of them.

    With what is `known` to a deployment, names that are not there are faults, too.
    """
    dialogues: dict[Path, Dialogue] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            dialogues[path] = read(path, known)
        except FilesInvalid as invalid:
            faults += invalid.faults
    if faults:
        raise MenuInvalid(faults)
    return dialogues


def read(path: Path, known: Known | None = None) -> Dialogue:
    """Returns the dialogue of a file; raises FilesInvalid with every fault."""
    return _checked(read_yaml(path, "M"), known)


def read_back(text: str, path: Path, known: Known | None = None) -> Dialogue:
    """Returns the dialogue in what is to be written to a file; raises FilesInvalid."""
    return _checked(parse(text.encode(), shown_name(path), "M"), known)


def _checked(document: Document, known: Known | None) -> Dialogue:
    faults = [*document.faults, *(strange_names(document, known) if known else ())]
    try:
        shape = validate(DialogueShape, document)
    except FilesInvalid as invalid:
        raise MenuInvalid([*faults, *invalid.faults]) from None
    if faults:
        raise MenuInvalid(faults)
    return _dialogue(shape)


def dialled(paths: Iterable[Path]) -> Set[str]:
    """Returns the codes that these files dial first, read without checking them."""
    return dialled_in(path.read_text("utf-8", "replace") for path in paths if path.is_file())


def dialled_in(texts: Iterable[str]) -> Set[str]:
    """Returns the codes that texts of dialogues dial first; other texts dial none."""
    return {found["code"] for text in texts for found in _DIAL.finditer(text)}


def _dialogue(shape: DialogueShape) -> Dialogue:
    at = shape.at or NOON
    return Dialogue(
        title=shape.title,
        surface=Surface(shape.surface),
        channel=shape.channel,
        dialled=shape.dialled,
        language=shape.language,
        chosen=shape.chosen,
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        cases={
            number: PinnedCase(service=case.service, category=case.category, status=case.status)
            for number, case in shape.cases.items()
        },
        data=shape.data,
        handlers=_pins(shape.handlers),
        opening=(shape.dial if shape.surface == "ussd" else shape.text) or "",
        turns=[
            DialogueTurn(
                sees=turn.sees,
                types=turn.types,
                dials=turn.dials,
                later_minutes=turn.later,
                data=turn.data,
                handlers=_pins(turn.handlers),
                ends=turn.ends,
                sms=tuple(turn.sms),
            )
            for turn in shape.turns
        ],
        stored=shape.stored,
    )


def _pins(shapes: Mapping[str, PinShape]) -> dict[str, Outcome]:
    return {
        name: Outcome(pin.outcome, dict[str, Value](pin.values)) for name, pin in shapes.items()
    }


def written(dialogue: Dialogue, to_root: str = "../") -> str:
    """Returns the text of a dialogue's file; pages are blocks, as a phone shows them.

    `to_root` leads from the folder of the file to that of the menu. Raises Unwritable.
    """
    return "\n".join([SCHEMA_LINE.format(to_root), *_head(dialogue), *_turns(dialogue)]) + "\n"


def way_to_root(path: Path, folder: Path) -> str:
    """Returns how the menu's folder is written from a file in it: `../` for each folder between."""
    return "../" * (len(path.resolve().relative_to(folder.resolve()).parts) - 1)


def _head(dialogue: Dialogue) -> Iterator[str]:
    yield f"title: {_plain(dialogue.title)}"
    yield f"surface: {dialogue.surface}"
    if dialogue.channel:
        yield f"channel: {dialogue.channel}"
    if not dialogue.dialled:
        yield "dialled: false"
    if dialogue.language:
        yield f"language: {dialogue.language}"
    if not dialogue.chosen:
        yield "chosen: false"
    if dialogue.at != NOON:
        yield f"at: {_time(dialogue.at)}"
    if dialogue.cases:
        yield "cases:"
        for number, case in dialogue.cases.items():
            parts = {"service": case.service, "category": case.category, "status": case.status}
            yield f"  {number}: {_flow({name: text for name, text in parts.items() if text})}"
    yield from _said_by_data(dialogue.data, dialogue.handlers)
    opens = "dial" if dialogue.surface is Surface.USSD else "text"
    yield f"{opens}: {quoted(dialogue.opening)}"


def _said_by_data(
    data: Mapping[str, Sequence[Row]], handlers: Mapping[str, Outcome], indent: str = ""
) -> Iterator[str]:
    if data:
        yield f"{indent}data:"
        for name, rows in data.items():
            yield f"{indent}  {name}:" if rows else f"{indent}  {name}: []"
            yield from (f"{indent}    - {_flow(row)}" for row in rows)
    if handlers:
        yield f"{indent}handlers:"
        for name, outcome in handlers.items():
            values = f", values: {_flow(outcome.values)}" if outcome.values else ""
            yield f"{indent}  {name}: {{outcome: {outcome.name}{values}}}"


def _turns(dialogue: Dialogue) -> Iterator[str]:
    yield "turns:"
    for turn in dialogue.turns:
        yield from _block("  - sees:", turn.sees, 6)
        if turn.sms:
            yield "    sms:"
            for text in turn.sms:
                yield from _block("      -", text, 8)
        if turn.ends:
            yield "    ends: true"
        if turn.later_minutes:
            yield f"    later: {turn.later_minutes}"
        yield from _said_by_data(turn.data, turn.handlers, "    ")
        for key, typed in (("types", turn.types), ("dials", turn.dials)):
            if typed is not None:
                yield f"    {key}: {quoted(typed)}"
    if dialogue.stored is not None:
        yield "stored:"
        yield from (f"  {name}: {quoted(text)}" for name, text in dialogue.stored.items())


def _block(key: str, text: str, indent: int) -> Iterator[str]:
    # A block cannot begin with a space or hold one at the end of a line that an editor keeps.
    lines = text.split("\n")
    if any(line != line.strip() or not line or needs_quotes(line) for line in lines):
        yield f"{key} {quoted(text)}"
        return
    yield f"{key} |-"
    yield from (f"{' ' * indent}{line}" for line in lines)


def _flow(values: Mapping[str, Value]) -> str:
    parts = []
    for name, value in values.items():
        if isinstance(value, str):
            parts.append(f"{name}: {value if _NAME.fullmatch(value) else quoted(value)}")
        else:
            parts.append(f"{name}: [{', '.join(_flow(row) for row in value)}]")
    return "{" + ", ".join(parts) + "}"


def _plain(text: str) -> str:
    bare = text[:1].isalnum() and text[-1:].isalnum()
    return text if bare and all(c.isalnum() or c in " ,-'" for c in text) else quoted(text)


def _time(at: datetime) -> str:
    return quoted(at.astimezone(UTC).isoformat().replace("+00:00", "Z"))

"""The drawing of a menu in letters: an indented tree for people, or Mermaid for documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.domain.menu_views.drawing import Box, Room

UNREACHABLE = "nothing leads here"


def tree(rooms: Sequence[Room]) -> str:
    """Returns one tree for each service; a screen is drawn once and named where it comes again."""
    return "\n".join(line for room in rooms for line in [*_tree_of(room), ""]).rstrip("\n")


def _tree_of(room: Room) -> Iterator[str]:
    entrances = f"  ({room.entrances})" if room.entrances else ""
    yield f"{room.title} [{room.id}]{entrances}"
    boxes = {box.id: box for box in room.boxes}
    drawn: set[str] = set()
    if room.start in boxes:
        yield from _branch(boxes, room.start, "", "", drawn)
    for id in boxes:
        if id not in drawn:
            yield from _branch(boxes, id, "", "", drawn)


def _branch(
    boxes: dict[str, Box], id: str, label: str, indent: str, drawn: set[str]
) -> Iterator[str]:
    way = f"{label} → " if label else ""
    box = boxes.get(id)
    if box is None:
        yield f"{indent}  {way}{id}"
        return
    if id in drawn:
        yield f"{indent}  {way}{box.name} ↑"
        return
    drawn.add(id)
    mark = "" if box.reached else f"  !! {UNREACHABLE}"
    says = f': "{box.says}"' if box.kind not in ("calls", "open", "branch") else f" {box.says}"
    yield f"{indent}  {way}{box.name}  {box.kind}{says.rstrip()}{mark}"
    for arrow in box.arrows:
        yield from _branch(boxes, arrow.goto, arrow.label or "next", indent + "  ", drawn)


#: How Mermaid draws each kind of screen.
_SHAPES = {
    "choice": ("[", "]"),
    "input": ("[/", "/]"),
    "calls": ("[[", "]]"),
    "end": ("([", "])"),
    "open": (">", "]"),
    "branch": ("{", "}"),
}
_LONGEST = 60


def mermaid(rooms: Sequence[Room]) -> str:
    """Returns a Mermaid flowchart with one subgraph for each service."""
    return "\n".join(_mermaid(rooms))


def _mermaid(rooms: Sequence[Room]) -> Iterator[str]:
    numbers = {box.id: f"s{n}" for n, box in enumerate(b for room in rooms for b in room.boxes)}
    yield "flowchart TD"
    for room in rooms:
        entrances = f" ({room.entrances})" if room.entrances else ""
        yield f'  subgraph {room.id}["{_escaped(room.title + entrances)}"]'
        for box in room.boxes:
            opening, closing = _SHAPES[box.kind]
            text = _escaped(f"{box.name}: {box.says}" if box.says else box.name)
            yield f'    {numbers[box.id]}{opening}"{text}"{closing}'
        yield "  end"
    for box in (each for room in rooms for each in room.boxes):
        for arrow in box.arrows:
            label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
            service = arrow.goto.partition(".")[0]
            goal = numbers.get(arrow.goto) or f'to_{service}(("{service}"))'
            yield f"  {numbers[box.id]} -->{label} {goal}"
    lost = [numbers[box.id] for room in rooms for box in room.boxes if not box.reached]
    if lost:
        yield "  classDef unreachable stroke:#c00,stroke-dasharray:4"
        yield f"  class {','.join(lost)} unreachable"


def _escaped(text: str) -> str:
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;")

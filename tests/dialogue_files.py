"""Golden dialogues as files: read strictly, and written so that a difference is easy to review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.phones import PHONES

DIALOGUES = Path(__file__).parent / "dialogues"
#: What opens a dialogue on each surface.
OPENS = {"ussd": "dial", "sms": "text"}
_KEYS = {"title", "surface", "language", "cases", "turns", "stored"}
_TURN_KEYS = {"sees", "types", "ends"}


class BadDialogue(ValueError):
    """A dialogue file that says something the player would pass over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueTurn:
    """A page, and what the citizen sends on seeing it; None when nothing follows."""

    sees: str
    types: str | None
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One file. `stored` are the details of the case that the dialogue opens."""

    title: str
    surface: str
    opening: str
    turns: Sequence[DialogueTurn]
    language: str = ""
    cases: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, str] | None = None


def read(path: Path) -> Dialogue:
    """Returns the dialogue of a file; raises BadDialogue."""
    # BaseLoader leaves every value text: 00 is a key on a phone, not a number.
    plain = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - builds text only
    surface = plain.get("surface")
    if surface not in PHONES:
        raise BadDialogue(f"{path.name}: surface is {surface!r}, expected one of {list(PHONES)}.")
    _refuse_unknown(path, plain, _KEYS | {OPENS[surface]})
    turns = [_turn(path, turn) for turn in plain["turns"]]
    if any(turn.types is None for turn in turns[:-1]) or turns[-1].types is not None:
        raise BadDialogue(f"{path.name}: every turn but the last has `types`.")
    return Dialogue(
        title=plain["title"],
        surface=surface,
        opening=plain[OPENS[surface]],
        turns=turns,
        language=plain.get("language", ""),
        cases=plain.get("cases", {}),
        stored=plain.get("stored"),
    )


def _turn(path: Path, plain: Mapping[str, str]) -> DialogueTurn:
    _refuse_unknown(path, plain, _TURN_KEYS)
    return DialogueTurn(
        sees=plain["sees"], types=plain.get("types"), ends=plain.get("ends") == "true"
    )


def _refuse_unknown(path: Path, plain: Mapping[str, object], known: set[str]) -> None:
    if unknown := set(plain) - known:
        raise BadDialogue(f"{path.name}: unknown key {', '.join(sorted(unknown))}.")


def written(dialogue: Dialogue) -> str:
    """Returns the text of a dialogue's file; pages are blocks, as a phone shows them."""
    lines = [f"title: {dialogue.title}", f"surface: {dialogue.surface}"]
    if dialogue.language:
        lines.append(f"language: {dialogue.language}")
    if dialogue.cases:
        pairs = ", ".join(f"{number}: {status}" for number, status in dialogue.cases.items())
        lines.append(f"cases: {{{pairs}}}")
    lines += [f"{OPENS[dialogue.surface]}: {_quoted(dialogue.opening)}", "turns:"]
    for turn in dialogue.turns:
        lines += ["  - sees: |-", *(f"      {line}" for line in turn.sees.split("\n"))]
        if turn.types is not None:
            lines.append(f"    types: {_quoted(turn.types)}")
        if turn.ends:
            lines.append("    ends: true")
    if dialogue.stored is not None:
        lines += [
            "stored:",
            *(f"  {name}: {_quoted(text)}" for name, text in dialogue.stored.items()),
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

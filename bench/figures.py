"""Figures of several rounds, the targets they are held to, and how both are printed."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TypeVar

_Named = TypeVar("_Named")


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, and how far they lay apart."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, rounds: Sequence[float]) -> Spread:
        """Returns the spread; raises StatisticsError for no rounds at all."""
        return cls(statistics.median(rounds), min(rounds), max(rounds))

    def shown(self, digits: int) -> str:
        """Returns `median (least-most)`, or one figure when there was one round."""
        if self.least == self.most:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} ({self.least:,.{digits}f}-{self.most:,.{digits}f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a figure shall be. `at_least` says on which side of the bound it is met."""

    what: str
    found: float
    bound: float
    at_least: bool
    unit: str = ""

    @property
    def met(self) -> bool:
        """Returns whether the figure is on the right side."""
        return self.found >= self.bound if self.at_least else self.found <= self.bound

    def shown(self) -> str:
        """Returns the target as one line."""
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.met else "MISSED"
        return f"{verdict:6}  {self.what}: {self.figure} ({sign} {self.bound:g}{self.unit})"

    @property
    def figure(self) -> str:
        """Returns what was found, with its unit."""
        found = f"{self.found:,.3g}" if self.found < 1000 else f"{self.found:,.0f}"
        return f"{found}{self.unit}"


@dataclass(slots=True)
class Findings:
    """What one bench found: a table, the targets, and the raw figures for JSON."""

    name: str
    heads: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, object] = field(default_factory=dict)

    def shown(self) -> str:
        """Returns the table in Markdown, the targets and the notes."""
        lines = [f"\n### {self.name}\n", _row(self.heads), _row(["---"] * len(self.heads))]
        lines += [_row(row) for row in self.rows]
        lines += ["", *(target.shown() for target in self.targets)]
        lines += [f"note    {note}" for note in self.notes]
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """Returns the same for other programs."""
        targets = [{**asdict(target), "met": target.met} for target in self.targets]
        return {
            "name": self.name,
            "table": [dict(zip(self.heads, row, strict=True)) for row in self.rows],
            "targets": targets,
            "notes": self.notes,
            "raw": self.raw,
        }


def goals(found: Sequence[Findings]) -> str:
    """Returns all targets of several benches as one table in Markdown, the missed ones first."""
    rows = [(target, findings.name) for findings in found for target in findings.targets]
    rows.sort(key=lambda row: row[0].met)
    missed = sum(not target.met for target, _ in rows)
    lines = ["\n### Goals\n", _row(("goal", "found", "bound", "", "measured in"))]
    lines.append(_row(["---"] * 5))
    for target, name in rows:
        sign = ">=" if target.at_least else "<="
        bound = f"{sign} {target.bound:g}{target.unit}"
        verdict = "met" if target.met else "**missed**"
        lines.append(_row((target.what, target.figure, bound, verdict, name)))
    return "\n".join([*lines, "", f"{len(rows) - missed} met, {missed} missed."])


def say(sentence: str) -> None:
    """Tells on stderr how far the bench has come."""
    print(f"  {sentence}", file=sys.stderr, flush=True)


def interleaved(names: Sequence[_Named], rounds: int) -> list[list[_Named]]:
    """Returns the order of each round: A B C, B C A, C A B, so that drift meets all alike."""
    turned = []
    for number in range(rounds):
        first = number % len(names)
        turned.append([*names[first:], *names[:first]])
    return turned


def percentile(ordered: Sequence[float], share: float) -> float:
    """Returns the value that `share` of the sorted values do not exceed; 0 when there are none."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

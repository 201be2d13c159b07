"""What is found in a workbook: what is wrong, what a person must decide, and what was left out."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.sentence import Sentence


class Kind(enum.Enum):
    """What becomes of a finding: with a fault nothing is written."""

    FAULT = "fault"
    DECIDE = "decide"
    LEFT_OUT = "left out"


def letters_of(column: int) -> str:
    """Returns what a spreadsheet calls a column, which counts from 1.

    >>> letters_of(1), letters_of(27)
    ('A', 'AA')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a workbook; row and column count from 1 and are 0 where all of it is meant."""

    sheet: str = ""
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Returns the place as people say it.

        >>> str(Spot("survey", 12, 6)), str(Spot("choices"))
        ('survey!F12', 'choices')
        """
        if not self.row:
            return self.sheet
        cell = f"{letters_of(self.column)}{self.row}" if self.column else f"row {self.row}"
        return f"{self.sheet}!{cell}" if self.column else f"{self.sheet} {cell}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is to be told of a workbook, with what to do."""

    kind: Kind
    spot: Spot
    sentence: Sentence


@dataclass(slots=True)
class Findings:
    """What is gathered on the way through a workbook."""

    found: list[Finding] = field(default_factory=list)

    def fault(self, spot: Spot, sentence: Sentence) -> None:
        """Notes something that is wrong: nothing is written."""
        self.found.append(Finding(Kind.FAULT, spot, sentence))

    def decide(self, spot: Spot, sentence: Sentence) -> None:
        """Notes what a person must decide."""
        self.found.append(Finding(Kind.DECIDE, spot, sentence))

    def left_out(self, spot: Spot, sentence: Sentence) -> None:
        """Notes what the service does without."""
        self.found.append(Finding(Kind.LEFT_OUT, spot, sentence))

    @property
    def has_faults(self) -> bool:
        """Returns whether anything is wrong."""
        return any(finding.kind is Kind.FAULT for finding in self.found)

    def in_order(self) -> list[Finding]:
        """Returns each finding once: faults first, each kind from top to bottom."""
        kinds = list(Kind)
        unique = dict.fromkeys(self.found)
        return sorted(unique, key=lambda each: (kinds.index(each.kind), each.spot))

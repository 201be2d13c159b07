"""One fault in a file that an operator edits, with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A fault at a place; lines and columns count from 1.

    >>> print(Fault("menus/main.yaml", 41, 5, "M001", "Unknown key 'nxet'. Did you mean 'next'?"))
    menus/main.yaml:41:5: [M001] Unknown key 'nxet'. Did you mean 'next'?
    """

    file: str
    line: int
    column: int
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: [{self.code}] {self.sentence}"

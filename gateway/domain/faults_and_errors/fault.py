"""One fault in a file that an operator edits, with its place."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.faults_and_errors.sentence import Sentence


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

    @property
    def whole(self) -> Sentence:
        """Returns the fault with its place and its code, as a sentence whose values are apart."""
        place = f"{self.file}:{self.line}:{self.column}: [{self.code}]"
        return Sentence("%(place)s %(fault)s", place=place, fault=self.sentence)

    def __str__(self) -> str:
        return str(self.whole)

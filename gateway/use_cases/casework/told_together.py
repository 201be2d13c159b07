"""Which cases are one citizen's, so that several that are solved together are told of once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from gateway.use_cases.ports.casework import CaseFile, ToldTogether


class Together:
    """Which of several cases are one citizen's at one institution, and how many of them moved."""

    def __init__(self, files: Iterable[CaseFile]) -> None:
        self._moved: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._chosen = Counter(map(_whose, files))

    def of(self, file: CaseFile) -> ToldTogether | None:
        """Returns with which others a case is told if it moves; None where it is the only one."""
        if file.subscriber is None or self._chosen[_whose(file)] < 2:
            return None
        before = self._moved[_whose(file)]
        return ToldTogether(first=[*before, file.case.number][0], count=len(before) + 1)

    def note(self, file: CaseFile, moved: bool) -> bool:
        """Notes whether a case has moved, and returns it."""
        if moved:
            self._moved[_whose(file)].append(file.case.number)
        return moved


def _whose(file: CaseFile) -> tuple[str, str]:
    subscriber = file.subscriber
    return ("" if subscriber is None else subscriber.as_stored, file.case.institution)

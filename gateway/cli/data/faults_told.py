"""Faults of a data file as an operator reads them: one line for a thousand of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.cli.shared.formatting import counted
from gateway.domain.faults_and_errors.fault import Fault

#: So many faults of one kind in one column are shown as they are.
_SHOWN = 3
#: So many further lines are named.
_NAMED = 10


def told(faults: Sequence[Fault]) -> Iterator[str]:
    """Yields the lines that tell of faults, the kinds in the order in which they first stand."""
    kinds: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.code, fault.column), []).append(fault)
    for (code, column), alike in kinds.items():
        yield from map(str, alike[:_SHOWN])
        more = alike[_SHOWN:]
        if more:
            lines = ", ".join(str(fault.line) for fault in more[:_NAMED])
            rest = " and others" if len(more) > _NAMED else ""
            yield (
                f"  and {counted(len(more), 'more fault')} {code} in column {column}: "
                f"in lines {lines}{rest}."
            )

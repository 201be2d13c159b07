"""Writes down, and reads back, what has happened to MTs off the straight way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from gateway.adapters.sql.many.among import Among
from gateway.adapters.sql.sms.settling.tables import sms_steps
from gateway.domain.outbound.settling import StepKind
from gateway.use_cases.ports.sms.settling import Step

_step = sms_steps.c
_INSERT = insert(sms_steps)
_OF = select(*_step).where(Among(_step.sms_id, "ids")).order_by(_step.sms_id, _step.id)


def add(connection: Connection, steps: Iterable[Step]) -> None:
    """Writes steps down, in their order."""
    rows = [
        {
            "sms_id": each.sms_id,
            "at": each.at,
            "kind": each.kind.value,
            "detail": each.detail,
            "by": each.by,
            "other_id": each.other_id,
        }
        for each in steps
    ]
    if rows:
        connection.execute(_INSERT, rows)


def of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Step]]:
    """Returns the steps of each MT that has any, the oldest first."""
    found: dict[int, list[Step]] = {}
    if not ids:
        return found
    for row in connection.execute(_OF, {"ids": ids}):
        step = Step(
            sms_id=row.sms_id,
            at=row.at,
            kind=StepKind(row.kind),
            detail=row.detail,
            by=row.by,
            other_id=row.other_id,
        )
        found.setdefault(row.sms_id, []).append(step)
    return found

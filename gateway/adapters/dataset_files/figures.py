"""A table of figures as a file, and its values as other programs read them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

from gateway.adapters.dataset_files.export import harmless
from gateway.domain.analytics.tables import Table, Value


def csv_of(table: Table) -> bytes:
    """Returns a table as CSV in UTF-8, with the names of its columns first."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        told = ["" if value is None else str(plain_value(value)) for value in row]
        writer.writerow(harmless(told))
    return out.getvalue().encode()


def plain_value(value: Value) -> str | int | float | None:
    """Returns a value for programs: a moment of UTC in ISO 8601, a number to four decimals."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return round(value, 4) if isinstance(value, float) else value

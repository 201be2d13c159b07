"""A table of figures as a file, and its values as other programs read them."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.adapters.dataset_files.export import harmless, spreadsheet_csv
from gateway.domain.analytics.tables import Table, Value


def csv_of(table: Table) -> bytes:
    """Returns a table as CSV for a spreadsheet, with the names of its columns first."""
    told = (["" if each is None else str(plain_value(each)) for each in row] for row in table.rows)
    return spreadsheet_csv([column.name for column in table.columns], map(harmless, told))


def plain_value(value: Value) -> str | int | float | None:
    """Returns a value for programs: a moment of UTC in ISO 8601, a number to four decimals."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return round(value, 4) if isinstance(value, float) else value

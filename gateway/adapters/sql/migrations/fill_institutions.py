"""Gives rows that carry no institution the deployment's own, while others write.

Earlier releases stored nothing where no service's own was known. Rows are taken in the order of
their keys, some thousand at a time and each time in a transaction of its own: a run that was cut
short is run again, and an MO that is stored meanwhile hardly waits.
"""

from __future__ import annotations

from sqlalchemy import Engine, Table, bindparam, literal_column, select, tuple_, update

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.tables import Institution

ROWS_AT_ONCE = 5_000


def fill_institutions(engine: Engine, institution: str) -> int:
    """Returns how many rows were given it; raises StoreUnavailable."""
    return sum(_fill(engine, table, institution) for table in of_institutions())


def of_institutions() -> list[Table]:
    """Returns the tables whose rows are an institution's."""
    return [
        table
        for table in metadata.sorted_tables
        if "institution" in table.c
        and isinstance(table.c.institution.type, Institution)
        and table.c.institution.name not in table.primary_key.columns  # none is without it
    ]


def _fill(engine: Engine, table: Table, institution: str) -> int:
    key = list(table.primary_key.columns)
    # The column's own type would take nothing for the deployment's own.
    without = table.c.institution == literal_column("''")
    after = tuple_(*key) > tuple_(*(bindparam(f"after_{one.name}", type_=one.type) for one in key))
    until = tuple_(*key) <= tuple_(*(bindparam(f"until_{one.name}", type_=one.type) for one in key))
    page = select(*key).where(without).order_by(*key).limit(ROWS_AT_ONCE)
    give = update(table).where(without, until).values(institution=institution)
    filled = 0
    place: dict[str, object] = {}
    while True:
        with transaction(engine) as connection:
            rows = connection.execute(page.where(after) if place else page, place).all()
            if not rows:
                return filled
            last = dict(zip((one.name for one in key), rows[-1], strict=True))
            ends = {f"until_{name}": value for name, value in last.items()}
            bounded = give.where(after) if place else give
            filled += connection.execute(bounded, {**place, **ends}).rowcount
        place = {f"after_{name}": value for name, value in last.items()}

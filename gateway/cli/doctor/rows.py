"""What `gateway doctor` says of the tables that handlers and forms write."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.cli.shared.finding import Finding
from gateway.composition.gateway import Gateway


def tables(gateway: Gateway) -> Iterator[Finding]:
    """Says of each table whether it stands in the database as it is declared."""
    from gateway.adapters.sql.handler_toolkit.record_tables import Difference, differences
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        found = list(differences(gateway.engine, gateway.deployment.tables.values()))
    except GatewayError:
        return  # what is wrong with the database is told by itself

    def sentence(one: Difference) -> tuple[bool, str, str]:
        if one.turned:
            return (
                False,
                f"{_named(one.turned)} was stored with another value of `personal`.",
                "Give the column a new name: what was stored keeps its own.",
            )
        if one.added:
            return (
                False,
                f"{_named(one.added)} is declared and not yet there: it is empty in older rows.",
                "Run: gateway migrate",
            )
        if one.left:
            return True, f"{_named(one.left)} is stored and no longer declared or read.", ""
        if one.absent:
            return True, "Nothing stored yet; the table is made with its first row.", ""
        return True, "As declared.", ""

    for one in found:
        yield Finding(f"table {one.name}", *sentence(one))


def _named(columns: tuple[str, ...]) -> str:
    return f"Column{'s' if len(columns) > 1 else ''} {', '.join(columns)}"

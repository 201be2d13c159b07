"""What `gateway doctor` says of what handlers and forms write, and where it goes on to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import counted, local
from gateway.composition.gateway import Gateway

#: A system that takes nothing for so long is a matter for a person.
MOST_WAIT = timedelta(hours=1)


def tables(gateway: Gateway) -> Iterator[Finding]:
    """Says of each table whether it stands in the database as it is declared."""
    from gateway.adapters.sql.handler_toolkit.record_tables import Difference, differences
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        found = list(differences(gateway.engine, gateway.live_forms.tables.values()))
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


def postings(gateway: Gateway) -> Iterator[Finding]:
    """Says of each form whether another system takes what it has stored."""
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        found = gateway.sql.postings.unposted()
    except GatewayError:
        return
    for each in found:
        waits = gateway.clock.now() - each.oldest_at
        why = f" {each.last_failure}" if each.last_failure else ""
        yield Finding(
            f"posting {each.form}",
            not each.given_up and waits < MOST_WAIT,
            f"{counted(each.waiting, 'row')} not posted since "
            f"{local(gateway.deployment, each.oldest_at)}, {each.given_up} given up.{why}",
            f"Mend the call or its system (gateway calls try), then: gateway calls again "
            f"{each.form}",
        )


def _named(columns: tuple[str, ...]) -> str:
    return f"Column{'s' if len(columns) > 1 else ''} {', '.join(columns)}"

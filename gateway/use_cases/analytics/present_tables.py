"""How the gateway stands at this moment, as tables: what waits, what is down, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gateway.domain.analytics import incidents as wrong
from gateway.domain.analytics.incidents import Incident
from gateway.domain.analytics.tables import Column, Table, Unit, Value
from gateway.domain.institutions.spending import Bound
from gateway.use_cases.ports.analytics.present import Moment
from gateway.use_cases.ports.analytics.sums import Volume

#: Queues beside the lanes of SMS.
OTHER_QUEUES = ("inbound", "calls")
#: By institution: its limits and budgets.
Budgets = Mapping[str, Sequence[Bound]]


def incidents(moment: Moment | None, budgets: Budgets, of_late: Mapping[str, Volume]) -> Table:
    """Returns what is wrong and what to do; without a moment only of what institutions spend.

    `of_late` is USSD of the last minutes, by channel.
    """
    found = [*_of_gateway(moment, of_late)] if moment is not None else []
    found += [
        incident
        for name, bounds in budgets.items()
        for bound in bounds
        for incident in wrong.of_budget(name, bound.name, bound.percent, bound.warn_percent)
    ]
    columns = (
        Column("about", "What", Unit.WORDS),
        Column("what", "What is seen", Unit.WORDS),
        Column("do", "What to do", Unit.WORDS),
    )
    rows: list[tuple[Value, ...]] = [(each.about, each.what, each.do) for each in found]
    note = "" if rows else "Nothing is wrong that is seen from here."
    return Table(name="incidents", title="Incidents", columns=columns, rows=rows, note=note)


def _of_gateway(moment: Moment, of_late: Mapping[str, Volume]) -> Iterator[Incident]:
    yield from wrong.of_stores(moment.up)
    if moment.queues is not None:
        yield from wrong.of_ticker(moment.ticker_idle)
        yield from wrong.of_queues(moment.queues)
    yield from wrong.of_answers({name: (each.turns, each.late) for name, each in of_late.items()})
    yield from wrong.of_channels(moment.standings)
    opened = [name for name, state in (moment.breakers or {}).items() if state != "closed"]
    yield from wrong.of_back_ends(opened)
    yield from wrong.of_people(moment.help_desk_open, moment.given_up_rows)


def queues(moment: Moment) -> Table:
    """Returns how much is due in each queue, and how long the oldest has been."""
    columns = (
        Column("queue", "Queue", Unit.WORDS),
        Column("waiting", "Due"),
        Column("oldest", "Oldest for", Unit.SECONDS),
    )
    rows: list[tuple[Value, ...]] = [
        (name, number, oldest) for name, (number, oldest) in (moment.queues or {}).items()
    ]
    note = "10,000 and more count as 10,000." if rows else "The database does not answer."
    return Table(name="queues", title="Queues", columns=columns, rows=rows, note=note)


def back_ends(moment: Moment) -> Table:
    """Returns whether each back end is asked."""
    columns = (
        Column("back_end", "Back end", Unit.WORDS),
        Column("state", "Breaker", Unit.WORDS),
    )
    rows: list[tuple[Value, ...]] = sorted((moment.breakers or {}).items())
    note = (
        "Closed: it is asked. Open: it failed again and again, and is not asked; half open: one "
        "call finds out."
    )
    return Table(name="back_ends", title="Back ends", columns=columns, rows=rows, note=note)


def budgets(found: Budgets) -> Table:
    """Returns what of each limit and budget is used, the fullest first."""
    columns = (
        Column("institution", "Institution", Unit.WORDS),
        Column("bound", "Limit or budget", Unit.WORDS),
        Column("share", "Share used", Unit.SHARE),
        Column("used", "Used", Unit.WORDS),
    )
    rows: list[tuple[Value, ...]] = [
        (name, bound.name, bound.percent / 100, bound.told)
        for name, bounds in found.items()
        for bound in bounds
    ]
    rows.sort(key=lambda row: (-float(str(row[2])), str(row[:2])))
    return Table(name="budgets", title="Budgets", columns=columns, rows=rows)

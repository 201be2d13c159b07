"""`gateway ledger`: what institutions have used, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from gateway.adapters.dataset_files.export import harmless, spreadsheet_csv
from gateway.cli.shared.formatting import counted, for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.domain.institutions.ledger import Account, Entry, Kind, Standing, Sums
from gateway.domain.institutions.unicode_cost import MenuText, TextCost, text_costs
from gateway.domain.money.money import shown_amount
from gateway.domain.money.tariff import Priced

_ENDINGS = (".csv", ".json")
_COLUMNS = (
    "month", "of", "institution", "service", "text", "channel", "kind", "language", "encoding",
    "standing", "number", "units", "units_for_unicode", "amount", "currency", "priced",
)  # fmt: skip
_UNITS = {Kind.SMS: ("SMS", "segment"), Kind.USSD: ("USSD sessions", "block")}

month_option = click.option(
    "--month", default="", metavar="MONTH", help="As 2026-11; the present one when left out."
)
institution_option = click.option(
    "--institution", default="", metavar="NAME", help="Only this one; all you may see otherwise."
)


@click.group(epilog="\b\nExample:\n  gateway ledger show --month 2026-11\n")
def ledger() -> None:
    """See what institutions have used, and what it cost.

    Segments of SMS and blocks of USSD sessions, by service, channel and month. The price is what
    the provider tells, else the channel's `tariff`, else that of the institution's contract.
    """


@ledger.command(
    epilog="""\b
Examples:
  gateway ledger show
  gateway ledger show --month 2026-11 --institution health --json
"""
)
@month_option
@institution_option
@actor_option
@json_option
def show(month: str, institution: str, by: str, as_json: bool) -> None:
    """Show what was used in a month: by institution, service and channel, and in all."""
    with own_gateway() as gateway:
        account = gateway.institutions.read_ledger(month, institution, by)
        if as_json:
            click.echo(json.dumps(_plain(account), ensure_ascii=False, indent=2))
            return
        at = account.closed_at
        closed = f"closed on {local(gateway.deployment, at)}" if at else "open: it still changes"
    click.echo(f"{account.month}, {closed}")
    for line in _lines(account):
        click.echo(line)


@ledger.command(
    epilog="""\b
Examples:
  gateway ledger export november.csv --month 2026-11
  gateway ledger export health.json --month 2026-11 --institution health --overwrite
"""
)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@month_option
@institution_option
@overwrite_option
@actor_option
@json_option
def export(
    file: Path, month: str, institution: str, overwrite: bool, by: str, as_json: bool
) -> None:
    """Write the account of a month into FILE: .csv or .json. A closed month is always the same."""
    if file.suffix.lower() not in _ENDINGS:
        raise click.UsageError("Let FILE end with .csv or .json.")
    refuse_existing([file], overwrite)
    with own_gateway() as gateway:
        account = gateway.institutions.read_ledger(month, institution, by)
    if file.suffix.lower() == ".csv":
        written = _csv(account)
    else:
        written = f"{json.dumps(_plain(account), ensure_ascii=False, indent=2)}\n".encode()
    write_files({file: written}, overwrite)
    if as_json:
        told = {"file": str(file), "month": account.month, "lines": len(account.lines),
                "closed": account.closed_at is not None}  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{counted(len(account.lines), 'line')} of {account.month} written to {file}.")
    if account.closed_at is None:
        click.echo("The month is open: it still changes. Export it again once it is closed.")


@ledger.command(
    epilog="""\b
Examples:
  gateway ledger texts
  gateway ledger texts --month 2026-11 --institution health --json
"""
)
@month_option
@institution_option
@actor_option
@json_option
def texts(month: str, institution: str, by: str, as_json: bool) -> None:
    """Show what Unicode costs: which texts, in which languages, the dearest first.

    An SMS with a letter that GSM-7 lacks holds 70 characters, not 160. `more` are the segments that
    come of it, and what they cost. A text is named by its screen, message or sentence of the menu;
    `gateway menus fit` says how long each is, and `gateway broadcast check` names the letters.
    """
    with own_gateway() as gateway:
        account = gateway.institutions.read_ledger(month, institution, by)
    costs = text_costs(account.lines)
    if as_json:
        rows = [_text_row(*each) for each in costs.items()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    click.echo(account.month)
    for line in _text_lines(costs):
        click.echo(line)


def _lines(account: Account) -> Iterator[str]:
    if not account.lines:
        yield "Nothing was used."
        return
    grouped: dict[tuple[str, str, str, str, str, str, str, str], Sums] = {}
    for entry, sums in account.lines:
        row = (
            entry.institution,
            entry.service,
            entry.channel,
            entry.kind.value,
            entry.standing.value,
            entry.currency,
            entry.priced.value,
            "" if entry.day == account.month else entry.day,
        )
        grouped[row] = grouped.get(row, Sums()).plus(sums)
    for key, sums in sorted(grouped.items()):
        institution, service, channel, kind, standing, currency, priced, of = key
        things, unit = _UNITS[Kind(kind)]
        line = (
            f"{institution:<22} {service or '-':<18} {channel:<12} {sums.number:>9,} {things}, "
            f"{_counted(sums.units, unit)}, {_money(sums, currency, Priced(priced))}"
        )
        if standing == Standing.WAITS.value:
            line += "; waits to be sent"
        if of:
            line += f"; corrects {of}, which is closed"
        yield line
    for (whole, currency), sums in account.totals.items():
        things, unit = _UNITS[whole]
        amount = f"{shown_amount(sums.amount)} {currency}" if currency else "without a price"
        yield f"all: {sums.number:,} {things}, {_counted(sums.units, unit)}, {amount}"


def _money(sums: Sums, currency: str, priced: Priced) -> str:
    if priced is Priced.NONE:
        return "no price: give the channel a tariff"
    return f"{shown_amount(sums.amount)} {currency} ({priced.value})"


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def _text_lines(costs: Mapping[MenuText, TextCost]) -> Iterator[str]:
    in_unicode = {text: cost for text, cost in costs.items() if cost.unicode_units}
    for text, cost in in_unicode.items():
        share = 100 * cost.extra // cost.units if cost.units else 0
        money = " + ".join(
            f"{shown_amount(amount)} {currency}" for currency, amount in cost.more.items()
        )
        if cost.unpriced:
            money = f"{money} + no price" if money else "no price"
        yield (
            f"{text.service or '-':<18} {text.template or '-':<32} {text.language or '-':<4} "
            f"{cost.number:>9,} SMS {_counted(cost.units, 'segment'):>16}, {cost.extra:>8,} more "
            f"({share} %){f', {money}' if money else ''}"
        )
    plain = [cost for text, cost in costs.items() if text not in in_unicode]
    number, units = sum(each.number for each in plain), sum(each.units for each in plain)
    if plain:
        yield f"All others are in GSM-7: {number:,} SMS, {_counted(units, 'segment')}."
    if not costs:
        yield "No SMS has left."


def _text_row(text: MenuText, cost: TextCost) -> dict[str, object]:
    return {
        "service": text.service,
        "text": text.template,
        "language": text.language,
        "number": cost.number,
        "units": cost.units,
        "unicode_units": cost.unicode_units,
        "units_for_unicode": cost.extra,
        "unpriced_for_unicode": cost.unpriced,
        "cost_for_unicode": {currency: f"{amount:f}" for currency, amount in cost.more.items()},
    }


def _row(entry: Entry, sums: Sums) -> dict[str, object]:
    encoding = "" if entry.kind is Kind.USSD else "UCS-2" if entry.unicode else "GSM-7"
    return {
        "month": entry.month,
        "of": entry.day,
        "institution": entry.institution,
        "service": entry.service,
        "text": entry.template,
        "channel": entry.channel,
        "kind": entry.kind.value,
        "language": entry.language,
        "encoding": encoding,
        "standing": entry.standing.value,
        "number": sums.number,
        "units": sums.units,
        "units_for_unicode": sums.extra,
        "amount": f"{sums.amount:f}",
        "currency": entry.currency,
        "priced": entry.priced.value,
    }


def _plain(account: Account) -> dict[str, object]:
    totals = [
        {"kind": kind.value, "currency": currency, "number": sums.number, "units": sums.units,
         "amount": f"{sums.amount:f}"}
        for (kind, currency), sums in account.totals.items()
    ]  # fmt: skip
    return {
        "month": account.month,
        "closed_at": for_programs(account.closed_at) if account.closed_at else None,
        "lines": [_row(*each) for each in account.lines],
        "totals": totals,
    }


def _csv(account: Account) -> bytes:
    rows = (_row(*each) for each in account.lines)
    told = ([str(row[name]) for name in _COLUMNS] for row in rows)
    return spreadsheet_csv(_COLUMNS, map(harmless, told))

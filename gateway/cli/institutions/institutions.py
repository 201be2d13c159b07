"""`gateway institutions`: what each of them may use, send and spend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.spending import Standing
from gateway.domain.money.money import shown_amount
from gateway.use_cases.institutions.manage_institutions import InstitutionFile

#: What takes a limit or a budget away.
NONE = "none"


def _segments(context: click.Context, option: click.Parameter, text: str | None) -> Any:
    """Returns a number of segments; `none` and nothing as they are."""
    if text is None or text == NONE:
        return text
    if not text.isascii() or not text.isdigit():
        raise click.BadParameter(
            f"'{text}' is no number of segments; '{NONE}' takes the limit away."
        )
    return int(text)


def _amount(context: click.Context, option: click.Parameter, text: str | None) -> Any:
    """Returns a decimal amount such as 0.80; `none` and nothing as they are."""
    if text is None or text == NONE:
        return text
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise click.BadParameter(
            f"'{text}' is no amount such as 400000 or 0.80; '{NONE}' takes it away."
        )
    return amount


def _day(context: click.Context, option: click.Parameter, text: str | None) -> Any:
    """Returns a day such as 2026-07-01; nothing as it is."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"'{text}' is no day such as 2026-07-01.") from None


@click.group(epilog="\b\nExample:\n  gateway institutions list\n")
def institutions() -> None:
    """See institutions, and set what each may use, send and spend.

    The menu names them already; their services are those of the menu.
    """


@institutions.command(
    "list",
    short_help="List institutions, and how they stand.",
    epilog="\b\nExamples:\n  gateway institutions list\n  gateway institutions list --json\n",
)
@actor_option
@json_option
def list_(by: str, as_json: bool) -> None:
    """List institutions, and how each stands with its limits and budget."""
    with own_gateway() as gateway:
        found = gateway.institutions.manage.listed(by)
    if as_json:
        _print([_plain(each) for each in found])
        return
    for each in found:
        name = each.institution.name
        used = max((bound.percent for bound in each.bounds), default=None)
        of_most = "" if used is None else f"  {used} % used"
        services = ", ".join(each.services) or "no service"
        click.echo(f"{name:<22} {each.verdict.standing:<7}{of_most}  {services}")


@institutions.command(
    short_help="Show an institution whole.",
    epilog="\b\nExamples:\n  gateway institutions show health\n"
    "  gateway institutions show health --json\n",
)
@click.argument("name")
@actor_option
@json_option
def show(name: str, by: str, as_json: bool) -> None:
    """Show institution NAME whole: what was set, and what is used of each limit and budget."""
    with own_gateway() as gateway:
        found = gateway.institutions.manage.one(name, by)
    if as_json:
        _print(_plain(found))
        return
    each = found.institution
    told = {
        "name": each.name,
        "title": each.title or "-",
        "services": ", ".join(found.services) or "-",
        "sender IDs": ", ".join(each.sender_ids) or "any",
        "channels": ", ".join(each.channels) or "any",
        "topics": ", ".join(each.topics) or "any",
        "sent": f"{found.spent.today} segments today, {found.spent.month} this month",
    }
    if each.budget_money is not None:
        since = f", since {each.budget_from}" if each.budget_from else ""
        price = "-" if each.price is None else shown_amount(each.price)
        most = shown_amount(each.budget_money)
        told["budget in money"] = f"{most} {each.currency} at {price} a segment{since}"
    for what, value in told.items():
        click.echo(f"{what:<20} {value}")
    for bound in found.bounds:
        used = f"{bound.told}, {bound.percent} %"
        click.echo(f"{bound.name:<20} {used} ({bound.standing(0)})")
    if found.verdict.standing is not Standing.OK:
        click.echo(f"{found.verdict.why} {found.verdict.next_step}")


@institutions.command(
    "set",
    short_help="Set what an institution is called and may use.",
    epilog="""\b
Examples:
  gateway institutions set health --title "Ministry of Health" --sender MOH
  gateway institutions set health --channel at-ke --topic vaccination
""",
)
@click.argument("name")
@click.option("--title", help="What it is called, for people.")
@click.option("--sender", "sender_ids", multiple=True, help="A sender ID it may use; repeatable.")
@click.option("--channel", "channels", multiple=True, help="A channel it may use; repeatable.")
@click.option("--topic", "topics", multiple=True, help="A topic it may write about; repeatable.")
@click.option("--any", "freed", multiple=True, type=click.Choice(["sender", "channel", "topic"]),
              help="Lets it use any of them again.")  # fmt: skip
@actor_option
@json_option
def set_(
    name: str,
    title: str | None,
    sender_ids: Sequence[str],
    channels: Sequence[str],
    topics: Sequence[str],
    freed: Sequence[str],
    by: str,
    as_json: bool,
) -> None:
    """Set what institution NAME is called and may use; begin one that there is not.

    What is named takes the place of what was set before. It takes an administrator of every
    institution.
    """
    values: dict[str, Any] = {} if title is None else {"title": title}
    for key, given in (("sender_ids", sender_ids), ("channels", channels), ("topics", topics)):
        if given:
            values[key] = tuple(dict.fromkeys(given))
    for what in freed:
        values[{"sender": "sender_ids", "channel": "channels", "topic": "topics"}[what]] = ()
    _change(name, values, by, as_json)


@institutions.command(
    epilog="""\b
Examples:
  gateway institutions limit health --daily 20000 --monthly 300000
  gateway institutions limit health --budget 2000000 --from 2026-07-01
  gateway institutions limit health --money 1600000 --price 0.80 --currency KES --from 2026-07-01
  gateway institutions limit health --daily none
"""
)
@click.argument("name")
@click.option("--daily", "daily_limit", callback=_segments, help="Segments a day; `none` for any.")
@click.option("--monthly", "monthly_limit", callback=_segments, help="Segments a calendar month.")
@click.option("--budget", "budget_segments", callback=_segments, help="Segments since --from.")
@click.option("--money", "budget_money", callback=_amount, help="Money since --from.")
@click.option("--price", callback=_amount, help="What a segment costs, as your contract says.")
@click.option("--currency", metavar="CODE", help="ISO 4217, as KES.")
@click.option("--from", "budget_from", callback=_day, help="The day from which the budget counts.")
@click.option("--warn", "warn_percent", type=int, help="From how many percent on it warns.")
@actor_option
@json_option
def limit(name: str, by: str, as_json: bool, **given: Any) -> None:
    """Set how much institution NAME may send and spend.

    Near a limit `doctor`, `/metrics` and the log warn; at the limit broadcasts stop, and replies to
    citizens go on. It takes an administrator of every institution.
    """
    values = {
        key: None if value == NONE else value for key, value in given.items() if value is not None
    }
    if values.get("currency"):
        values["currency"] = str(values["currency"]).upper()
    _change(name, values, by, as_json)


def _change(name: str, values: dict[str, Any], by: str, as_json: bool) -> None:
    if not values:
        raise click.UsageError("Say what to set. See --help.")
    with own_gateway() as gateway:
        changed = gateway.institutions.manage.set(name, values, by)
    if as_json:
        _print(_set(changed))
    else:
        click.echo(f"{name} is changed. See: gateway institutions show {name}")


def _set(each: Institution) -> dict[str, object]:
    return {
        "name": each.name,
        "title": each.title,
        "sender_ids": list(each.sender_ids),
        "channels": list(each.channels),
        "topics": list(each.topics),
        "daily_limit": each.daily_limit,
        "monthly_limit": each.monthly_limit,
        "budget_segments": each.budget_segments,
        "budget_money": None if each.budget_money is None else f"{each.budget_money:f}",
        "price": None if each.price is None else f"{each.price:f}",
        "currency": each.currency,
        "budget_from": each.budget_from.isoformat() if each.budget_from else None,
        "warn_percent": each.warn_percent,
    }


def _plain(found: InstitutionFile) -> dict[str, object]:
    bounds = [
        {"name": each.name, "used": _number(each.used), "most": _number(each.most),
         "unit": each.unit, "percent": each.percent, "standing": each.standing(0).value}
        for each in found.bounds
    ]  # fmt: skip
    return {
        **_set(found.institution),
        "services": list(found.services),
        "sent_today": found.spent.today,
        "sent_this_month": found.spent.month,
        "bounds": bounds,
        "standing": found.verdict.standing.value,
    }


def _number(amount: Decimal | int) -> str | int:
    """Returns an amount as JSON keeps it exact."""
    return f"{amount:f}" if isinstance(amount, Decimal) else amount


def _print(plain: object) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))

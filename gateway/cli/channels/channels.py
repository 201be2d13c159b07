"""`gateway channels`: their webhook URLs, how each stands, and what people decide about one."""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from typing import Any

import click

from gateway.cli.channels.preset_cases import cases
from gateway.cli.channels.presets import presets, try_
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option
from gateway.deployment.load import load
from gateway.domain.outbound.channel_state import ChannelState, Standing

_DECISION = """\b
Examples:
  gateway channels {word} at-ke --by asha --reason "{reason}"
  gateway channels {word} at-ke --by asha --reason "{reason}" --json
"""
reason_option = click.option(
    "--reason", required=True, metavar="TEXT", help="Why, for those who read it later."
)


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  gateway channels
  gateway channels --json | jq -r '.[] | select(.name=="at-ke") | .urls.ussd'
  gateway channels list
""",
)
@json_option
@click.pass_context
def channels(context: click.Context, as_json: bool) -> None:
    """List the channels and their webhook URLs, ready to paste into the provider's dashboard.

    The URLs hold the channel's secret: treat them like passwords. `gateway channels list` tells
    whether SMS leave by each, and the other commands decide about it.
    """
    if context.invoked_subcommand is not None:
        return
    deployment = load()
    rows: list[dict[str, object]] = []
    for name, settings in deployment.channels.items():
        row: dict[str, str] = {"name": name, "provider": settings.provider}
        if settings.service_code:
            row["service_code"] = settings.service_code
        if settings.address:
            row["address"] = settings.address
        urls = deployment.webhook_urls(name)
        rows.append({**row, "urls": dict(urls)})
        if not as_json:
            click.echo(f"{click.style(name, bold=True)}  {' · '.join(list(row.values())[1:])}")
            for route, url in urls.items():
                click.echo(f"  {route:<9} {url}")
    if as_json:
        click.echo(json.dumps(rows, indent=2))


@channels.command(
    "list",
    short_help="Tell whether SMS leave by each channel, and why not.",
    epilog="\b\nExamples:\n  gateway channels list\n  gateway channels list --json\n",
)
@looker_option
@json_option
def list_(by: str, as_json: bool) -> None:
    """Tell whether SMS leave by each channel; if not, why and since when."""
    with own_gateway() as gateway:
        states = gateway.manage_channels.listed(by)
        zone = gateway.deployment.settings.zone
    if as_json:
        click.echo(json.dumps([_plain(each) for each in states], indent=2))
        return
    for each in states:
        why = f"  since {_time(each.since, zone)}{_by(each)}: {each.reason}" if each.since else ""
        click.echo(f"{each.name:<20} {each.standing.value:<9}{why}".rstrip())


@channels.command(
    short_help="Show how a channel stands.",
    epilog="\b\nExamples:\n  gateway channels show at-ke\n  gateway channels show at-ke --json\n",
)
@click.argument("name")
@looker_option
@json_option
def show(name: str, by: str, as_json: bool) -> None:
    """Show how channel NAME stands, why, since when, and how its calls went of late."""
    with own_gateway() as gateway:
        state = gateway.manage_channels.one(name, by)
        zone = gateway.deployment.settings.zone
    _tell(state, zone, as_json=as_json)


def _command(standing: Standing, word: str, reason: str, sentence: str) -> None:
    """Adds the command by which a person decides so about a channel."""

    @channels.command(
        word, short_help=sentence.partition(".")[0] + ".", help=sentence,
        epilog=_DECISION.format(word=word, reason=reason),
    )  # fmt: skip
    @click.argument("name")
    @reason_option
    @actor_option
    @json_option
    def decide(name: str, reason: str, by: str, as_json: bool) -> None:
        with own_gateway() as gateway:
            state = gateway.manage_channels.decide(name, standing, by=by, reason=reason)
            zone = gateway.deployment.settings.zone
        _tell(state, zone, as_json=as_json)


_command(
    Standing.PAUSED, "pause", "the contract has ended",
    "Let no SMS leave by channel NAME. Those that may go by another one do; the others wait until "
    "`gateway channels resume`, or the end of their validity. The gateway does not take it up by "
    "itself.",
)  # fmt: skip
_command(
    Standing.OPEN, "resume", "the balance is topped up",
    "Let SMS leave by channel NAME again. From then on the gateway decides, as before.",
)  # fmt: skip
_command(
    Standing.PREFERRED, "prefer", "it is free this month",
    "Let SMS leave by channel NAME before the others. All that may go by it do, and the gateway "
    "does not drain or pause it, until `gateway channels resume`.",
)  # fmt: skip


def _tell(state: ChannelState, zone: tzinfo, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plain(state), indent=2))
        return
    late = state.of_late
    told = {
        "name": state.name,
        "standing": f"{state.standing.value}{_by(state)}",
        "why": state.reason or "as configured",
        "since": _time(state.since, zone) if state.since else "-",
        "tried next": _time(state.trial_at, zone) if state.trial_at else "-",
        "calls of late": f"{late.made}, of which {late.failed} failed and {late.slow} were slow",
    }
    for what, value in told.items():
        click.echo(f"{what:<14} {value}")


def _by(state: ChannelState) -> str:
    return f" (by {state.by})" if state.by else ""


def _time(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _plain(state: ChannelState) -> dict[str, Any]:
    late = state.of_late
    return {
        "name": state.name,
        "standing": state.standing.value,
        "reason": state.reason,
        "since": _iso(state.since),
        "by": state.by,
        "trial_at": _iso(state.trial_at),
        "calls": {"made": late.made, "failed": late.failed, "slow": late.slow},
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


channels.add_command(presets)
channels.add_command(try_)
channels.add_command(cases)

"""`gateway broadcast list`, `show`, `report` and `watch`."""

from __future__ import annotations

import json
import sys

import click

from gateway.cli.broadcast.options import id_argument
from gateway.cli.broadcast.shown import (
    REASONS,
    echo_json,
    estimate_lines,
    outcome_lines,
    plain,
    state_line,
)
from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.outcomes import Outcomes
from gateway.domain.broadcast.states import State, what_next

_BAR = 30


@click.command("list", epilog="\b\nExample:\n  gateway broadcast list --state sending\n")
@click.option("--institution", default="", help="Only those of this institution.")
@click.option("--state", type=click.Choice([*(each.value for each in State)]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@actor_option
@json_option
def list_(institution: str, state: str | None, limit: int, by: str, as_json: bool) -> None:
    """List broadcasts, the newest first."""
    with own_gateway() as gateway:
        states = [State(state)] if state else list(State)
        found = gateway.broadcast.read.newest(institution, states, limit, by)
        if as_json:
            echo_json([plain(each, {}) for each in found])
            return
        for each in found:
            drafted = local(gateway.deployment, each.created_at)
            click.echo(
                f"{each.id:>5}  {drafted}  {each.state.value:<9}  {each.recipients:>9,}  "
                f"{each.institution}  {'EMERGENCY ' if each.is_emergency else ''}{each.title}"
            )
    if not found:
        click.echo("No broadcasts.")


@click.command(epilog="\b\nExample:\n  gateway broadcast show 1\n")
@id_argument
@actor_option
@json_option
def show(broadcast_id: int, by: str, as_json: bool) -> None:
    """Show broadcast ID: its texts, whom it reaches, who has done what, how to go on."""
    with own_gateway() as gateway:
        found = gateway.broadcast.read.one(broadcast_id, by)
        costs = gateway.broadcast.read.cost_of(found)
        if as_json:
            echo_json(plain(found, costs))
            return
        deployment = gateway.deployment
        click.echo(state_line(deployment, found))
        where = ", ".join(found.audience.districts) or found.audience.source.value
        click.echo(f"{found.institution}, about '{found.topic}', to: {where}; {found.lane.value}")
        click.echo(f"drafted by {found.created_by}, {local(deployment, found.created_at)}")
        if found.emergency_at:
            declared = local(deployment, found.emergency_at)
            click.echo(
                f"declared an emergency by {found.emergency_by}, {declared}: it goes to those who "
                "said STOP, too"
            )
        if found.approved_at:
            click.echo(f"approved by {found.approved_by}, {local(deployment, found.approved_at)}")
        if found.valid_until:
            click.echo(f"not sent after {local(deployment, found.valid_until)}")
        for language, text in found.texts.items():
            click.echo(f"  {language}: {_printable(text)}")
        for line in estimate_lines(found, costs):
            click.echo(line)
        click.echo(what_next(found.state, found.id))


@click.command(epilog="\b\nExample:\n  gateway broadcast report 1 --json\n")
@id_argument
@actor_option
@json_option
def report(broadcast_id: int, by: str, as_json: bool) -> None:
    """Say what came of broadcast ID: by language and channel, and what it cost.

    Delivery reports may come for days: it then says more.
    """
    with own_gateway() as gateway:
        found, outcomes = gateway.broadcast.read.outcomes(broadcast_id, by)
        if as_json:
            echo_json(_report(found, outcomes))
            return
        click.echo(state_line(gateway.deployment, found))
        for line in outcome_lines(outcomes):
            click.echo(line)
        for reason, number in found.left_out.items():
            click.echo(f"left out: {number:,} {REASONS.get(reason, reason)}")


@click.command(epilog="\b\nExample:\n  gateway broadcast watch 1\n")
@id_argument
@click.option("--every", default=1.0, type=click.FloatRange(0.2), help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Look once, and end.")
@actor_option
@json_option
def watch(broadcast_id: int, every: float, once: bool, by: str, as_json: bool) -> None:
    """Watch broadcast ID go out, until it has ended; Ctrl-C ends the watching alone.

    With --json each look is one line. Where no terminal is, a line says what has changed.
    """
    live, before = sys.stdout.isatty() and not as_json, ""
    with own_gateway() as gateway:
        while True:
            found, outcomes = gateway.broadcast.read.outcomes(broadcast_id, by)
            if as_json:
                click.echo(json.dumps(_report(found, outcomes), ensure_ascii=False))
            elif (bar := _bar(found, outcomes)) != before:
                # What was longer must not be left behind it.
                click.echo(f"\r{bar:<{len(before)}}" if live else bar, nl=not live)
                before = bar
            if once or found.closed_at is not None or found.state not in _WATCHED:
                break
            gateway.clock.sleep(every)
        if live:
            click.echo()
        if not as_json:
            click.echo(state_line(gateway.deployment, found))
            click.echo(what_next(found.state, found.id))


_WATCHED = frozenset({State.SCHEDULED, State.SENDING, State.PAUSED, State.CANCELLED})


def _report(found: Broadcast, outcomes: Outcomes) -> dict[str, object]:
    return {
        "id": found.id,
        "state": found.state.value,
        "emergency": found.is_emergency,
        "why": found.why,
        "recipients": found.recipients,
        "filled": found.filled,
        "left_out": dict(found.left_out),
        "outcomes": dict(outcomes.numbers),
        "cost": dict(outcomes.costs),
        "parts": [
            {
                "language": each.language,
                "channel": each.channel,
                "outcome": each.outcome.value,
                "number": each.number,
                "segments": each.segments,
                "cost": str(each.cost) if each.cost else None,
            }
            for each in outcomes.parts
        ],
    }


def _bar(found: Broadcast, outcomes: Outcomes) -> str:
    done = outcomes.done + sum(found.left_out.values())
    whole = max(found.recipients, found.filled, 1) + sum(found.left_out.values())
    full = min(_BAR, _BAR * done // whole)
    numbers = ", ".join(f"{number:,} {name}" for name, number in outcomes.numbers.items() if number)
    return f"[{'#' * full}{'-' * (_BAR - full)}] {min(100, 100 * done // whole):>3} %  {numbers}"


def _printable(text: str) -> str:
    """Returns a text that a terminal shows and never obeys."""
    return "".join(char if char.isprintable() else " " for char in text)

"""`gateway sessions`: how USSD sessions went, for who is asked why the line dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import click

from gateway.cli.shared.formatting import for_programs, local
from gateway.cli.shared.number_option import number_option, number_typed
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option, looker_option
from gateway.use_cases.analytics.life_of_session import SessionFile, Step, life_of


@click.group(epilog="\b\nExample:\n  gateway sessions list --number '0711 000 001'\n")
def sessions() -> None:
    """See how USSD sessions went: screens, times, where the line dropped. Never an answer.

    Whose a session is can be found by a number, and not be read. They are kept for
    `retention.sessions_days`.
    """


@sessions.command(
    "list",
    epilog="""\b
Examples:
  gateway sessions list --number '0711 000 001'
  gateway sessions list --limit 20 --json
""",
)
@number_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@looker_option
@json_option
def list_(number: str | None, limit: int, by: str, as_json: bool) -> None:
    """List sessions, the newest first: those of a number, or all.

    Who was searched for can see it, under "my data". LIMIT is of their parts: a session has one at
    each institution.
    """
    with own_gateway() as gateway:
        region = gateway.deployment.settings.national_region
        if number is None:
            found = gateway.sessions.newest(limit, by)
        else:
            found = gateway.sessions.of(number_typed(number, region), limit, by)
        now = gateway.clock.now()
        if as_json:
            _print([_plain(each, now) for each in found])
            return
        for each in found:
            at = local(gateway.deployment, each.began_at)
            services = ", ".join(each.services)
            click.echo(
                f"{each.id:>7}  {at}  {each.parts[0].channel}  {each.standing(now):<14} {services}"
            )
    if not found:
        click.echo("No sessions.")


@sessions.command(epilog="\b\nExample:\n  gateway sessions show 1207\n")
@click.argument("session_id", metavar="ID", type=click.IntRange(1))
@looker_option
@json_option
def show(session_id: int, by: str, as_json: bool) -> None:
    """Show how session ID went, moment by moment. Its caller can see that you have looked."""
    with own_gateway() as gateway:
        file, now = gateway.sessions.show(session_id, by), gateway.clock.now()
        life = life_of(file, now)
        if as_json:
            _print({**_plain(file, now), "life": [_step(each) for each in life]})
            return
        zone = gateway.deployment.settings.zone
        for step in life:
            click.echo(f"{step.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {step.said}{_wait(step)}")


def _wait(step: Step) -> str:
    if step.milliseconds is None:
        return ""
    late = ", later than the deadline" if step.is_late else ""
    return f" ({step.milliseconds / 1000:.1f} s{late})"


def _plain(file: SessionFile, now: datetime) -> Mapping[str, object]:
    return {
        "id": file.id,
        "channel": file.parts[0].channel,
        "network": file.parts[0].network_code,
        "institutions": [part.institution for part in file.parts],
        "services": list(file.services),
        "began_at": for_programs(file.began_at),
        "last_at": for_programs(file.last_at),
        "standing": file.standing(now).value,
    }


def _step(step: Step) -> Mapping[str, object]:
    return {
        "at": for_programs(step.at),
        "what": str(step.said),
        "milliseconds": step.milliseconds,
        "late": step.is_late,
    }


def _print(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))

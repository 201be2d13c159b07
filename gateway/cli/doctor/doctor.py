"""`gateway doctor`: is everything there that the gateway needs, and if not, what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from gateway.cli.doctor import alerts, answers, deployment, disk, messages, people, rows, stores
from gateway.cli.doctor.one_channel import one_channel
from gateway.cli.shared.finding import Finding
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option
from gateway.composition.gateway import Gateway

Check = Callable[[Gateway], Iterator[Finding]]


@click.command(
    epilog="""\b
Examples:
  gateway doctor
  gateway doctor --json | jq '.[] | select(.ok | not)'
  gateway doctor --channel at-ke
"""
)
@click.option(
    "--channel",
    metavar="NAME",
    help="Check one line alone, as it is set up step by step, with a live test turn.",
)
@json_option
def doctor(channel: str | None, as_json: bool) -> None:
    """Check database, Redis, clock, keys, menus, channels, and whether citizens are answered.

    Each finding comes with its fix.

    Exits with 1 when something needs mending.
    """
    with own_gateway() as gateway:
        if channel is not None:
            findings = list(one_channel(gateway, channel))
        else:
            findings = [finding for check in CHECKS for finding in check(gateway)]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        wide = max(len(finding.what) for finding in findings)
        for finding in findings:
            mark = (
                click.style("ok   ", fg="green") if finding.ok else click.style("mend ", fg="red")
            )
            click.echo(f"{mark} {finding.what:<{wide}} {finding.sentence}")
            if not finding.ok:
                click.echo(f"      {'':<{wide}} → {finding.fix}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)


CHECKS: tuple[Check, ...] = (
    deployment.menus,
    stores.keys,
    disk.data_folder,
    disk.room,
    disk.spool,
    stores.database,
    rows.tables,
    rows.postings,
    answers.queues,
    messages.unsettled,
    stores.redis,
    answers.turns,
    answers.since_counting_began,
    deployment.back_ends,
    deployment.channels,
    alerts.sources,
    people.people,
    people.spending,
    people.channels_allowed,
    people.audit,
)

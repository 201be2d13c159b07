"""`gateway consents import` and `stop`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gateway.cli.consents.look import parsed
from gateway.cli.data.faults_told import told
from gateway.cli.shared.faults import for_programs
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import DataInvalid
from gateway.domain.telecom.consent import EVERYTHING


@click.command(
    "import",
    epilog="""\b
Example:
  gateway consents import signed.csv --by ruth

A row of signed.csv:
  number,topic,state,day,evidence
  0711000001,warnings,opted_in,2026-11-02,"form 12, clinic of Mbale"
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@actor_option
@json_option
def import_(file: Path, by: str, as_json: bool) -> None:
    """Take in what subscribers said elsewhere: FILE is CSV in UTF-8, or XLSX.

    It is taken whole or not at all: each faulty row is named. What a subscriber has said later
    stays, a STOP above all, and no list takes a STOP of everything back. Exits with 1 when there
    are faults.
    """
    with own_gateway() as gateway:
        try:
            taken = gateway.consents.take_list(file, by)
        except DataInvalid as error:
            if as_json:
                faults = for_programs(error.faults)
                click.echo(json.dumps({"faults": faults}, ensure_ascii=False, indent=2))
            else:
                click.echo("\n".join(told(error.faults)), err=True)
                faulty = counted(len(error.faults), "fault")
                click.echo(f"{faulty}. Nothing was stored.", err=True)
            raise SystemExit(1) from None
    if as_json:
        click.echo(json.dumps({"consents": taken.changes, "overruled": taken.overruled}))
        return
    click.echo(f"{counted(taken.changes, 'consent')} taken from {file}.")
    if taken.overruled:
        click.echo(f"{taken.overruled} of them change nothing: something else was said later.")


@click.command(
    epilog="""\b
Examples:
  gateway consents stop +254711000001 --reason 'asked for it by phone' --by ruth
  gateway consents stop 0711000001 --topic warnings --reason 'asked for it at the counter'
"""
)
@click.argument("number", metavar="NUMBER")
@click.option("--topic", default=EVERYTHING, help="Only this topic; everything otherwise.")
@click.option("--reason", required=True, help="How the subscriber said so: it is kept as proof.")
@actor_option
@json_option
def stop(number: str, topic: str, reason: str, by: str, as_json: bool) -> None:
    """Keep a STOP of NUMBER that they told a person. Only they take it back, by START."""
    with own_gateway() as gateway:
        known = gateway.consents.topics()
        if topic != EVERYTHING and topic not in known:
            raise click.BadParameter(
                f"'{topic}' is no topic.{did_you_mean(topic, known)} "
                f"There are: {', '.join(sorted(known))}.",
                param_hint="--topic",
            )
        subscriber = parsed(gateway, number)
        gateway.consents.change.stop(subscriber, topic, by, reason)
    if as_json:
        click.echo(json.dumps({"number": str(subscriber), "topic": topic, "state": "opted_out"}))
        return
    what = "Nothing unasked" if topic == EVERYTHING else f"Nothing about '{topic}'"
    click.echo(f"{what} goes to {subscriber} any more.")

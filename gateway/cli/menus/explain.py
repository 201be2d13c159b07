"""`gateway menus explain`: what a fault code means, with an example and what to do."""

from __future__ import annotations

import click

from gateway.domain.faults_and_errors.codes import CODES
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.examples import example_of


@click.command(epilog="\b\nExamples:\n  gateway menus explain M021\n  gateway menus explain\n")
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain a fault CODE: its cause, an example, and how to mend it. Without one, list all."""
    if code is None:
        for each, text in CODES.items():
            click.echo(f"{each}  {text.title}")
        return
    wanted = code.upper()
    if wanted not in CODES:
        proposal = did_you_mean(wanted, CODES) or " List all: gateway menus explain"
        raise Refused(f"There is no code '{code}'.{proposal}")
    text = CODES[wanted]
    click.secho(f"{wanted}  {text.title}", bold=True)
    click.echo(f"\n{text.cause}\n")
    for line in example_of(wanted).splitlines():
        click.echo(f"    {line}")
    click.echo(f"\n{text.fix}")

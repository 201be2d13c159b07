"""`gateway menus explain`: what a fault code means, with an example and what to do."""

from __future__ import annotations

import click

from gateway.domain.errors import Refused
from gateway.domain.fault_codes import CODES
from gateway.domain.fault_examples import example_of
from gateway.domain.proposals import did_you_mean


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

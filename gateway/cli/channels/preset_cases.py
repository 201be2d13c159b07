"""`gateway channels cases`: what a preset makes of what its provider sends, held to a file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.kind import RanCase
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.deployment.folder import find_home
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused


@click.command(
    short_help="Run the cases of your presets: what is taken, what is refused.",
    epilog="""\b
Examples:
  gateway channels cases
  gateway channels cases termii
  gateway channels cases termii --file from-their-log.yaml --json
""",
)
@click.argument("preset", nargs=-1)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another case file than the preset's own, config/providers/cases/PRESET.yaml.",
)
@json_option
@click.pass_context
def cases(
    context: click.Context, preset: tuple[str, ...], file: Path | None, as_json: bool
) -> None:
    """Run the case file of each PRESET: what the provider sends, and what the gateway makes of it.

    Without a name all of the deployment's own presets are run. Nothing is sent, nothing is stored,
    and no channel is needed: a case file names one of its own. Exits with 1 where a case came to
    something else than its file says.
    """
    if file is not None and len(preset) != 1:
        raise click.UsageError("--file holds cases of one preset: name it.")
    home = find_home(os.environ)
    ran = [
        each
        for name in preset or _own(home)
        for each in PROVIDERS[_provider_of(home, name)].run_cases(home, name, file)
    ]
    if as_json:
        click.echo(json.dumps([_row(each) for each in ran], ensure_ascii=False, indent=2))
    else:
        _tell(ran)
    context.exit(1 if any(each.wrong for each in ran) else 0)


def _own(home: Path) -> Sequence[str]:
    """Returns the deployment's own presets; raises Refused where it has none."""
    names = [each.name for kind in PROVIDERS.values() for each in kind.presets(home) if each.own]
    if not names:
        raise Refused("This deployment has no preset of its own: name one, or see docs/presets.md.")
    return names


def _provider_of(home: Path, name: str) -> str:
    listed = {each.name: kind for kind, row in PROVIDERS.items() for each in row.presets(home)}
    if name not in listed:
        proposal = did_you_mean(name, listed) or " See: gateway channels presets"
        raise Refused(f"There is no preset '{name}'.{proposal}")
    return listed[name]


def _row(case: RanCase) -> dict[str, object]:
    return {**asdict(case), "ok": not case.wrong}


def _tell(ran: Sequence[RanCase]) -> None:
    for case in ran:
        word = click.style("wrong", fg="red", bold=True) if case.wrong else "ok"
        click.echo(f"{case.file}:{case.line}: {word}: {case.label}")
        for each in case.wrong or case.read:
            said = each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
            for line in said.splitlines():
                click.echo(f"  {line}")
    wrong = sum(bool(case.wrong) for case in ran)
    click.echo(f"{counted(len(ran), 'case')}, {wrong or 'none'} wrong.")
    refused = sum(case.refused for case in ran)
    if refused < len(ran) / 3:
        click.echo(
            f"Note: {refused} of them {'is' if refused == 1 else 'are'} refused. Write what must "
            "not be taken, too: without the secret, without a session or an id, cut off."
        )

"""`gateway menus schema`: JSON Schema of the menu files, for editors."""

from __future__ import annotations

import json

import click

from gateway.adapters.editor_schema import schemas
from gateway.adapters.yaml.documents import shown_name
from gateway.cli.shared.output_files import write_files
from gateway.deployment.load import load


@click.command(
    epilog="""\b
Examples:
  gateway menus schema                 writes menus/schemas/*.json
  gateway menus schema --print main    prints one
"""
)
@click.option("--print", "wanted", metavar="NAME", help="Print one schema instead of writing all.")
def schema(wanted: str | None) -> None:
    """Write the schemas of the menu files into the menu's folder.

    The first line of a file tells the editor which one is meant, and makes it complete keys, show
    what they mean, and underline slips:

    \b
    # yaml-language-server: $schema=schemas/service.json
    """
    made = schemas()
    if wanted is not None:
        if wanted not in made:
            raise click.BadParameter(f"expected one of {', '.join(made)}", param_hint="--print")
        click.echo(written(made[wanted]), nl=False)
        return
    folder = load().settings.menus_folder / "schemas"
    files = {folder / f"{name}.json": written(each).encode() for name, each in made.items()}
    # They are the gateway's own: nobody writes anything into them, and an update brings new ones.
    write_files(files, overwrite=True)
    for path in files:
        click.echo(shown_name(path))


def written(schema: object) -> str:
    """Returns a schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"

"""`gateway backup`: a copy of the database, taken while the gateway runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gateway.adapters.sql.retention.online_backup import (
    BackupFile,
    back_up,
    file_of,
    look_at,
)
from gateway.cli.shared.options import json_option
from gateway.cli.shared.output_files import overwrite_option, refuse_existing
from gateway.cli.shared.progress import progress_bar
from gateway.deployment.load import load


@click.command(
    epilog="""\b
Examples:
  gateway backup /var/backups/gateway-$(date +%F).db
  gateway backup --check /var/backups/gateway-2027-03-01.db
"""
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Look at a backup instead of making one.")
@overwrite_option
@json_option
def backup(file: Path, check: bool, overwrite: bool, as_json: bool) -> None:
    """Copy the whole database into FILE, while the gateway runs.

    The copy is checked page by page before FILE appears, and only its owner may read it. The
    master keys are not in it: keep them elsewhere, or nobody reads it again. With PostgreSQL use
    pg_dump; docs/operations.md has both, and how to restore.
    """
    if not check:
        refuse_existing([file], overwrite)
    held = set(load().keyring.key_ids)
    found = look_at(file) if check else _made(file, quiet=as_json)
    missing = [key for key in found.keys if key not in held]
    if as_json:
        told = {
            "file": str(found.path),
            "bytes": found.size,
            "schema": found.schema,
            "keys": list(found.keys),
            "missing_keys": missing,
        }
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(f"{found.path}: {found.size / 1e6:,.1f} MB, whole, schema {found.schema}.")
        click.echo(f"It is read with the keys {', '.join(found.keys) or '(none yet)'}.")
        if missing:
            click.echo(f"MISSING from GATEWAY_KEY: {', '.join(missing)}", err=True)
    if missing:
        sys.exit(1)


def _made(file: Path, *, quiet: bool) -> BackupFile:
    source = file_of(load().settings.database_url)
    with progress_bar(100, "pages", hidden=quiet) as bar:
        return back_up(
            source, file, lambda left, of: bar.update(100 * (of - left) // (of or 1) - bar.pos)
        )

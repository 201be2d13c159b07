"""`gateway drafts update`: a draft brought onto what is live now."""

from __future__ import annotations

from collections.abc import Sequence

import click

from gateway.cli.drafts.shown import id_argument, tell
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.onto_live import Joined


@click.command(
    epilog="""\b
Examples:
  gateway drafts update 1
  gateway drafts update 1 --show find_clinic.yaml
  gateway drafts update 1 --mine find_clinic.yaml --live main.yaml
"""
)
@id_argument
@click.option("--mine", multiple=True, metavar="FILE", help="Keep the draft's text of FILE.")
@click.option("--live", multiple=True, metavar="FILE", help="Take the live text of FILE.")
@click.option("--show", metavar="FILE", help="Print both texts of FILE, and change nothing.")
@actor_option
@json_option
def update(
    draft_id: str,
    mine: Sequence[str],
    live: Sequence[str],
    show: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Bring draft ID onto what is live now, file by file.

    What only one side has changed is kept. Of a file that both have changed you say which text
    stays; to put both together, save the file first (gateway drafts save), and keep yours then.
    """
    with own_gateway() as gateway:
        draft = gateway.drafts.one(draft_id, by=by)
        found = gateway.drafts.update.clashes(draft_id, by=by)
        if show is not None:
            click.echo(_both(found, show))
            return
        texts = {each.path: each for each in found.clashes}
        for path in (*mine, *live):
            if path not in texts:
                raise Refused(f"{path} is no file that both sides have changed.")
        decided = {
            **{path: texts[path].mine for path in mine},
            **{path: texts[path].live for path in live},
        }
        brought = gateway.drafts.update.onto_live(
            draft_id, version=draft.version, by=by, decided=decided
        )
        taken = f" Taken from what is live: {', '.join(found.taken)}." if found.taken else ""
        at = f"release {brought.base}" if brought.base else "the files"
        said = f"Draft {brought.id} stands on {at} now, version {brought.version}.{taken}"
        tell(gateway, brought, said, as_json=as_json)


def _both(found: Joined, path: str) -> str:
    clash = next((each for each in found.clashes if each.path == path), None)
    if clash is None:
        raise Refused(f"{path} is no file that both sides have changed.")
    gone = "(taken out)\n"
    mine, live = (gone if text is None else text for text in (clash.mine, clash.live))
    return f"--- in the draft\n{mine.rstrip()}\n--- live\n{live.rstrip()}"

"""`gateway menus history` and `diff`: what was published, and what changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import click

from gateway.cli.shared.formatting import for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.release import Release
from gateway.domain.menu_views.release_diff import describe
from gateway.use_cases.ports.releases import Publication, ReleaseStore

_MOST = 1000
_EARLIER = "earlier"


@click.command(epilog="\b\nExample:\n  gateway menus history --limit 5\n")
@click.option("--limit", default=20, show_default=True, help="How many publications.")
@json_option
def history(limit: int, as_json: bool) -> None:
    """List what was published: when it went live, who published it, and why."""
    with own_gateway() as gateway:
        published = gateway.menus.store.history(limit)
    rows = [_row(each, gateway.clock.now()) for each in published]
    _mark_live(rows)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo("Nothing was ever published: the files are served. See: gateway menus publish")
    for each, row in () if as_json else zip(published, rows, strict=True):
        note = f"  {row['note']}" if row["note"] else ""
        live_at = local(gateway.deployment, each.live_at)
        click.echo(f"{live_at}  {row['release']}  {row['state']:<9}  {row['by']}{note}")


@click.command(
    epilog="""\b
Examples:
  gateway menus diff                  the live release, and the files
  gateway menus diff 143f 9c01        two releases; the first letters are enough
  gateway menus diff 143f files
"""
)
@click.argument("first", default="live")
@click.argument("second", default="files")
@json_option
def diff(first: str, second: str, as_json: bool) -> None:
    """Say in plain language what changed from FIRST to SECOND.

    Each is a release, `live` for the one that is served, or `files` for the menu as it stands.
    """
    with own_gateway() as gateway:
        old, new = _found(gateway, first), _found(gateway, second)
    changes = describe(old, new)
    if as_json:
        shown = {"from": old.id, "to": new.id, "changes": changes}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(changes) or "Nothing differs.")


def _row(publication: Publication, now: datetime) -> dict[str, str]:
    if publication.withdrawn:
        state = "withdrawn"
    elif publication.live_at > now:
        state = "scheduled"
    else:
        state = _EARLIER
    return {
        "live_at": for_programs(publication.live_at),
        "release": publication.release_id,
        "state": state,
        "by": publication.by,
        "note": publication.note,
    }


def _mark_live(rows: Sequence[dict[str, str]]) -> None:
    """Marks the newest that is not to come: a release may have been live before, too."""
    for row in rows:
        if row["state"] == _EARLIER:
            row["state"] = "live"
            return


def _found(gateway: Gateway, wanted: str) -> Release:
    if wanted == "files":
        return gateway.deployment.load_release()
    store = gateway.menus.store
    id = gateway.menus.live_id() if wanted == "live" else whole_id(store, wanted)
    release = store.load(id) if id else None
    if release is None:
        raise Refused("Nothing is live yet. See: gateway menus publish")
    return release


def whole_id(store: ReleaseStore, beginning: str) -> str:
    """Returns the id of the release that begins so; raises Refused unless there is exactly one."""
    ids = {each.release_id for each in store.history(_MOST)}
    fitting = [id for id in ids if id.startswith(beginning)]
    if not fitting:
        raise Refused(f"There is no release '{beginning}'. See: gateway menus history")
    if len(fitting) > 1:
        raise Refused(f"More than one release begins with '{beginning}'.")
    return fitting[0]

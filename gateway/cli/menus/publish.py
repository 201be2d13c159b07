"""`gateway menus publish` and `rollback`: which menu citizens meet, and from when."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.menu_files import load as menu_files
from gateway.adapters.releases import whole_folder
from gateway.adapters.releases.whole_folder import Base
from gateway.adapters.system.login import login_name
from gateway.cli.menus.history import whole_id
from gateway.cli.menus.rehearsed import conclusion, rehearsed, tell, verbose_option, verdict_rows
from gateway.cli.menus.texts.review import note_unread
from gateway.cli.shared.formatting import for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option
from gateway.composition.menus import Menus
from gateway.deployment.live_forms import changed_otherwise
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import MenuInvalid, Refused
from gateway.domain.menu_views.release_diff import describe
from gateway.domain.reading.local_moment import local_moment
from gateway.rehearsal.rehearse import Rehearsed
from gateway.use_cases.ports.releases import Content

by_option = click.option(
    "--by", default=login_name, metavar="NAME", help="Who publishes; the login otherwise."
)
note_option = click.option("--note", default="", help="Why, for the history.")


@click.command(
    epilog="""\b
Examples:
  gateway menus publish --note "Clinic hours for the rains"
  gateway menus publish --at 2036-12-01T06:00
  gateway menus publish --first --note "When the machines were set up"
  gateway menus publish --json | jq -r .release
  gateway menus publish --replacing 48bb7acb832c750f
"""
)
@click.option("--at", metavar="TIME", help="When it goes live, in the deployment's time zone.")
@click.option(
    "--replacing",
    metavar="RELEASE",
    help="Publish over RELEASE, which is live and which the folder does not have.",
)
@click.option("--first", is_flag=True, help="Do nothing where a menu was ever published.")
@note_option
@by_option
@verbose_option
@json_option
@click.pass_context
def publish(
    context: click.Context,
    at: str | None,
    replacing: str | None,
    first: bool,
    note: str,
    by: str,
    verbose: bool,
    as_json: bool,
) -> None:
    """Publish the menu: check it, play its dialogues, store it, and let it go live.

    Web and worker processes take it up within two seconds, without a restart. Sessions that run go
    on with the release they began on. Publishes nothing, and exits with 1, when the menu has
    faults or a dialogue goes otherwise; with 5, saying what differs, when something else is live
    than the folder began at, by its file .base.json.
    """
    with own_gateway() as gateway:
        deployment, menus = gateway.deployment, gateway.menus
        live_at = _moment(deployment, at)
        if first and (published := menus.store.history(1)):
            kept = published[0].release_id
            told = f"Release {kept} was published before. Nothing is published now."
            click.echo(_as_json(None, kept) if as_json else told)
            return
        menus.publish.check_moment(live_at)  # before the dialogues, which take their time
        upon = menus.publish.newest()
        folder = deployment.settings.menus_folder
        _hold_to_base(menus, folder, replacing)
        sources, dialogues = menu_files.sources(folder), dialogue_files.texts(folder)
        release = deployment.load_release(menus.store.shortcuts())
        if (sources, dialogues) != (menu_files.sources(folder), dialogue_files.texts(folder)):
            raise Refused("A menu file was saved in the meantime. Publish again.")
        _hold_to_rows(menus, deployment, sources)
        menus.publish.check_allowed(release, by=by)
        before = menus.live()
        known_good = before is not None and before.id == release.id
        paths = () if known_good else dialogue_files.found_in(folder)
        played = rehearsed(deployment, release, paths)
        if played.failed:
            if as_json:
                click.echo(_as_json(played))
            else:
                tell(played, verbose=verbose)
                click.echo("Nothing is published.")
            context.exit(1)
        content = Content(release=release, sources=sources, dialogues=dialogues)
        goes_live = menus.publish(content, by=by, upon=upon, note=note, live_at=live_at)
        _note_base(folder, release.id)
    changes = describe(before, release) if before else []
    if as_json:
        click.echo(_as_json(played, release.id, for_programs(goes_live), changes))
        return
    if paths:
        click.echo(conclusion(played, "all as written."))
    when = "now" if at is None else local(deployment, goes_live)
    click.echo(f"Release {release.id} is published. It goes live {when}.")
    for line in changes:
        click.echo(f"  {line}")
    note_unread(deployment.settings.menus_folder, list(release.languages))


@click.command(
    epilog="""\b
Examples:
  gateway menus rollback
  gateway menus rollback 143f7373a2af5cdd --note "The hours were wrong"
"""
)
@click.argument("release", required=False)
@note_option
@by_option
def rollback(release: str | None, note: str, by: str) -> None:
    """Let the release before the live one, or RELEASE, go live again at once.

    What was scheduled and is not live yet is withdrawn. Sessions that run go on as they began.
    """
    with own_gateway() as gateway:
        wanted = whole_id(gateway.menus.store, release) if release else None
        rolled = gateway.menus.publish.roll_back(wanted, by=by, note=note)
    goes = "stays live" if rolled.was_live else "goes live again now"
    click.echo(f"Release {rolled.release_id} {goes}.")
    for each in rolled.withdrawn:
        when = local(gateway.deployment, each.live_at)
        click.echo(f"Withdrawn: release {each.release_id}, scheduled for {when}.")


def _hold_to_rows(menus: Menus, deployment: Deployment, sources: Mapping[str, str]) -> None:
    """Raises MenuInvalid for a form that is no more what the rows stand under."""
    published = menus.store.published_forms()
    if faults := changed_otherwise(sources, published, deployment.datasets):
        raise MenuInvalid(faults)


def _hold_to_base(menus: Menus, folder: Path, replacing: str | None) -> None:
    """Raises Refused where something else is live than a folder began at."""
    live = menus.live_id()
    if replacing and live and live.startswith(replacing):
        return
    menus.publish.check_base(
        whole_folder.base_of(folder).release,
        "To see it: gateway menus pull FOLDER. Put both together here, and then say that you know "
        f"of it: gateway menus publish --replacing {live}",
    )


def _note_base(folder: Path, release: str) -> None:
    """Has a folder know what it was published as; one that cannot be written knows nothing."""
    name, told = whole_folder.base_file(folder, Base(release=release))
    with contextlib.suppress(OSError):
        name.write_bytes(told)


def _as_json(
    played: Rehearsed | None,
    release: str | None = None,
    live_at: str | None = None,
    changes: Sequence[str] = (),
) -> str:
    told = {
        "release": release,
        "live_at": live_at,
        "changes": changes,
        "dialogues": verdict_rows(played) if played else [],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _moment(deployment: Deployment, at: str | None) -> datetime | None:
    if at is None:
        return None
    try:
        return local_moment(at, deployment.settings.zone)
    except Refused as error:
        raise click.BadParameter(str(error), param_hint="--at") from None

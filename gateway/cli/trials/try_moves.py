"""`gateway menus try`: be a citizen on any network, as the simulator of the console lets you."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.yaml.documents import shown_name
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import json_option, looker_option
from gateway.cli.shared.output_files import overwrite_option, write_files
from gateway.cli.trials.record_dialogue import check_place
from gateway.deployment.load import Deployment, load
from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.trials.moves import move
from gateway.domain.trials.trial import INVENTED, NO_NUMBER, NOTES, Happened, Setting, Trial, Tried
from gateway.rehearsal.trials.as_dialogue import as_dialogue
from gateway.rehearsal.trials.kept import Menu, Ready, Trials
from gateway.rehearsal.trials.menus import draft_menu, files_menu, live_menu


@click.command(
    name="try",
    epilog="""\b
Examples:
  gateway menus try '*384*2026#' 1 1 --language en
  gateway menus try '*384*2026#' 1 ':twice 1' :lose ':wait 30' :redial
  gateway menus try '*384*2026#' 1 ':slow 1' --septets 140 --newest
  gateway menus try ':text RESULT 10231456 2025' --at 2026-11-30T08:00
  gateway menus try '*384*2026#' 1 --draft 7KQ4 --json
  gateway menus try '*384*2026#' 1 :lose :redial --record menus/dialogues/my_drop.dialogue.yaml
\b
Moves: what is typed; a code is dialled. One that begins with a colon does something else:
  :text SMS  :lose  :time-out  :redial  :wait MINUTES  :dial CODE  :type TEXT
  :outcome NAME OUTCOME [VALUE='...']   what a back end comes to from then on
Before a move that is sent:
  :twice  it arrives twice              :late  the turn before comes once more, after it
  :cut    what was typed before is lost :slow  every back end is too slow
""",
)
@click.argument("moves", nargs=-1, required=True)
@click.option("--draft", metavar="ID", help="A draft; the files of the deployment otherwise.")
@click.option("--live", is_flag=True, help="The menu that citizens meet now.")
@click.option("--language", default="", metavar="CODE", help="What the citizen chose before.")
@click.option("--channel", default="", metavar="NAME", help="A channel; one of 160 otherwise.")
@click.option(
    "--septets",
    type=click.IntRange(40, 182),
    help="The longest page of the network; as on the channel otherwise.",
)
@click.option("--count-prefix", is_flag=True, help="The network counts CON and END, too.")
@click.option("--newest", is_flag=True, help="The network sends the newest answer alone.")
@click.option(
    "--from",
    "number",
    default=INVENTED,
    show_default=True,
    metavar="MSISDN",
    help="The number of the phone.",
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M"]),
    metavar="TIME",
    help="When it takes place, such as 2026-11-30T08:00, in the deployment's zone.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it as a golden dialogue into FILE, in the menu's folder.",
)
@overwrite_option
@looker_option
@json_option
def try_(
    moves: tuple[str, ...],
    draft: str | None,
    live: bool,
    language: str,
    channel: str,
    septets: int | None,
    count_prefix: bool,
    newest: bool,
    number: str,
    at: datetime | None,
    record: Path | None,
    overwrite: bool,
    by: str,
    as_json: bool,
) -> None:
    """Play MOVES on a phone, with whatever a network or a back end does, and show what comes.

    Nothing is kept or sent, and no other system is asked: it is played over the sample data. A
    declared call comes to the first of its outcomes, until `:outcome` says another.
    """
    if draft and live:
        raise click.UsageError("Try a --draft, or what is --live.")
    deployment = load()
    check_place(deployment, record, overwrite)
    setting = Setting(
        number=_number(number, deployment),
        language=language,
        channel=channel,
        septets=septets or 0,
        count_prefix=count_prefix,
        newest=newest,
        **({} if at is None else {"at": _moment(at, deployment)}),
    )
    trial = Trial(setting=setting)
    for each in moves:
        trial = trial.then(move(each))
    with _on(deployment, draft, by, live=live) as ready:
        tried = ready.player.play(trial)
        if as_json:
            click.echo(json.dumps(_as_json(tried, ready), ensure_ascii=False, indent=2))
        else:
            _tell(tried, ready)
        if record is not None:
            root = dialogue_files.way_to_root(record, deployment.settings.menus_folder)
            copied = as_dialogue(ready.player, tried, to_root=root)
            write_files({record: copied.text.encode()}, overwrite)
            click.echo(f"Recorded in {shown_name(record)}. Now give it a title.", err=True)
            if copied.other_pages:
                click.echo(
                    "It shows other pages than you saw: what a network or a slow back end does "
                    "stands in no dialogue.",
                    err=True,
                )


@contextmanager
def _on(deployment: Deployment, draft: str | None, by: str, *, live: bool) -> Iterator[Ready]:
    menu: Menu
    with own_gateway(deployment) as gateway:
        trials = Trials(gateway.clock)
        try:
            if draft:
                menu = draft_menu(gateway, gateway.drafts.one(draft, by=by))
            elif live:
                menu = live_menu(gateway, by)
            else:
                menu = files_menu(deployment)
            with trials.on(menu) as ready:
                yield ready
        finally:
            trials.close()


def _number(written: str, deployment: Deployment) -> str:
    try:
        return typed_number(written, deployment.settings.national_region).e164
    except InvalidAddress as error:
        raise click.BadParameter(NO_NUMBER, param_hint="--from") from error


def _moment(at: datetime, deployment: Deployment) -> datetime:
    return at.replace(tzinfo=deployment.settings.zone).astimezone(UTC)


def _tell(tried: Tried, ready: Ready) -> None:
    for each in tried.happened:
        click.echo("\n".join(_lines(each, ready)))
    if tried.left_over:
        click.echo(f"It took too long: {tried.left_over} moves were not played.", err=True)


def _lines(each: Happened, ready: Ready) -> Iterator[str]:
    yield f"> {each.move.written}"
    if each.page is not None:
        yield from (f"  {line}" for line in each.page.split("\n"))
        if each.ends:
            yield "  (the end)"
    for text in each.sms:
        yield from (f"  SMS: {line}" for line in text.split("\n"))
    yield from (f"  ({asked.name} came to {asked.came_to})" for asked in each.asked)
    if each.note is not None:
        yield f"  ({NOTES[each.note]})"
    place = ready.places.place(each.screen) if each.screen else None
    if place is not None:
        yield f"  ({each.screen}, {place.file}:{place.line})"


def _as_json(tried: Tried, ready: Ready) -> Mapping[str, object]:
    moves: Sequence[Mapping[str, object]] = [
        {
            "move": each.move.written,
            "page": each.page,
            "ends": each.ends,
            "sms": each.sms,
            "screen": each.screen,
            "place": _place(each, ready),
            "milliseconds": round(each.took_seconds * 1000, 1),
            "asked": [asdict(asked) for asked in each.asked],
            "note": each.note,
        }
        for each in tried.happened
    ]
    return {
        "moves": moves,
        "open": tried.open,
        "left_over": tried.left_over,
        "held": [asdict(each) for each in tried.held],
    }


def _place(each: Happened, ready: Ready) -> str:
    place = ready.places.place(each.screen) if each.screen else None
    return "" if place is None else f"{place.file}:{place.line}"

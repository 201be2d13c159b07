"""`gateway alerts`: public warnings that come in the Common Alerting Protocol."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from gateway.cli.shared.formatting import local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.alerts.districts import Part
from gateway.domain.alerts.taken import AlertState, TakenAlert
from gateway.domain.alerts.warning import Meaning, PublicWarning
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.telecom.segments import segment


@click.group(epilog="\b\nExample:\n  gateway alerts take flood.xml --source weather\n")
def alerts() -> None:
    """Take in public warnings, and make broadcasts of them.

    Weather services and civil protection write them in the Common Alerting Protocol (CAP 1.2).
    """


@alerts.command(
    short_help="List who may bring warnings, and where.",
    epilog="\b\nExamples:\n  gateway alerts sources\n  gateway alerts sources --json\n",
)
@json_option
def sources(as_json: bool) -> None:
    """List the sources with the address that each brings its warnings to.

    The address carries the source's secret: give it to the source alone.
    """
    deployment = load()
    found = {
        name: {
            "url": deployment.alert_url(name),
            "institution": source.institution or deployment.settings.institution,
            "signed": bool(source.certificates),
        }
        for name, source in deployment.settings.alerts.sources.items()
    }
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, source in found.items():
        signed = "signed" if source["signed"] else "by its secret alone"
        click.echo(f"{name}  {source['institution']}, {signed}\n  {source['url']}")
    if not found:
        click.echo("No source is named. Write one under alerts.sources: docs/alerts.md")


@alerts.command(
    short_help="Take in a warning from a file.",
    epilog="""\b
Examples:
  gateway alerts take flood.xml --source weather
  gateway alerts take flood.xml --source weather --json
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, metavar="NAME", help="The source that it comes from.")
@actor_option
@json_option
def take(file: Path, source: str, by: str, as_json: bool) -> None:
    """Take in the CAP document in FILE, as if its source had brought it.

    What it says becomes a draft of a broadcast for each threat: nothing goes out before people
    check and start it. The same document again changes nothing.
    """
    with own_gateway() as gateway:
        known = gateway.deployment.settings.alerts.sources
        if source not in known:
            proposal = did_you_mean(source, known)
            raise click.BadParameter(
                f"'{source}' is no source.{proposal} See: gateway alerts sources",
                param_hint="--source",
            )
        taken = gateway.alerts.decide.bring(source, file.read_bytes(), str(file), by)
        _tell(gateway, taken, as_json)


@alerts.command(
    "list",
    short_help="List the warnings that came in.",
    epilog="\b\nExamples:\n  gateway alerts list\n  gateway alerts list --json\n",
)
@click.option("--institution", default="", metavar="NAME", help="Only those of one institution.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@actor_option
@json_option
def list_(institution: str, limit: int, by: str, as_json: bool) -> None:
    """List the newest warnings, and what still waits for a person."""
    with own_gateway() as gateway:
        found = gateway.alerts.decide.newest(institution, limit, by)
        if as_json:
            click.echo(json.dumps([_plain(each) for each in found], indent=2, ensure_ascii=False))
            return
        for each in found:
            at = local(gateway.deployment, each.received_at)
            click.echo(f"{each.id}  {at}  {each.source}  {_in_short(each)}")
            for warning in each.reading.warnings:
                for part in warning.partly:
                    click.echo(f"   {_in_part(part)}")
            for place in each.waits:
                for doubt in gateway.alerts.decide.why_it_waits(each.reading.warnings[place]):
                    click.echo(f"   ? {doubt}")
        if not found:
            click.echo("No warning has come in.")


@alerts.command(
    short_help="Show a warning, and what came of it.",
    epilog="\b\nExamples:\n  gateway alerts show 3\n  gateway alerts show 3 --json\n",
)
@click.argument("id", type=int)
@actor_option
@json_option
def show(id: int, by: str, as_json: bool) -> None:
    """Show what alert ID says, for which districts, and the broadcasts that it became."""
    with own_gateway() as gateway:
        _tell(gateway, gateway.alerts.decide.one(id, by), as_json)


@alerts.command(
    short_help="Make a broadcast of a warning that waits.",
    epilog="""\b
Examples:
  gateway alerts draft 3 --district Mbale --district Kitembe
  gateway alerts draft 3 2 --text en='Flood tonight. Go up now.' --text sw='Mafuriko usiku huu.'
""",
)
@click.argument("id", type=int)
@click.argument("number", type=click.IntRange(min=1), default=1)
@click.option("--district", "districts", multiple=True, metavar="NAME", help="Where it holds.")
@click.option("--text", "texts", multiple=True, metavar="CODE=TEXT", help="Its text in a language.")
@actor_option
@json_option
def draft(
    id: int, number: int, districts: tuple[str, ...], texts: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Make a broadcast of warning NUMBER of alert ID, with the districts and texts given here.

    A warning waits when nobody but a person can say which districts its area is, or when its text
    does not fit.
    """
    written = dict[str, str]()
    for each in texts:
        code, equals, text = each.partition("=")
        if not (equals and code and text.strip()):
            raise click.BadParameter("write it as en='Flood tonight.'", param_hint="--text")
        written[code] = text.strip()
    with own_gateway() as gateway:
        taken = gateway.alerts.decide.draft(id, number - 1, districts or None, written, by)
        _tell(gateway, taken, as_json)


def _in_short(taken: TakenAlert) -> str:
    if taken.reading.meaning is Meaning.NOT_FOR_CITIZENS:
        return f"nothing is sent: {taken.reading.why}"
    events = ", ".join(dict.fromkeys(each.event for each in taken.reading.warnings))
    state = "over" if taken.state is AlertState.OVER else ""
    drafts = ", ".join(f"broadcast {each}" for each in taken.drafts.values())
    waits = f"{len(taken.waits)} wait for a person" if taken.waits else ""
    told = "; ".join(filter(None, (state, drafts, waits)))
    return f"{taken.message_type} {events or 'without a text'}: {told or 'nothing to send'}"


def _tell(gateway: Gateway, taken: TakenAlert, as_json: bool) -> None:
    if as_json:
        unknown = [each.identifier for each in gateway.alerts.decide.unknown_to(taken)]
        told = {**_plain(taken), **({"refers_to_unknown": unknown} if unknown else {})}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if taken.taken_before:
        at = local(gateway.deployment, taken.received_at)
        click.echo(f"It was taken before, at {at}, and nothing was changed.")
        click.echo("What is new in it has to come as an Update, with an identifier of its own.")
    click.echo(f"Alert {taken.id} from {taken.source}: {_in_short(taken)}")
    for name in gateway.alerts.decide.unknown_to(taken):
        click.echo(
            f"It refers to {name.identifier} of {name.sender}, which never came in: whoever heard "
            "of that by another way is told nothing here."
        )
    for place, warning in enumerate(taken.reading.warnings):
        _tell_warning(gateway, taken, place, warning)
    for place in sorted(taken.drafts.keys() - set(range(len(taken.reading.warnings)))):
        id = taken.drafts[place]
        click.echo(
            "Who was told before, and not by this, reads that it is over, as broadcast "
            f"{id}: gateway broadcast check {id}"
        )


def _tell_warning(gateway: Gateway, taken: TakenAlert, place: int, warning: PublicWarning) -> None:
    grave = ", emergency" if warning.emergency else ""
    until = local(gateway.deployment, warning.valid_until)
    click.echo(f"\n{place + 1}. {warning.event} ({warning.lane.value}{grave}), until {until}")
    click.echo(f"   Districts: {', '.join(warning.districts) or 'none was found'}")
    for part in warning.partly:
        click.echo(f"   {_in_part(part)}")
    for code, text in warning.texts.items():
        click.echo(f"   {code} ({len(segment(text).parts)} SMS): {text}")
    waits = place in taken.waits
    for doubt in gateway.alerts.decide.why_it_waits(warning) if waits else warning.doubts:
        click.echo(f"   ? {doubt}")
    if place in taken.drafts:
        id = taken.drafts[place]
        click.echo(f"   It is broadcast {id}. Run: gateway broadcast check {id}")
        if warning.emergency and taken.state is not AlertState.OVER:
            click.echo(
                "   Its source calls it an emergency. It goes to those who said STOP only if a "
                f"person says so:\n   gateway broadcast emergency {id} --reason WHY"
            )
    elif waits:
        click.echo(f"   Decide: gateway alerts draft {taken.id} {place + 1} --help")


def _in_part(part: Part) -> str:
    return f"{part.district} in part: its border holds {part.held} of {part.points} points"


def _plain(taken: TakenAlert) -> dict[str, Any]:
    return {
        **({"taken_before": True} if taken.taken_before else {}),
        "id": taken.id,
        "source": taken.source,
        "sender": taken.name.sender,
        "identifier": taken.name.identifier,
        "sent": taken.name.sent.isoformat(),
        "institution": taken.institution,
        "status": taken.status,
        "type": taken.message_type,
        "meaning": taken.reading.meaning.value,
        "why": taken.reading.why,
        "state": taken.state.value,
        "received_at": taken.received_at.isoformat(),
        "warnings": [
            {
                "event": each.event,
                "texts": dict(each.texts),
                "districts": list(each.districts),
                "partly": [asdict(part) for part in each.partly],
                "lane": each.lane.value,
                "emergency": each.emergency,
                "valid_until": each.valid_until.isoformat(),
                "doubts": list(each.doubts),
                "broadcast": taken.drafts.get(place),
            }
            for place, each in enumerate(taken.reading.warnings)
        ],
    }

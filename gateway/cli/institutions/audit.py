"""`gateway audit`: who did and saw what, and whether the record is as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click

from gateway.adapters.dataset_files.export import harmless, spreadsheet_csv
from gateway.cli.shared.formatting import counted, for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.cli.shared.output_files import overwrite_option, refuse_existing, write_files
from gateway.cli.shared.progress import progress_bar
from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import EVERYWHERE
from gateway.domain.reading.typed_number import typed_number
from gateway.use_cases.ports.institutions import AuditHead, AuditLine, AuditQuery

_ENDINGS = (".csv", ".jsonl")
_COLUMNS = ("institution", "line", "at", "by", "act", "what", "reason", "subscribers")

who_option = click.option("--who", default="", metavar="NAME", help="Only what NAME did.")
institution_option = click.option("--institution", default="", metavar="NAME")
act_option = click.option("--act", default="", metavar="ACT", help="Only this, such as publish.")
since_option = click.option("--since", metavar="TIME", help="From then on: 2026-11-01, or 7d.")
until_option = click.option("--until", metavar="TIME", help="Before then.")
number_option = click.option(
    "--number", metavar="MSISDN", help="Only what concerned this subscriber; they can see it."
)


@click.group(epilog="\b\nExample:\n  gateway audit list --since 7d\n")
def audit() -> None:
    """See who did and saw what. Who looks here is recorded, too."""


@audit.command(
    "list",
    epilog="""\b
Examples:
  gateway audit list --since 7d
  gateway audit list --who hana --act answer --institution health
  gateway audit list --number +254700000001 --json
""",
)
@who_option
@institution_option
@act_option
@since_option
@until_option
@number_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@actor_option
@json_option
def list_(
    who: str, institution: str, act: str, since: str | None, until: str | None,
    number: str | None, limit: int, by: str, as_json: bool,
) -> None:  # fmt: skip
    """List what was done and seen, the newest first."""
    with own_gateway() as gateway:
        query = _query(gateway, who, institution, act, since, until, number, limit)
        found = gateway.institutions.read_audit.newest(query, by)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        where = "every institution" if each.institution == EVERYWHERE else each.institution
        reason = f"  ({each.reason})" if each.reason else ""
        whose = f"  of {counted(each.subscribers, 'citizen')}" if each.subscribers else ""
        at = local(gateway.deployment, each.at)
        click.echo(f"{at}  {where}  {each.by}  {each.act}  {each.what}{whose}{reason}")
    if not found:
        click.echo("Nothing is recorded that fits.")


@audit.command(
    epilog="""\b
Examples:
  gateway audit export audit-2026.csv --since 2026-01-01 --until 2027-01-01
  gateway audit export audit.jsonl --institution health
"""
)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@who_option
@institution_option
@act_option
@since_option
@until_option
@number_option
@overwrite_option
@actor_option
@json_option
def export(
    file: Path, who: str, institution: str, act: str, since: str | None, until: str | None,
    number: str | None, overwrite: bool, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Write what was done and seen into FILE: .csv, or .jsonl with a line of JSON for each."""
    if file.suffix.lower() not in _ENDINGS:
        raise click.UsageError("Let FILE end with .csv or .jsonl.")
    refuse_existing([file], overwrite)
    with own_gateway() as gateway:
        query = _query(gateway, who, institution, act, since, until, number, 0)
        lines = [_plain(each) for each in gateway.institutions.read_audit.each(query, by)]
    told = _csv(lines) if file.suffix.lower() == ".csv" else _json_lines(lines)
    write_files({file: told}, overwrite)
    if as_json:
        click.echo(json.dumps({"file": str(file), "lines": len(lines)}, ensure_ascii=False))
    else:
        click.echo(f"{counted(len(lines), 'line')} written to {file}.")


@audit.command(
    epilog="""\b
Examples:
  gateway audit verify
  gateway audit verify --json > audit-2026-11-29.json     keep it on another machine
  gateway audit verify --against audit-2026-11-29.json
"""
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What --json printed before: who has the key cannot have changed what was noted then.",
)
@actor_option
@json_option
def verify(against: Path | None, by: str, as_json: bool) -> None:
    """Check that no line was removed or changed, and print where each institution's audit ends.

    Exits with 1 when something is not as it was recorded.
    """
    noted = _noted(against) if against else []
    with own_gateway() as gateway:
        read = gateway.institutions.read_audit
        heads = read.heads(by)
        total = sum(each.line - each.first + 1 for each in heads)
        with progress_bar(total, "lines", hidden=as_json or total < 20_000) as bar:
            faults = list(read.faults(by, noted, bar.update))
    if as_json:
        told = {"heads": [asdict(each) for each in heads], "faults": [asdict(f) for f in faults]}
        click.echo(json.dumps(told, indent=2))
    else:
        for each in heads:
            click.echo(f"{each.institution:<22} {each.line:>8} lines, ends with {each.mac}")
        for fault in faults:
            click.echo(f"{fault.institution}, line {fault.line}: {fault.what}", err=True)
        if faults:
            click.echo(
                "Somebody has changed the audit in the database. Keep a copy of it, and compare it "
                "with your backups: docs/institutions.md",
                err=True,
            )
        else:
            click.echo("Nothing was removed or changed.")
    raise SystemExit(1 if faults else 0)


def _query(
    gateway: Gateway, who: str, institution: str, act: str, since: str | None, until: str | None,
    number: str | None, limit: int,
) -> AuditQuery:  # fmt: skip
    region = gateway.deployment.settings.national_region
    return AuditQuery(
        institutions=frozenset({institution}) if institution else None,
        by=who.casefold(),
        act=act,
        since=_moment(gateway, since, "--since"),
        until=_moment(gateway, until, "--until"),
        subscriber=typed_number(number, region) if number else None,
        limit=limit,
    )


def _moment(gateway: Gateway, text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    if text.endswith("d") and text[:-1].isascii() and text[:-1].isdigit() and len(text) < 6:
        return gateway.clock.now() - timedelta(days=int(text[:-1]))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sentence = f"'{text}' is no time such as 2026-11-01, 2026-11-01T06:00 or 7d."
        raise click.BadParameter(sentence, param_hint=option) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=gateway.deployment.settings.zone)


def _noted(path: Path) -> list[AuditHead]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return [AuditHead(**each) for each in told["heads"]]
    except (ValueError, KeyError, TypeError):
        sentence = f"{path} is not what 'gateway audit verify --json' prints."
        raise click.BadParameter(sentence, param_hint="--against") from None


def _plain(each: AuditLine) -> dict[str, object]:
    return {**asdict(each), "at": for_programs(each.at)}


def _csv(lines: Iterable[dict[str, object]]) -> bytes:
    told = ([str(each[name]) for name in _COLUMNS] for each in lines)
    return spreadsheet_csv(_COLUMNS, map(harmless, told))


def _json_lines(lines: Iterable[dict[str, object]]) -> bytes:
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in lines).encode()

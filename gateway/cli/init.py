"""`gateway init`: a new deployment that runs at once, or a copy of the reference deployment."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import json_option
from gateway.domain.faults_and_errors.errors import Refused

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_COUNTRY = "KE"


@click.command(
    epilog="""\b
Examples:
  gateway init mycountry --languages en,sw --country KE
  gateway init angola --languages pt --country AO
  gateway init zamani --sample
"""
)
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
@click.option(
    "--languages",
    metavar="CODES",
    help="What citizens read, with commas between; the first is the default.  [default: en]",
)
@click.option(
    "--country",
    metavar="CODE",
    help=f"Whose numbers, time zone and currency are meant, as ISO 3166.  [default: {_COUNTRY}]",
)
@click.option("--sample", is_flag=True, help="Copy the reference deployment, with all it can do.")
@json_option
def init(
    folder: Path, languages: str | None, country: str | None, sample: bool, as_json: bool
) -> None:
    """Write a new deployment into a folder NAME: menus, dialogues, settings.

    It runs as it is: a first screen, a choice of language, and one service to begin with. Nothing
    that is there is overwritten.
    """
    if not _NAME.fullmatch(folder.name):
        raise click.BadParameter(
            f"'{folder}' is no name of a folder here: use letters, digits and . _ -",
            param_hint="NAME",
        )
    if sample and (languages or country):
        raise click.UsageError("--sample has languages and a country of its own; leave them out.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is there already, and is no empty folder. Choose another name.")
    codes = () if sample else _codes(languages or "en")
    # Made aside and moved at the end: whatever goes wrong, there is no half of a deployment.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".gateway-init-", dir=folder.parent) as aside:
        draft = Path(aside) / folder.name
        if sample:
            _copy_reference(draft)
        else:
            _write_new(draft, folder.name, codes, country or _COUNTRY)
        files = sorted(p.relative_to(draft).as_posix() for p in draft.rglob("*") if p.is_file())
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    if as_json:
        told = {"folder": str(folder), "languages": list(codes), "files": files}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(f"{folder} is ready: {counted(len(files), 'file')}. Now:")
    for line in (f"cd {folder}", "gateway dial '*384*2026#'", "gateway run"):
        click.echo(f"  {line}")


def _codes(written: str) -> Sequence[str]:
    from gateway.adapters.shipped_languages.languages import shipped_codes, shipped_language

    codes = list(dict.fromkeys(filter(None, re.split(r"[,\s]+", written.strip()))))
    strange = [code for code in codes if shipped_language(code) is None]
    if strange or not codes:
        come = {code: shipped_language(code) for code in shipped_codes()}
        named = ", ".join(f"{code} ({each.name})" for code, each in come.items() if each)
        raise click.BadParameter(
            f"'{', '.join(strange) or written}' does not come with the gateway. There are {named}. "
            f"Begin with one of them. `gateway menus phrases {next(iter(strange), 'rw')} --write` "
            "begins another.",
            param_hint="--languages",
        )
    return codes


def _copy_reference(draft: Path) -> None:
    from gateway.deployment.new_deployment import IGNORED
    from gateway.deployment.reference import README, reference_files

    for name, path in reference_files():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, draft / name)
    (draft / "README.md").write_text(README, "utf-8")
    (draft / ".gitignore").write_text(IGNORED, "utf-8")


def _write_new(draft: Path, name: str, codes: Sequence[str], country_code: str) -> None:
    from gateway.adapters.editor_schema import schemas
    from gateway.cli.menus.schema import written
    from gateway.deployment.countries import country
    from gateway.deployment.new_deployment import new_files

    files = dict(new_files(name, codes, country(country_code)))
    files |= {f"menus/schemas/{kind}.json": written(each) for kind, each in schemas().items()}
    _write(draft, files)
    _write(draft, dict(_dialogues(draft, codes)))


def _dialogues(draft: Path, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields golden dialogues, as they were played on the menu that is written."""
    from gateway.adapters.golden_dialogues.files import written
    from gateway.deployment.load import DEVELOPMENT, load
    from gateway.deployment.new_deployment import first_dialogues
    from gateway.rehearsal.stage import stage

    with tempfile.TemporaryDirectory(prefix="gateway-init-") as data:
        environ = {"GATEWAY_HOME": str(draft), "GATEWAY_DATA": data, DEVELOPMENT: "1"}
        deployment = load(environ)
        with stage(deployment, deployment.load_release()) as used:
            for file, dialogue in first_dialogues(codes):
                yield f"menus/dialogues/{file}", written(used.play(dialogue))


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

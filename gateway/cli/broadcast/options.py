"""What several commands about broadcasts read from the command line."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

import click

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.reading.local_moment import local_moment

id_argument = click.argument("broadcast_id", metavar="ID", type=int)
reason_option = click.option("--reason", default="", help="Why: it is noted.")


def moment(written: str, zone: tzinfo) -> datetime:
    """Returns a time of the deployment's zone, as an aware time; a usage error says what one is.

    An hour that clocks leave out is none.
    """
    try:
        return local_moment(written, zone)
    except Refused as error:
        raise click.BadParameter(str(error)) from None


def texts(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Returns texts by language; one that begins with @ is read from the file behind it."""
    found: dict[str, str] = {}
    for each in given:
        language, sign, text = each.partition("=")
        if not sign or not language.strip():
            raise click.BadParameter(f"'{each[:20]}' is not of the form en='The river rises.'")
        if language.strip() in found:
            raise click.BadParameter(f"There are two texts in '{language.strip()}'.")
        found[language.strip()] = _read(Path(text[1:])) if text.startswith("@") else text
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig").strip()
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise click.BadParameter(f"{path} is not UTF-8. Save it as 'UTF-8'.") from None

"""The option of commands that look for what is one subscriber's."""

from __future__ import annotations

import click

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.reading.typed_number import typed_number
from gateway.domain.telecom.identity import Identity

number_option = click.option(
    "--number", metavar="NUMBER", help="Only those of this number, in whatever way it is written."
)


def number_typed(number: str, region: str) -> Identity:
    """Returns the subscriber that was meant; a usage error says what is wrong with the number."""
    try:
        return typed_number(number, region)
    except InvalidAddress as error:
        raise click.BadParameter(str(error), param_hint="--number") from error

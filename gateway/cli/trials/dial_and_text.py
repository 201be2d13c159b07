"""`gateway dial` and `gateway text`: the citizen's side, in the terminal."""

from __future__ import annotations

import secrets
import sys
from contextlib import suppress
from pathlib import Path

import click

from gateway.adapters.providers.shared.channel_settings import TokenSettings
from gateway.cli.shared.formatting import counted
from gateway.cli.shared.options import channel_option, from_option, language_option, url_option
from gateway.cli.shared.output_files import overwrite_option
from gateway.cli.trials.record_dialogue import (
    Seen,
    as_seen,
    check_place,
    record_option,
    write_dialogue,
)
from gateway.cli.trials.target import Tried, channel_named, tried
from gateway.deployment.load import Deployment, load
from gateway.domain.dialogue.golden_dialogue import Surface
from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply
from gateway.standin.inbound_faults import Trouble

trouble_option = click.option(
    "--trouble",
    type=click.Choice([each.value for each in Trouble]),
    help="What the network does to each request: it comes twice, late, cut off, the one before it "
    "once more, in other capitals, or under another session first.",
)


@click.command(
    epilog="""\b
Examples:
  gateway dial '*384*2026#'                an interactive phone
  gateway dial '*384*2026#' 1 2            two answers, then stop
  gateway dial '*384*2026#' --language sw  as somebody who speaks Swahili
  gateway dial '*384*2026*31*10231456#'    straight to a service, with an answer
  gateway dial '*384*2026#' 1 2 --record menus/dialogues/my_clinic.dialogue.yaml
  gateway dial '*384*2026#' --url http://127.0.0.1:8384 --channel at-ke
  gateway dial '*384*2026#' 1 2 --channel at-ke --trouble duplicate
"""
)
@click.argument("code")
@click.argument("answers", nargs=-1)
@from_option
@language_option
@channel_option
@url_option
@trouble_option
@record_option
@overwrite_option
def dial(
    code: str,
    answers: tuple[str, ...],
    number: str,
    language: str | None,
    channel: str | None,
    url: str | None,
    trouble: str | None,
    record: Path | None,
    overwrite: bool,
) -> None:
    """Dial CODE and give ANSWERS; without answers, be a phone. Ctrl-D hangs up.

    Each reply is printed as `CON ...` or `END ...`, with a line `---` between; without a terminal
    the first is, too. Without --url the menus, handlers and datasets of the current deployment are
    used within this command, and what is written is gone when it ends.
    """
    deployment = load()
    subscriber = parsed(number, deployment, channel)
    check_place(deployment, record, overwrite)
    language = known_language(deployment, language, url, record)
    with tried(deployment, channel, url) as where:
        where.speaks(subscriber, language)
        session = f"dial-{secrets.token_hex(8)}"
        if trouble:
            where = where.troubled(Trouble(trouble), session)
        if answers or not _is_terminal():
            seen = _dial_through(where, subscriber, session, code, answers)
        else:
            seen = _be_a_phone(where, subscriber, session, code)
    if record:
        said = as_seen(Surface.USSD, code, seen, channel, language)
        write_dialogue(deployment, record, said, where.heard, overwrite=overwrite)


@click.command(
    epilog="""\b
Examples:
  gateway text 'RESULT 10231456 2025'
  gateway text HI --language am
  gateway text STOP --url http://127.0.0.1:8384 --channel twilio
"""
)
@click.argument("words")
@from_option
@click.option("--to", help="The short code or number that is texted; the channel's own otherwise.")
@language_option
@channel_option
@url_option
@trouble_option
@record_option
@overwrite_option
def text(
    words: str,
    number: str,
    to: str | None,
    language: str | None,
    channel: str | None,
    url: str | None,
    trouble: str | None,
    record: Path | None,
    overwrite: bool,
) -> None:
    """Text WORDS and print the SMS that come back, with a line `---` between.

    With --url they are waited for; where none comes, that is said on standard error.
    """
    deployment = load()
    subscriber = parsed(number, deployment, channel)
    check_place(deployment, record, overwrite)
    language = known_language(deployment, language, url, record)
    with tried(deployment, channel, url) as where:
        where.speaks(subscriber, language)
        before = where.newest(subscriber)
        if trouble:
            where = where.troubled(Trouble(trouble), "")
        where.handset.text(subscriber, words, to)
        replies = where.replies(subscriber, before)
        if replies:
            click.echo("\n---\n".join(replies))
        else:
            click.echo(where.silence, err=True)
    if record:
        seen: list[Seen] = [(next(iter(replies), ""), None)]
        said = as_seen(Surface.SMS, words, seen, channel, language)
        write_dialogue(deployment, record, said, where.heard, overwrite=overwrite)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def parsed(written: str, deployment: Deployment, channel: str | None) -> Identity:
    """Returns the number of the handset, or its token where the channel has such.

    Raises a usage error that says how to write one, and Refused for an unknown channel.
    """
    settings = deployment.channels[channel_named(deployment, channel)]
    has_tokens = isinstance(settings, TokenSettings) and settings.tokens
    with suppress(InvalidAddress):
        return Msisdn.parse(written, deployment.settings.national_region)
    if has_tokens:
        with suppress(InvalidAddress):
            return ProviderToken(settings.provider, settings.application, written)
    raise click.BadParameter(
        "expected a number of the country, or a full one such as +254700000001"
        + (", or a token" if has_tokens else ""),
        param_hint="--from",
    )


def known_language(
    deployment: Deployment, chosen: str | None, url: str | None, record: Path | None
) -> str:
    """Returns the language that the subscriber is known to speak, or an empty text.

    A golden dialogue is somebody's whose language is known, so a recorded one is, too. Raises a
    usage error for a language the menu does not speak, and for one of a gateway that runs. That
    one serves its last good menu, whatever the files hold by now.
    """
    if chosen and url:
        raise click.BadParameter(
            "a gateway that runs knows its subscribers; choose it by dialling or texting",
            param_hint="--language",
        )
    if url:
        return ""
    release = deployment.load_release()
    if chosen and chosen not in release.languages:
        raise click.BadParameter(
            f"the menu speaks {', '.join(release.languages)}", param_hint="--language"
        )
    return chosen or (release.default_language if record else "")


def _dial_through(
    where: Tried, subscriber: Identity, session: str, code: str, answers: tuple[str, ...]
) -> list[Seen]:
    seen: list[Seen] = []
    typed = ""
    for number, answer in enumerate(("", *answers)):
        typed = f"{typed}*{answer}" if typed else answer
        newest = answer if number else None
        reply = where.handset.turn(subscriber, session, typed, code, newest)
        click.echo(("---\n" if number else "") + _written(reply))
        follows = answers[number] if number < len(answers) and not reply.ends else None
        seen.append((reply.text, follows))
        if reply.ends and number < len(answers):
            left = counted(len(answers) - number, "answer")
            click.echo(f"The session ended with {left} left over.", err=True)
            break
    return seen


def _be_a_phone(where: Tried, subscriber: Identity, session: str, code: str) -> list[Seen]:
    seen: list[Seen] = []
    typed = ""
    reply = where.handset.turn(subscriber, session, typed, code)
    while not reply.ends:
        click.echo(_framed(reply))
        try:
            answer = input("> ")
        except EOFError:
            click.echo("\nYou have hung up.")
            return [*seen, (reply.text, None)]
        seen.append((reply.text, answer))
        typed = f"{typed}*{answer}" if typed else answer
        reply = where.handset.turn(subscriber, session, typed, code, answer)
    click.echo(_framed(reply))
    return [*seen, (reply.text, None)]


def _written(reply: UssdReply) -> str:
    return ("END " if reply.ends else "CON ") + reply.text


def _framed(reply: UssdReply) -> str:
    lines = reply.text.split("\n")
    width = max(24, *(len(line) for line in lines))
    rows = [f"│ {line:<{width}} │" for line in lines]
    return "\n".join([f"┌{'─' * (width + 2)}┐", *rows, f"└{'─' * (width + 2)}┘"])

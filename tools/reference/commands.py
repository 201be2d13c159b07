"""docs/reference/commands.md: every command, as its `--help` says it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import click

from tools.commands import below, outermost
from tools.reference import markdown

#: Longer than any first sentence of a help text.
_WHOLE = 500


def page() -> str:
    """Returns the page."""
    head = (
        "All commands of `gateway`, with all their options. `gateway COMMAND --help` says the same "
        "in the terminal. What they exit with: [exit codes](../operations.md#exit-codes)."
    )
    return markdown.page("Commands", "the help texts", [head, *_described(outermost())])


def _described(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f"## {context.command_path}"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield markdown.block("text", usage)
    yield from _prose(command.help or "")
    yield markdown.table(("option", "meaning"), _options(command, context))
    yield from _prose(command.epilog or "")
    if isinstance(command, click.Group):
        known = list(below(context))
        yield markdown.table(("command", "what it does"), map(_row, known))
        for each in known:
            yield from _described(each)


def _row(context: click.Context) -> tuple[str, str]:
    path = context.command_path
    short = context.command.get_short_help_str(_WHOLE)
    return f"[`{path}`](#{path.replace(' ', '-')})", markdown.plain(short)


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1] and "--help" not in record[0]:
            yield markdown.code(record[0]), markdown.plain(" ".join(record[1].split()))


def _prose(text: str) -> Iterator[str]:
    """Yields the paragraphs of a help text; those that click leaves as they are become code."""
    for paragraph in re.split(r"\n[ \t]*\n", textwrap.dedent(text.expandtabs()).strip()):
        if paragraph.lstrip().startswith("\b"):
            head, _, lines = paragraph.lstrip()[1:].lstrip("\n").partition("\n")
            if head.rstrip().endswith(":") and lines:
                yield markdown.plain(head)
                lines = textwrap.dedent(lines)
                yield markdown.block("console" if lines.startswith("$ ") else "sh", lines)
            else:
                yield markdown.block("text", textwrap.dedent(f"{head}\n{lines}"))
        elif paragraph:
            yield markdown.plain(" ".join(paragraph.split()))

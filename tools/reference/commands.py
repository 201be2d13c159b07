"""docs/reference/commands.md: every command, as its `--help` says it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import click

from gateway.cli.main import main
from tools.reference import markdown

#: Longer than any first sentence of a help text.
_WHOLE = 500


def page() -> str:
    """Returns the page."""
    head = (
        "All commands of `gateway`, with all their options. `gateway COMMAND --help` says the same "
        "in the terminal. What they exit with: [exit codes](../operations.md#exit-codes)."
    )
    context = click.Context(main, info_name="gateway")
    return markdown.page("Commands", "the help texts", [head, *_described(main, context)])


def _described(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield markdown.block("text", usage)
    yield from _prose(command.help or "")
    yield markdown.table(("option", "meaning"), _options(command, context))
    yield from _prose(command.epilog or "")
    if isinstance(command, click.Group):
        names = command.list_commands(context)
        found = [(name, command.get_command(context, name)) for name in names]
        known = [(name, each) for name, each in found if each is not None and not each.hidden]
        yield markdown.table(("command", "what it does"), [_row(context, *one) for one in known])
        for name, each in known:
            yield from _described(each, click.Context(each, parent=context, info_name=name))


def _row(context: click.Context, name: str, command: click.Command) -> tuple[str, str]:
    path = f"{context.command_path} {name}"
    anchor = path.replace(" ", "-")
    return f"[`{path}`](#{anchor})", markdown.plain(command.get_short_help_str(_WHOLE))


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

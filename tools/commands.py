"""Every command of `gateway`, each in the context that it has when somebody calls it.

Click keeps a command's help option once it has made it, by the context it was first asked in. A
context without its parents knows no `-h`, and takes it from the command for the whole process.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from gateway.cli.main import main


def outermost() -> click.Context:
    """Returns the context of `gateway` itself."""
    return click.Context(main, info_name="gateway", **main.context_settings)


def below(context: click.Context) -> Iterator[click.Context]:
    """Yields the contexts of a group's own commands that help lists; none for a command."""
    group = context.command
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None and not command.hidden:
                yield click.Context(
                    command, parent=context, info_name=name, **command.context_settings
                )


def every_command() -> dict[tuple[str, ...], click.Context]:
    """Returns the context of each command and group by its words; `gateway` itself has none."""
    found: dict[tuple[str, ...], click.Context] = {(): outermost()}
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        words = waiting.pop()
        for context in below(found[words]):
            found[*words, context.info_name or ""] = context
            waiting.append((*words, context.info_name or ""))
    return found

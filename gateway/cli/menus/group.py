"""`gateway menus`: a table of commands about menus, each imported only when it is called."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gateway.cli.shared.lazy_group import LazyGroup, Row

COMMANDS: Mapping[str, Row] = {
    "check": Row("gateway.cli.menus.check:check", "Name every fault of a menu at its line."),
    "test": Row("gateway.cli.menus.play:test", "Play the golden dialogues, and compare."),
    "try": Row(
        "gateway.cli.trials.try_moves:try_", "Be a citizen, on a network that does what you say."
    ),
    "publish": Row("gateway.cli.menus.publish:publish", "Let the menu go live, now or later."),
    "pull": Row("gateway.cli.menus.pull:pull", "Write what is live to a folder."),
    "history": Row("gateway.cli.menus.history:history", "List what was published."),
    "diff": Row("gateway.cli.menus.history:diff", "Say what changed, in plain language."),
    "show": Row("gateway.cli.menus.show:show", "Draw the menu: tree, diagram or picture."),
    "import": Row("gateway.cli.menus.import_form:import_", "Make a service of a form (XLSForm)."),
    "explain": Row("gateway.cli.menus.explain:explain", "Explain a fault code."),
    "schema": Row("gateway.cli.menus.schema:schema", "Write JSON Schema for editors."),
    "rollback": Row("gateway.cli.menus.publish:rollback", "Let an earlier release go live again."),
    "cards": Row("gateway.cli.menus.cards:cards", "Write wallet cards and posters to print."),
    "fit": Row(
        "gateway.cli.menus.texts.translations_and_fit:fit",
        "Show the screens with the least room to spare.",
    ),
    "phrases": Row("gateway.cli.menus.phrases:phrases", "Show what the gateway says by itself."),
    "review": Row(
        "gateway.cli.menus.texts.review:review", "Say which texts nobody has read, or that you did."
    ),
    "translations": Row(
        "gateway.cli.menus.texts.translations_and_fit:translations",
        "Take texts to translators and back.",
    ),
}


@click.group(cls=LazyGroup, rows=COMMANDS, epilog="\b\nExample:\n  gateway menus check\n")
def menus() -> None:
    """Check, test, publish and draw the menus."""

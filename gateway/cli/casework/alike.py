"""`gateway helpdesk alike|teach`: what many ask for alike, and the keyword that answers it."""

from __future__ import annotations

import click

from gateway.cli.casework.shown import excerpt, print_json
from gateway.cli.drafts.shown import tell
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option, looker_option


@click.command(
    epilog="""\b
Examples:
  gateway helpdesk alike
  gateway helpdesk alike --fewest 5 --json
  gateway helpdesk teach MATERNITY health --language en
"""
)
@click.option("--institution", default="", help="Only those for this institution.")
@click.option(
    "--fewest",
    default=2,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Only what so many have written.",
)
@click.option(
    "--limit",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="So many messages are looked at, those that wait longest.",
)
@looker_option
@json_option
def alike(institution: str, fewest: int, limit: int, by: str, as_json: bool) -> None:
    """List open messages that ask for the same together.

    The commonest come first. The word that most of them have may be a keyword that a service lacks:
    see `teach`. Their citizens can see that they were read, under "my data".
    """
    with own_gateway() as gateway:
        found = gateway.help_desk.read.alike(institution, limit, by)
    groups = [each for each in found if len(each.messages) >= fewest]
    if as_json:
        print_json(
            [
                {
                    "count": len(each.messages),
                    "word": each.word,
                    "languages": each.languages,
                    "messages": [message.id for message in each.messages],
                    "first": each.messages[0].text,
                }
                for each in groups
            ]
        )
        return
    for each in groups:
        text = excerpt(each.messages[0].text)
        languages = ", ".join(f"{name or '?'} {count}" for name, count in each.languages.items())
        click.echo(f"{len(each.messages):>5}  {each.word or '-':<16}  {languages:<16}  {text}")
    if not groups:
        click.echo("No messages are alike.")


@click.command(
    epilog="""\b
Examples:
  gateway helpdesk teach MATERNITY health --language en
  gateway helpdesk teach uzazi health --language sw --by omar
"""
)
@click.argument("word")
@click.argument("service")
@click.option("--language", required=True, metavar="CODE", help="The language that WORD is of.")
@actor_option
@json_option
def teach(word: str, service: str, language: str, by: str, as_json: bool) -> None:
    """Begin a draft in which WORD is a keyword of SERVICE.

    It goes the way of every draft: checked, tried, approved, published.
    """
    with own_gateway() as gateway:
        taught = gateway.editor.teach(word, service, language, by=by)
        said = (
            f"Draft {taught.draft.id} has the keyword in {taught.path}. "
            f"Next: gateway drafts check {taught.draft.id}"
        )
        tell(gateway, taught.draft, said, as_json=as_json)

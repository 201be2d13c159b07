"""`gateway people`: who works with the gateway, and as what."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from gateway.cli.institutions.letting_in import link, sessions, sign_out
from gateway.cli.shared.formatting import for_programs, local
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.use_cases.ports.institutions import RoleChange

_ROLE = click.Choice([role.value for role in Role])
institution_option = click.option(
    "--institution", "institutions", multiple=True, metavar="NAME", help="Where; may be repeated."
)
everywhere_option = click.option(
    "--everywhere", is_flag=True, help="In every institution, those to come, too."
)
known_as_option = click.option(
    "--known-as",
    default="",
    metavar="TEXT",
    help="What citizens read where they see who has looked, such as an office.",
)


@click.group(epilog="\b\nExample:\n  gateway people list\n")
def people() -> None:
    """Say who works with the gateway, and what each of them may do.

    While nobody was ever added, every --by NAME may do everything. From the first person on only
    those who are known act, each in the institutions where a role allows it.
    """


@people.command(
    "list",
    epilog="""\b
Examples:
  gateway people list
  gateway people list --institution health --json
  gateway people list --all
""",
)
@click.option("--institution", default="", metavar="NAME", help="Only those with a role there.")
@click.option("--all", "everybody", is_flag=True, help="Those who were removed, too.")
@actor_option
@json_option
def list_(institution: str, everybody: bool, by: str, as_json: bool) -> None:
    """List people and their roles."""
    with own_gateway() as gateway:
        found = gateway.institutions.manage_people.listed(by)
    wanted = {institution, EVERYWHERE}
    shown = [
        each
        for each in found
        if (everybody or each.removed_at is None)
        and (not institution or not wanted.isdisjoint(each.roles))
    ]
    if as_json:
        _print([_plain(each) for each in shown])
        return
    for each in shown:
        removed = ""
        if each.removed_at is not None:
            removed = f"  removed {local(gateway.deployment, each.removed_at)}"
        click.echo(f"{each.name:<20} {each.known_as:<20} {_roles(each)}{removed}".rstrip())
    if not shown:
        click.echo("Nobody is known: every --by NAME may do everything. See: gateway people add")


@people.command(
    short_help="Add a person by a short name.",
    epilog="""\b
Examples:
  gateway people add adam --role administrator --everywhere
  gateway people add hana --role help_desk --institution health --known-as "Health help desk"
  gateway people add omar --role editor --role publisher --institution health
""",
)
@click.argument("name")
@click.option("--role", "roles", type=_ROLE, multiple=True, required=True, help="May be repeated.")
@institution_option
@everywhere_option
@known_as_option
@click.option("--back", is_flag=True, help="Bring back the same person, who was removed.")
@actor_option
@json_option
def add(
    name: str,
    roles: Sequence[str],
    institutions: Sequence[str],
    everywhere: bool,
    known_as: str,
    back: bool,
    by: str,
    as_json: bool,
) -> None:
    """Add a person by a short NAME, which others and they themselves give as --by.

    Each role counts in each institution that is named. The first person has to be an administrator
    of every institution.
    """
    where = _where(institutions, everywhere)
    given = dict.fromkeys(where, frozenset(map(Role, roles)))
    with own_gateway() as gateway:
        person = gateway.institutions.manage_people.add(name, given, known_as, by, back=back)
    if as_json:
        _print(_plain(person))
    else:
        click.echo(f"{person.name} works here now: {_roles(person)}.")
        if gateway.deployment.has_console:
            click.echo(f"Let them into the console: gateway people link {person.name}")


@people.command(
    epilog="""\b
Examples:
  gateway people roles hana
  gateway people roles hana --give broadcaster --institution health
  gateway people roles hana --take help_desk --institution health
""",
)
@click.argument("name")
@click.option("--give", type=_ROLE, multiple=True, help="A role they get; may be repeated.")
@click.option("--take", type=_ROLE, multiple=True, help="A role they lose; may be repeated.")
@institution_option
@everywhere_option
@known_as_option
@actor_option
@json_option
def roles(
    name: str,
    give: Sequence[str],
    take: Sequence[str],
    institutions: Sequence[str],
    everywhere: bool,
    known_as: str,
    by: str,
    as_json: bool,
) -> None:
    """Show what NAME is where; or give and take roles."""
    changes = [
        RoleChange(institution=where, role=Role(role), given=given)
        for names, given in ((give, True), (take, False))
        for role in names
        for where in _where(institutions, everywhere)
    ]
    with own_gateway() as gateway:
        manage = gateway.institutions.manage_people
        if changes or known_as:
            person = manage.change(name, changes, known_as, by)
        else:
            person = manage.one(name, by)
    if as_json:
        _print(_plain(person))
    else:
        click.echo(f"{person.name}, known as {person.known_as}: {_roles(person) or 'no role'}.")


@people.command(epilog="\b\nExample:\n  gateway people remove hana\n")
@click.argument("name")
@actor_option
@json_option
def remove(name: str, by: str, as_json: bool) -> None:
    """Remove NAME: they act no more. What they did stays under the name, which nobody else gets."""
    with own_gateway() as gateway:
        person = gateway.institutions.manage_people.remove(name, by)
    if as_json:
        _print({"name": person.name, "removed": True})
    else:
        click.echo(f"{person.name} was removed. What they did: gateway audit list --who {name}")


for _command in (link, sessions, sign_out):
    people.add_command(_command)


def _where(institutions: Sequence[str], everywhere: bool) -> Sequence[str]:
    if everywhere == bool(institutions):
        raise click.UsageError("Say where: --institution NAME, or --everywhere.")
    return (EVERYWHERE,) if everywhere else institutions


def _roles(person: Person) -> str:
    return "; ".join(
        f"{', '.join(sorted(held))} in {'every institution' if where == EVERYWHERE else where}"
        for where, held in person.roles.items()
    )


def _plain(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "known_as": person.known_as,
        "roles": {where: sorted(held) for where, held in person.roles.items()},
        "added_at": for_programs(person.added_at),
        "removed_at": for_programs(person.removed_at) if person.removed_at else None,
    }


def _print(plain: object) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))

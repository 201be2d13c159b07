"""The pages of the console that stand in its menu, in their order, and whom each is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import Act, Role


def N_(sentence: str) -> str:
    """Returns a sentence as it is, which is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the endpoint of its view, its name, and the act that its readers may do somewhere."""

    endpoint: str
    name: str
    act: Act


#: To add a page: a blueprint in the room of its capability, named in `app.py`; a row here; its
#: sentences in `translations/`; and a row in tests/console/test_routes.py for each of its routes.
PAGES = (
    Page("home.page", N_("Home"), Act.READ),
    Page("drafts.listed", N_("Drafts"), Act.EDIT),
    Page("releases.listed", N_("Releases"), Act.READ),
    Page("overview.page", N_("Overview"), Act.READ),
    Page("overview.equity", N_("Equity"), Act.READ),
    Page("simulator.page", N_("Try"), Act.READ),
    Page("search.page", N_("Find a number"), Act.READ),
    Page("cases.listed", N_("Cases"), Act.READ),
    Page("help_desk.listed", N_("Help desk"), Act.READ),
    Page("people.listed", N_("People"), Act.READ),
    Page("institutions.listed", N_("Institutions"), Act.READ),
    Page("audit.listed", N_("Audit"), Act.AUDIT),
)


#: Roles, as people call them.
ROLES: Mapping[Role, str] = {
    Role.VIEWER: N_("viewer"),
    Role.EDITOR: N_("editor"),
    Role.PUBLISHER: N_("publisher"),
    Role.BROADCASTER: N_("broadcaster"),
    Role.HELP_DESK: N_("help desk"),
    Role.ADMINISTRATOR: N_("administrator"),
}


def pages_of(person: Person) -> list[Page]:
    """Returns the pages for a person."""
    return [each for each in PAGES if person.reach(each.act)]

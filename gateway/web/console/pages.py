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
    """A page: the endpoint of its view, its name, the act that its readers may do somewhere, and
    what is done there, in a sentence."""

    endpoint: str
    name: str
    act: Act
    about: str = ""


#: To add a page: a blueprint in the room of its capability, named in `app.py`; a row here; its
#: sentences in `translations/`; and a row in tests/console/test_routes.py for each of its routes.
PAGES = (
    Page("home.page", N_("Home"), Act.READ),
    Page("drafts.listed", N_("Drafts"), Act.EDIT, N_("Change the menu, step by step.")),
    Page("releases.listed", N_("Releases"), Act.READ, N_("What is live, and the way back.")),
    Page("overview.page", N_("Overview"), Act.READ, N_("What goes on, and what is wrong.")),
    Page("overview.equity", N_("Equity"), Act.READ, N_("Who is served worst.")),
    Page("simulator.page", N_("Try"), Act.READ, N_("A phone to try the menu on.")),
    Page("search.page", N_("Find a number"), Act.READ, N_("All that is one citizen's.")),
    Page("cases.listed", N_("Cases"), Act.READ, N_("What citizens have reported.")),
    Page("help_desk.listed", N_("Help desk"), Act.READ, N_("SMS that no menu answers.")),
    Page("broadcasts.listed", N_("Broadcasts"), Act.READ, N_("One text to many.")),
    Page(
        "alerts.listed",
        N_("Public warnings"),
        Act.READ,
        N_("What weather services and others have sent."),
    ),
    Page("people.listed", N_("People"), Act.READ, N_("Who works here, as what.")),
    Page("institutions.listed", N_("Institutions"), Act.READ, N_("What each has sent and spent.")),
    Page("audit.listed", N_("Audit"), Act.AUDIT, N_("Who did and saw what.")),
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


#: What each may, in a sentence.
ROLES_MAY: Mapping[Role, str] = {
    Role.VIEWER: N_("Sees cases, messages and figures, with numbers masked."),
    Role.EDITOR: N_("And writes menus and texts in drafts. Nothing goes live by it."),
    Role.PUBLISHER: N_("And approves drafts of others, lets them go live, and loads data."),
    Role.BROADCASTER: N_("Sees, writes and sends broadcasts, and approves those of others."),
    Role.HELP_DESK: N_("Answers messages, works on cases, and settles SMS that are unknown."),
    Role.ADMINISTRATOR: N_(
        "Says who works here, sees numbers whole where a reason is given, and reads the audit."
    ),
}


def pages_of(person: Person) -> list[Page]:
    """Returns the pages for a person."""
    return [each for each in PAGES if person.reach(each.act)]

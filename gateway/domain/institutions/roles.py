"""Roles, and the acts that each of them may do.

A person has roles in an institution, one or several; roles of `EVERYWHERE` count in all of them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

#: In the place of an institution: all of them, those to come, too. No institution is called so.
EVERYWHERE = "*"


class Role(enum.StrEnum):
    """What a person is in an institution."""

    VIEWER = "viewer"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    BROADCASTER = "broadcaster"
    HELP_DESK = "help_desk"
    ADMINISTRATOR = "administrator"


class Act(enum.StrEnum):
    """What a person does, as roles allow it and the audit tells it."""

    #: To see what waits, and what citizens told: cases, messages, MTs on their way.
    READ = "read"
    #: To write menus and texts that are not live yet.
    EDIT = "edit"
    #: To load reference data, which citizens meet at once.
    LOAD = "load"
    #: To let a menu go live, or an earlier one again.
    PUBLISH = "publish"
    #: To write a broadcast, and to send it where nobody need approve.
    BROADCAST = "broadcast"
    #: To let another person's broadcast go out.
    APPROVE_BROADCAST = "approve_broadcast"
    #: To warn those, too, who said STOP, where the law wants it.
    EMERGENCY = "emergency"
    #: To answer citizens: messages to the help desk, and how far a case has come.
    ANSWER = "answer"
    #: To see a number in full.
    REVEAL = "reveal"
    #: To decide about an MT or a question of which nobody knows how it ends.
    SETTLE = "settle"
    #: To take what citizens wrote out of the gateway, as a file.
    EXPORT = "export"
    #: To change the consents of citizens on their behalf, or many at once.
    CONSENT = "consent"
    #: To say who works here, as what, and what may be spent.
    ADMINISTER = "administer"
    #: To see who did and saw what.
    AUDIT = "audit"


#: An administrator does what puts others in their places, and what lays data open. What is sent in
#: the name of an institution has roles of its own, so that no single person need have both.
MAY: Mapping[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.READ}),
    Role.EDITOR: frozenset({Act.READ, Act.EDIT}),
    Role.PUBLISHER: frozenset({Act.READ, Act.EDIT, Act.LOAD, Act.PUBLISH}),
    Role.BROADCASTER: frozenset({Act.READ, Act.BROADCAST, Act.APPROVE_BROADCAST}),
    Role.HELP_DESK: frozenset({Act.READ, Act.ANSWER, Act.SETTLE}),
    Role.ADMINISTRATOR: frozenset(
        {
            Act.READ,
            Act.LOAD,
            Act.APPROVE_BROADCAST,
            Act.EMERGENCY,
            Act.REVEAL,
            Act.SETTLE,
            Act.EXPORT,
            Act.CONSENT,
            Act.ADMINISTER,
            Act.AUDIT,
        }
    ),
}


def may(roles: Iterable[Role], act: Act) -> bool:
    """Returns whether one of the roles allows an act.

    >>> may([Role.VIEWER, Role.HELP_DESK], Act.ANSWER), may([Role.ADMINISTRATOR], Act.BROADCAST)
    (True, False)
    """
    return any(act in MAY[role] for role in roles)


def roles_for(act: Act) -> tuple[Role, ...]:
    """Returns the roles that allow an act, for those who lack them.

    >>> roles_for(Act.REVEAL)
    (<Role.ADMINISTRATOR: 'administrator'>,)
    """
    return tuple(role for role in Role if act in MAY[role])

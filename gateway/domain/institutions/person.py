"""A person who acts in the gateway, and in which institutions as what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role, may

#: Short, so that it stands in a line; without spaces, so that nobody has to quote it.
_NAME = re.compile(r"[^\W_][\w.@-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works with the gateway.

    `name` is short and theirs for good: what they did is under it, after they left, too. Citizens
    read `known_as`, such as an office, where the gateway tells them who has looked. `roles` are by
    institution; those of `EVERYWHERE` count in each.
    """

    name: str
    known_as: str
    roles: Mapping[str, frozenset[Role]]
    added_at: datetime
    removed_at: datetime | None = None

    def may(self, institution: str, act: Act) -> bool:
        """Returns whether the person may do so in an institution; nothing once removed."""
        if self.removed_at is not None:
            return False
        here = self.roles.get(institution, frozenset())
        return may(here | self.roles.get(EVERYWHERE, frozenset()), act)

    def administers(self, other: Person) -> bool:
        """Returns whether the person administers wherever another one works.

        Who does so acts for them: changes their roles, lets them in, and removes them.
        """
        return all(self.may(where, Act.ADMINISTER) for where in other.workplaces)

    @property
    def workplaces(self) -> tuple[str, ...]:
        """Returns where the person works, in order: who has no role anywhere is everybody's."""
        return tuple(sorted(self.roles)) or (EVERYWHERE,)

    def reach(self, act: Act) -> frozenset[str]:
        """Returns the institutions in which the person may do so, `EVERYWHERE` among them."""
        return frozenset(each for each in self.roles if self.may(each, act))


def short_name(text: str) -> str:
    """Returns a person's name as it is kept; raises ValueError for what is none.

    >>> short_name("  Asha.Musa ")
    'asha.musa'
    """
    name = unicodedata.normalize("NFC", text.strip()).casefold()
    if not _NAME.fullmatch(name):
        raise ValueError(
            Sentence(
                "'%(text)s' is no short name: up to 40 letters, digits and . _ - @, without a "
                "space, such as asha.musa.",
                text=text,
            )
        )
    return name

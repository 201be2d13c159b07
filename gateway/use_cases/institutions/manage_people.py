"""Add people, give them roles and take them back, remove them; what they did stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.person import Person, short_name
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.institutions.known_institutions import KnownInstitutions
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, People, RoleChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagePeople:
    """The use case, with the ports it needs.

    All methods raise NotAllowed unless `by` may administer all the institutions that are concerned,
    Refused for what cannot be, and StoreUnavailable.
    """

    people: People
    authorise: Authorise
    known: KnownInstitutions
    clock: Clock

    def listed(self, by: str) -> Sequence[Person]:
        """Returns those who work in an institution that `by` may read; all to who reads all."""
        reach = self.authorise.reach(by, Act.READ)
        return [
            each
            for each in self.people.all()
            if reach.institutions is None
            or any(reach.covers(where) or where == EVERYWHERE for where in each.roles)
        ]

    def one(self, name: str, by: str) -> Person:
        """Returns a person; who may not see them is told that there is none."""
        return self._found(name, self.listed(by))

    def add(
        self, name: str, roles: Mapping[str, frozenset[Role]], known_as: str, by: str,
        *, back: bool = False,
    ) -> Person:  # fmt: skip
        """Adds a person with at least one role; `back` brings back who was removed."""
        if not roles:
            raise Refused("Say what the person is, and where: --role viewer --institution health")
        actor = self._allowed(by, roles)
        person = Person(
            name=_short(name),
            known_as=known_as.strip() or _short(name),
            roles=roles,
            added_at=self.clock.now(),
        )
        before = self.people.find(person.name)
        if before is not None and before.removed_at is not None and not back:
            raise Refused(
                f"'{person.name}' was somebody's who was removed on "
                f"{before.removed_at:%Y-%m-%d}, and what they did stands under it. Take another "
                "name, or bring the same person back with --back."
            )
        what = f"person {person.name}: {_told(roles)}"
        if not self.people.add(person, self._entry(actor, roles, "add person", what)):
            raise Refused(
                f"'{person.name}' works here already. Change their roles: "
                f"gateway people roles {person.name} --give ROLE --institution NAME"
            )
        return person

    def change(self, name: str, changes: Sequence[RoleChange], known_as: str, by: str) -> Person:
        """Gives and takes roles; returns the person as they are then."""
        where = {each.institution for each in changes}
        self.authorise.reach(by, Act.ADMINISTER)  # before it tells who there is
        person = self._found(name, self.people.all())
        actor = self._allowed(by, where or person.roles)
        signs = {True: "+", False: "-"}
        told = ", ".join(f"{signs[c.given]}{c.role.value} {c.institution}" for c in changes)
        if known_as.strip():
            told = f"{told}, known as {known_as.strip()}".lstrip(", ")
        entry = self._entry(actor, where or person.roles, "change roles", f"{person.name}: {told}")
        self.people.change(person.name, changes, known_as.strip(), entry)
        return self._found(name, self.people.all())

    def remove(self, name: str, by: str) -> Person:
        """Removes a person, who acts no more; who works elsewhere, too, takes all their admins."""
        self.authorise.reach(by, Act.ADMINISTER)  # before it tells who there is
        person = self._found(name, self.people.all())
        actor = self._allowed(by, person.roles)
        entry = self._entry(actor, person.roles, "remove person", f"person {person.name}")
        self.people.remove(person.name, entry)
        return person

    def administered(self, name: str, by: str) -> tuple[Person, Actor]:
        """Returns a person, and who acts: somebody who administers wherever the person works."""
        self.authorise.reach(by, Act.ADMINISTER)  # before it tells who there is
        person = self._found(name, self.people.all())
        return person, self._allowed(by, person.roles)

    def entry(self, actor: Actor, person: Person, act: str, what: str) -> AuditEntry:
        """Returns a line of the audit of what was done to a person."""
        return self._entry(actor, person.roles, act, what)

    def _allowed(self, by: str, where: Mapping[str, object] | set[str]) -> Actor:
        for institution in sorted(where):
            actor = self.authorise(by, institution, Act.ADMINISTER)
            self.known.check(institution)
        if not where:
            actor = self.authorise(by, EVERYWHERE, Act.ADMINISTER)
        return actor

    def _entry(
        self, actor: Actor, where: Mapping[str, object] | set[str], act: str, what: str
    ) -> AuditEntry:
        """Returns the line: in the institution's chain, in that of all where they are several."""
        (institution, *others) = sorted(where) or [EVERYWHERE]
        return AuditEntry(
            at=self.clock.now(), by=actor.name, act=act, what=what,
            institution=EVERYWHERE if others else institution,
        )  # fmt: skip

    def _found(self, name: str, people: Sequence[Person]) -> Person:
        here = {each.name: each for each in people if each.removed_at is None}
        try:
            return here[_short(name)]
        except KeyError:
            raise Refused(
                f"Nobody who works here is called '{name}'.{did_you_mean(name, here)} "
                "See: gateway people list"
            ) from None


def _short(name: str) -> str:
    try:
        return short_name(name)
    except ValueError as error:
        raise Refused(str(error)) from None


def _told(roles: Mapping[str, frozenset[Role]]) -> str:
    return ", ".join(
        f"{role.value} {where}" for where, held in sorted(roles.items()) for role in sorted(held)
    )

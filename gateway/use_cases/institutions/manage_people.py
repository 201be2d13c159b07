"""Add people, give them roles and take them back, remove them; what they did stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import NotThere, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.person import Person, short_name
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role
from gateway.use_cases.institutions.authorise import Actor, Authorise, Reach
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
        return [each for each in self.people.all() if _sees(reach, each)]

    def one(self, name: str, by: str) -> Person:
        """Returns a person; who may not see them is told that there is none."""
        try:
            return self._found(name, self.listed(by))
        except NotThere:
            self._note_guess(name, by)
            raise

    def add(
        self, name: str, roles: Mapping[str, frozenset[Role]], known_as: str, by: str,
        *, back: bool = False,
    ) -> Person:  # fmt: skip
        """Adds a person with at least one role; `back` brings back who was removed.

        Of a name that belongs to somebody whom `by` does not see it tells only that it is not free.
        """
        if not roles:
            raise Refused(
                Sentence(
                    "Say what the person is, and where.",
                    by_command="Such as: --role viewer --institution health",
                )
            )
        actor = self._allowed(by, tuple(sorted(roles)))
        person, entry = self._new(name, roles, known_as, actor)
        before = self.people.find(person.name)
        if before is not None and before.removed_at is not None and not back:
            raise self._taken(before, by)
        if not self.people.add(person, entry):
            raise self._taken(before, by)
        return person

    def first(self, name: str) -> tuple[Person, AuditEntry]:
        """Returns the first administrator of every institution, and what is recorded of it.

        Who calls keeps both, together with what lets the person in.
        """
        called = _short(name)
        roles = {EVERYWHERE: frozenset({Role.ADMINISTRATOR})}
        return self._new(called, roles, "", Actor(name=called, known_as=called))

    def change(self, name: str, changes: Sequence[RoleChange], known_as: str, by: str) -> Person:
        """Gives and takes roles; returns the person as they are then."""
        person = self._seen(name, by)
        where = tuple(sorted({each.institution for each in changes})) or person.workplaces
        actor = self._allowed(by, where)
        signs = {True: "+", False: "-"}
        told = ", ".join(f"{signs[c.given]}{c.role.value} {c.institution}" for c in changes)
        if known_as.strip():
            told = f"{told}, known as {known_as.strip()}".lstrip(", ")
        entry = self._entry(actor, where, "change roles", f"{person.name}: {told}")
        self.people.change(person.name, changes, known_as.strip(), entry)
        return self.people.find(person.name) or person

    def remove(self, name: str, by: str) -> Person:
        """Removes a person, who acts no more; who works elsewhere, too, takes all their admins."""
        person, actor = self.administered(name, by)
        entry = self.entry(actor, person, "remove person", f"person {person.name}")
        self.people.remove(person.name, entry)
        return person

    def administered(self, name: str, by: str) -> tuple[Person, Actor]:
        """Returns a person, and who acts: somebody who administers wherever the person works."""
        person = self._seen(name, by)
        return person, self._allowed(by, person.workplaces)

    def entry(self, actor: Actor, person: Person, act: str, what: str) -> AuditEntry:
        """Returns a line of the audit of what was done to a person."""
        return self._entry(actor, person.workplaces, act, what)

    def _seen(self, name: str, by: str) -> Person:
        """Returns a person whom `by`, who administers somewhere, may see.

        Of who works elsewhere it is said, as of nobody at all, that there is none.
        """
        self.authorise.reach(by, Act.ADMINISTER)  # before it tells who there is
        return self.one(name, by)

    def _note_guess(self, name: str, by: str) -> None:
        """Notes that `by` has asked for somebody who works in institutions of others alone."""
        actor, other = self.authorise.reach(by, Act.READ).actor, self.people.find(_short(name))
        if other is not None and other.removed_at is None:
            for institution in other.workplaces:
                self.authorise.note_guess(actor, institution, Act.READ)

    def _allowed(self, by: str, where: Sequence[str]) -> Actor:
        for institution in where:
            actor = self.authorise(by, institution, Act.ADMINISTER)
            self.known.check(institution)
        return actor

    def _new(
        self, name: str, roles: Mapping[str, frozenset[Role]], known_as: str, actor: Actor
    ) -> tuple[Person, AuditEntry]:
        """Returns a person as they are added, and the line of the audit."""
        person = Person(
            name=_short(name),
            known_as=known_as.strip() or _short(name),
            roles=roles,
            added_at=self.clock.now(),
        )
        what = f"person {person.name}: {_told(roles)}"
        return person, self._entry(actor, person.workplaces, "add person", what)

    def _taken(self, other: Person | None, by: str) -> Refused:
        """Returns why a name cannot be given, as far as `by` may know whose it is."""
        if other is None or not _sees(self.authorise.reach(by, Act.READ), other):
            return Refused(
                Sentence("This name is not free: it is somebody's, or was. Take another.")
            )
        if other.removed_at is None:
            return Refused(
                Sentence(
                    "'%(name)s' works here already. Change their roles.",
                    by_command="See: gateway people roles %(name)s --give ROLE --institution NAME",
                    on_page=Sentence("They stand under the name, on the page People."),
                    name=other.name,
                )
            )
        return Refused(
            Sentence(
                "'%(name)s' was somebody's who was removed on %(day)s, and what they did stands "
                "under it. Take another name, or bring the same person back.",
                by_command="With --back you say that it is the same person.",
                name=other.name,
                day=other.removed_at.date(),
            )
        )

    def _entry(self, actor: Actor, where: Sequence[str], act: str, what: str) -> AuditEntry:
        """Returns the line: in the institution's chain, in that of all where they are several."""
        institution, *others = where
        return AuditEntry(
            at=self.clock.now(), by=actor.name, act=act, what=what,
            institution=EVERYWHERE if others else institution,
        )  # fmt: skip

    def _found(self, name: str, people: Sequence[Person]) -> Person:
        here = {each.name: each for each in people if each.removed_at is None}
        try:
            return here[_short(name)]
        except KeyError:
            raise NotThere(
                Sentence(
                    "Nobody who works here is called '%(name)s'.%(guess)s",
                    by_command="See: gateway people list",
                    name=name,
                    guess=did_you_mean(name, here),
                )
            ) from None


def _short(name: str) -> str:
    try:
        return short_name(name)
    except ValueError as error:
        raise Refused(*error.args) from None


def _sees(reach: Reach, person: Person) -> bool:
    """Returns whether a person works where somebody may read; who reads all sees everybody."""
    return reach.institutions is None or any(
        reach.covers(where) or where == EVERYWHERE for where in person.roles
    )


def _told(roles: Mapping[str, frozenset[Role]]) -> str:
    return ", ".join(
        f"{role.value} {where}" for where, held in sorted(roles.items()) for role in sorted(held)
    )

"""Say whether somebody may do something in an institution; every use case that acts asks here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import GatewayError, NotAllowed
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.person import Person, short_name
from gateway.domain.institutions.roles import EVERYWHERE, Act, roles_for
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail, People

#: The act under which an attempt stands in the audit that somebody had no role for.
REFUSED = "refused"
#: Who tried it, where the name that was given is no name of a person at all.
NO_NAME = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: the name that is recorded, and what citizens read in its place."""

    name: str
    known_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """In which institutions somebody may do something; None is in all of them."""

    actor: Actor
    institutions: frozenset[str] | None

    def covers(self, institution: str) -> bool:
        """Returns whether an institution is among them."""
        return self.institutions is None or institution in self.institutions


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorise:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable.

    `own` is the institution of what is no service's: an empty institution stands for it. Until a
    person was added (`gateway people add`) every name may do everything. What is refused stands in
    the audit of the institution, where that `exists`, else in that of our own.
    """

    people: People
    own: str
    trail: AuditTrail
    exists: Callable[[str], bool]
    clock: Clock

    def __call__(self, by: str, institution: str, act: Act) -> Actor:
        """Returns who acts, as they are to be recorded.

        With `EVERYWHERE` it takes a role in all institutions: for what belongs to none.
        """
        whose = institution or self.own
        person = self._person(by, whose, act)
        if person is not None and not person.may(whose, act):
            self._note(person.name, whose, act.value)
            raise _lacks(person, whose, act)
        return _actor(by, person)

    def reach(self, by: str, act: Act) -> Reach:
        """Returns where somebody may do so, for lists; raises NotAllowed where it is nowhere."""
        person = self._person(by, self.own, act)
        if person is None:
            return Reach(actor=_actor(by, None), institutions=None)
        where = person.reach(act)
        if not where:
            self._note(person.name, self.own, act.value)
            raise _lacks(person, "", act)
        return Reach(actor=_actor(by, person), institutions=None if EVERYWHERE in where else where)

    def within(self, by: str, asked: Collection[str], act: Act) -> Reach:
        """Returns where somebody may do so, of the institutions asked for; anywhere without any.

        Who may not do so in one of them is told, and gets no list that looks empty.
        """
        if not asked:
            return self.reach(by, act)
        *_, actor = [self(by, each, act) for each in sorted(asked)]
        return Reach(actor=actor, institutions=frozenset(asked))

    def over(self, by: str, institution: str, act: Act, unseen: GatewayError) -> Actor:
        """Returns who acts on one thing of an institution.

        Who may not even read there is told `unseen`: that there is no such thing. So nobody finds
        out by guessing what others have.
        """
        reach, whose = self.reach(by, Act.READ), institution or self.own
        if not reach.covers(whose):
            self.note_guess(reach.actor, whose, act)
            raise unseen
        return self(by, institution, act)

    def note_guess(self, actor: Actor, institution: str, act: Act) -> None:
        """Notes that somebody has tried what is another institution's, before they are told no."""
        self._note(actor.name, institution, f"{act.value}, of another institution")

    def _note(self, by: str, institution: str, what: str) -> None:
        """Notes what somebody has tried, before they are told no."""
        self.trail.record(
            AuditEntry(
                at=self.clock.now(),
                by=by,
                institution=institution if self.exists(institution) else self.own,
                act=REFUSED,
                what=what,
            )
        )

    def _person(self, by: str, institution: str, act: Act) -> Person | None:
        """Returns who is called so; None while nobody is known. Raises NotAllowed for others."""
        try:
            name = short_name(by)
        except ValueError:
            name = ""
        person = self.people.find(name) if name else None
        if person is None:
            if not self.people.anybody():
                return None
            self._note(name or NO_NAME, institution, f"{act.value}, by nobody who is known")
            known = [each.name for each in self.people.all() if each.removed_at is None]
            raise NotAllowed(
                Sentence(
                    "Nobody is known as '%(name)s'.%(guess)s An administrator adds people.",
                    by_command="Say who acts with --by NAME. See: gateway people add --help",
                    name=by,
                    guess=did_you_mean(by, known),
                )
            )
        if person.removed_at is not None:
            self._note(person.name, institution, f"{act.value}, by somebody who was removed")
            raise NotAllowed(
                Sentence(
                    "'%(name)s' was removed on %(day)s and acts no more.",
                    by_command="See: gateway people list --all",
                    name=person.name,
                    day=person.removed_at.date(),
                )
            )
        return person


def _actor(by: str, person: Person | None) -> Actor:
    if person is None:
        return Actor(name=by, known_as=by)
    return Actor(name=person.name, known_as=person.known_as)


#: What a person may not do, as a sentence says it.
DEEDS: Mapping[Act, Sentence] = {
    Act.READ: Sentence("read"),
    Act.EDIT: Sentence("edit"),
    Act.LOAD: Sentence("load data"),
    Act.PUBLISH: Sentence("publish"),
    Act.BROADCAST: Sentence("broadcast"),
    Act.APPROVE_BROADCAST: Sentence("approve a broadcast"),
    Act.EMERGENCY: Sentence("declare an emergency"),
    Act.ANSWER: Sentence("answer"),
    Act.REVEAL: Sentence("reveal a number"),
    Act.SETTLE: Sentence("settle what is unknown"),
    Act.EXPORT: Sentence("export"),
    Act.CONSENT: Sentence("change consents"),
    Act.ADMINISTER: Sentence("administer"),
    Act.AUDIT: Sentence("see the audit"),
}


def _lacks(person: Person, institution: str, act: Act) -> NotAllowed:
    roles = reduce(_either, (Sentence(role.value) for role in roles_for(act)))
    name, deed = person.name, DEEDS[act]
    match institution:
        case "":
            where = Sentence("'%(name)s' may not %(act)s in any institution", name=name, act=deed)
        case _ if institution == EVERYWHERE:
            where = Sentence("'%(name)s' may not %(act)s in all institutions", name=name, act=deed)
        case _:
            where = Sentence(
                "'%(name)s' may not %(act)s in '%(where)s'", name=name, act=deed, where=institution
            )
    return NotAllowed(
        Sentence(
            "%(refused)s: it takes the role %(roles)s. An administrator gives it.",
            by_command="See: gateway people roles %(name)s",
            refused=where,
            roles=roles,
            name=person.name,
        )
    )


def _either(one: Sentence, other: Sentence) -> Sentence:
    return Sentence("%(one)s or %(other)s", one=one, other=other)

"""Who may do what: asked by every use case that acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from gateway.domain.faults_and_errors.errors import NotAllowed, Refused
from gateway.domain.institutions.person import Person, short_name
from gateway.domain.institutions.roles import EVERYWHERE, Act, Role
from gateway.use_cases.institutions.authorise import DEEDS, Authorise
from gateway.use_cases.ports.institutions import AuditEntry
from tests.clock import FixedClock

THEN = datetime(2026, 11, 29, tzinfo=UTC)


def person(name: str, removed: bool = False, **roles: Role) -> Person:
    given = {EVERYWHERE if where == "everywhere" else where: frozenset({role})
             for where, role in roles.items()}  # fmt: skip
    return Person(
        name=name,
        known_as=f"Office of {name}",
        roles=given,
        added_at=THEN,
        removed_at=THEN if removed else None,
    )


class Known:
    """Fits the `People` port."""

    def __init__(self, *people: Person) -> None:
        self._people = {each.name: each for each in people}

    def anybody(self) -> bool:
        return bool(self._people)

    def find(self, name: str) -> Person | None:
        return self._people.get(name)

    def all(self) -> Sequence[Person]:
        return list(self._people.values())


KNOWN = Known(
    person("vera", health=Role.VIEWER),
    person("hana", health=Role.HELP_DESK, works=Role.VIEWER),
    person("omar", gateway=Role.HELP_DESK),
    person("adam", everywhere=Role.ADMINISTRATOR),
    person("gone", removed=True, everywhere=Role.ADMINISTRATOR),
)


class Trail:
    """Keeps what is recorded; nothing here reads it back."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def record(self, entry: AuditEntry) -> None:
        self.entries.append(entry)


def asked(known: Known = KNOWN, trail: Trail | None = None) -> Authorise:
    return Authorise(
        people=known,
        own="gateway",
        trail=trail or Trail(),  # type: ignore[arg-type]
        exists=lambda name: name in ("gateway", "health", "works", EVERYWHERE),
        clock=FixedClock(THEN),
    )


@pytest.mark.parametrize(
    ("by", "institution", "act", "allowed"),
    [
        ("vera", "health", Act.READ, True),
        ("vera", "health", Act.ANSWER, False),
        ("vera", "works", Act.READ, False),
        ("vera", EVERYWHERE, Act.READ, False),
        ("vera", "", Act.READ, False),
        ("hana", "health", Act.ANSWER, True),
        ("hana", "works", Act.ANSWER, False),
        (" HANA ", "works", Act.READ, True),
        ("omar", "", Act.ANSWER, True),
        ("omar", "gateway", Act.ANSWER, True),
        ("omar", "health", Act.ANSWER, False),
        ("adam", "health", Act.REVEAL, True),
        ("adam", EVERYWHERE, Act.ADMINISTER, True),
        ("adam", "not there yet", Act.AUDIT, True),
        ("adam", "health", Act.BROADCAST, False),
        ("gone", "health", Act.READ, False),
        ("nobody", "health", Act.READ, False),
        ("Ministry of Health", "health", Act.READ, False),
        ("", "health", Act.READ, False),
    ],
)
def test_a_role_counts_in_its_institution_alone(
    by: str, institution: str, act: Act, allowed: bool
) -> None:
    if allowed:
        assert by.strip().casefold() == asked()(by, institution, act).name
        return
    with pytest.raises(NotAllowed):
        asked()(by, institution, act)


@pytest.mark.parametrize(
    ("by", "act", "institutions"),
    [
        ("hana", Act.READ, {"health", "works"}),
        ("hana", Act.ANSWER, {"health"}),
        ("adam", Act.READ, None),
    ],
)
def test_a_list_reaches_as_far_as_the_role(
    by: str, act: Act, institutions: set[str] | None
) -> None:
    reach = asked().reach(by, act)

    assert institutions == reach.institutions
    assert f"Office of {by}" == reach.actor.known_as
    assert (institutions is None) == reach.covers("citizens")


@pytest.mark.parametrize("by", ["vera", "gone", "nobody"])
def test_who_may_do_so_nowhere_is_refused_a_list(by: str) -> None:
    with pytest.raises(NotAllowed):
        asked().reach(by, Act.AUDIT)


@pytest.mark.parametrize("by", ["Ministry of Health", "uid 1000", "asha"])
def test_until_somebody_is_known_every_name_may_act(by: str) -> None:
    nobody = asked(Known())

    assert by == nobody(by, EVERYWHERE, Act.ADMINISTER).name
    assert nobody.reach(by, Act.READ).covers("health")


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(NotAllowed, match=r"Did you mean 'vera'.*--by NAME"):
        asked()("verra", "health", Act.READ)
    with pytest.raises(NotAllowed, match=r"takes the role help_desk.*gateway people roles vera"):
        asked()("vera", "health", Act.ANSWER)
    with pytest.raises(NotAllowed, match="removed on 2026-11-29"):
        asked()("gone", "health", Act.READ)


@pytest.mark.parametrize("name", ["", "a b", "_x", ".x", "a" * 41, "a/b", "a\nb", "a;b", "*"])
def test_what_is_no_short_name(name: str) -> None:
    with pytest.raises(ValueError, match="no short name"):
        short_name(name)


@pytest.mark.parametrize("name", ["asha", "asha.musa", "a-b_c@moh.go.ke", "አሻ", "josé"])
def test_what_is_a_short_name(name: str) -> None:
    assert name == short_name(name)


@pytest.mark.parametrize(
    ("by", "institution", "act", "noted"),
    [
        ("vera", "health", Act.ANSWER, ("vera", "health", "answer")),
        ("vera", EVERYWHERE, Act.ADMINISTER, ("vera", EVERYWHERE, "administer")),
        ("vera", "halth", Act.READ, ("vera", "gateway", "read")),
        ("hana", "", Act.ANSWER, ("hana", "gateway", "answer")),
        ("nobody", "health", Act.READ, ("nobody", "health", "read, by nobody who is known")),
        ("A Ministry", "health", Act.READ, ("?", "health", "read, by nobody who is known")),
        ("gone", "health", Act.READ, ("gone", "health", "read, by somebody who was removed")),
    ],
)
def test_what_is_refused_stands_in_the_audit_of_the_institution(
    by: str, institution: str, act: Act, noted: tuple[str, str, str]
) -> None:
    trail = Trail()

    with pytest.raises(NotAllowed):
        asked(trail=trail)(by, institution, act)

    (entry,) = trail.entries
    assert (*noted, "refused") == (entry.by, entry.institution, entry.what, entry.act)


def test_who_guesses_what_is_anothers_is_in_the_audit_and_what_is_allowed_is_not() -> None:
    trail = Trail()
    authorise = asked(trail=trail)

    authorise("vera", "health", Act.READ)
    authorise.reach("vera", Act.READ)
    assert [] == trail.entries
    with pytest.raises(Refused, match="no case 7"):
        authorise.over("vera", "works", Act.ANSWER, Refused("There is no case 7."))
    with pytest.raises(NotAllowed):
        authorise.reach("vera", Act.ANSWER)

    assert [("works", "answer, of another institution"), ("gateway", "answer")] == [
        (each.institution, each.what) for each in trail.entries
    ]


def test_who_asks_for_a_list_of_an_institution_gets_it_or_is_told_no() -> None:
    trail = Trail()
    authorise = asked(trail=trail)

    assert {"health", "works"} == authorise.within("hana", (), Act.READ).institutions
    assert {"works"} == authorise.within("hana", {"works"}, Act.READ).institutions
    assert authorise.within("adam", (), Act.READ).institutions is None
    assert {"works"} == authorise.within("adam", {"works"}, Act.READ).institutions
    assert [] == trail.entries
    with pytest.raises(NotAllowed, match="'vera' may not read in 'works'"):
        authorise.within("vera", {"health", "works"}, Act.READ)
    assert [("works", "read")] == [(each.institution, each.what) for each in trail.entries]


def test_what_somebody_may_not_do_is_said_by_a_verb() -> None:
    assert set(DEEDS) == set(Act)
    assert "declare an emergency" == DEEDS[Act.EMERGENCY]
    assert "see the audit" == DEEDS[Act.AUDIT]

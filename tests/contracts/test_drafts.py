"""Drafts on both databases: neither of two people or two tabs loses work."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.people import SqlPeople
from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.domain.dialogue.golden_dialogue import FILE_ENDING
from gateway.domain.faults_and_errors.errors import NotAllowed, Refused
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence, parts_of
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import Role
from gateway.domain.menu.draft import DIALOGUE_ENDING, DraftState, Otherwise, Trial
from gateway.domain.text.language_names import language_name
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.releases.drafts.edit_drafts import DraftMoved, EditDrafts
from gateway.use_cases.releases.drafts.seeing import Beginning, Seeing
from tests.clock import FixedClock
from tests.contracts.test_cases import KEYRING

FILES = {
    "main.yaml": "languages: {en: English}\n",
    "clinics.yaml": "service: clinics\ntitle: Clinics\n",
    "results.yaml": "service: results\ntitle: Results\n",
    "dialogues/clinics.dialogue.yaml": "title: Clinics\n",
}


class Desk:
    """Drafts of a small menu, and the people who work on them."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        people, trail = SqlPeople(engine, KEYRING), SqlAuditTrail(engine, KEYRING)
        self.people, self.clock = people, clock
        self.seeing = Seeing(
            store=SqlDrafts(engine),
            authorise=Authorise(people=people, own="gateway", trail=trail, exists=bool,
                                clock=clock),
            trail=trail,
            clock=clock,
        )  # fmt: skip
        self.drafts = EditDrafts(seeing=self.seeing, served=self.served)
        self.live = Beginning(release="r1", files=FILES)

    def served(self) -> Beginning:
        return self.live

    def add(self, name: str, role: Role, institution: str = "health") -> None:
        now = self.clock.now()
        person = Person(
            name=name, known_as="", roles={institution: frozenset({role})}, added_at=now
        )
        entry = AuditEntry(at=now, by="adam", institution="gateway", act="administer", what="")
        if not self.people.anybody():
            adam = Person(name="adam", known_as="", added_at=now,
                          roles={"*": frozenset({Role.ADMINISTRATOR})})  # fmt: skip
            assert self.people.add(adam, entry)
        assert self.people.add(person, entry)

    def remove(self, name: str) -> None:
        now = self.clock.now()
        entry = AuditEntry(at=now, by="adam", institution="gateway", act="administer", what="")
        self.people.remove(name, entry)


@pytest.fixture
def desk(database: Engine, clock: FixedClock) -> Desk:
    return Desk(database, clock)


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Asha and Juma write menus, Ruth publishes, Vera only looks."""
    for name, role in (("asha", Role.EDITOR), ("juma", Role.EDITOR), ("ruth", Role.PUBLISHER),
                       ("vera", Role.VIEWER)):  # fmt: skip
        desk.add(name, role)
    return desk


def test_a_draft_begins_at_what_is_live_and_keeps_what_was_made_of_it(staffed: Desk) -> None:
    drafts = staffed.drafts
    begun = drafts.begin("  Clinic   hours ", by="Asha")
    staffed.clock.advance(60)
    saved = drafts.save(
        begun.id, "clinics.yaml", "service: clinics\n# ሰላም\r\n", version=1, by="asha"
    )

    found = drafts.one(begun.id, by="asha")

    assert (begun.title, begun.owner, begun.base, begun.version) == (
        "Clinic hours",
        "asha",
        "r1",
        1,
    )
    assert begun.files == FILES
    assert found == saved
    assert found.files == {**FILES, "clinics.yaml": "service: clinics\n# ሰላም\r\n"}
    assert (found.version, found.changed_files, found.services, found.authors) == (
        2, ("clinics.yaml",), {"clinics"}, ("asha",),
    )  # fmt: skip
    assert found.changed_at - found.begun_at == timedelta(seconds=60)


def test_two_tabs_change_other_files_and_of_one_file_neither_text_is_lost(staffed: Desk) -> None:
    drafts = staffed.drafts
    id = drafts.begin("Hours", by="asha").id
    drafts.save(id, "clinics.yaml", "service: clinics\n# first tab\n", version=1, by="asha")
    both = drafts.save(id, "results.yaml", "service: results\n# second\n", version=1, by="asha")

    with pytest.raises(DraftMoved) as moved:
        drafts.save(id, "clinics.yaml", "service: clinics\n# second tab\n", version=1, by="asha")

    told = moved.value
    assert both.changed_files == ("clinics.yaml", "results.yaml")
    assert (told.theirs, told.mine, told.by, told.version) == (
        "service: clinics\n# first tab\n", "service: clinics\n# second tab\n", "asha", 3,
    )  # fmt: skip
    assert "clinics.yaml" in str(told)
    assert "first tab" not in str(told)
    assert drafts.one(id, by="asha") == both
    merged = "service: clinics\n# first tab\n# second tab\n"
    assert drafts.save(id, "clinics.yaml", merged, version=3, by="asha").files["clinics.yaml"] == (
        merged
    )


def test_the_same_text_again_changes_nothing_whatever_was_read(staffed: Desk) -> None:
    drafts = staffed.drafts
    id = drafts.begin("Hours", by="asha").id
    once = drafts.save(id, "clinics.yaml", "service: clinics\n# a\n", version=1, by="asha")

    assert drafts.save(id, "clinics.yaml", "service: clinics\n# a\n", version=1, by="asha") == once


def test_of_many_who_save_at_the_same_time_none_is_lost_unheard(
    desk: Desk, database: Engine
) -> None:
    drafts = desk.drafts
    id = drafts.begin("Hours", by="asha").id
    told: list[str] = []

    def save(number: int) -> None:
        name = f"s{number // 2}.yaml"  # two of them want each file
        try:
            drafts.save(id, name, f"service: s{number}\n", version=1, by="asha")
        except DraftMoved as moved:
            told.append(moved.path)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    draft = drafts.one(id, by="asha")
    assert sorted(told) == [f"s{number}.yaml" for number in range(4)]
    assert (draft.changed_files, draft.version) == (tuple(sorted(told)), 5)


def test_several_files_are_saved_together_or_none_of_them(staffed: Desk) -> None:
    drafts = staffed.drafts
    id = drafts.begin("Hours", by="asha").id
    drafts.save(id, "clinics.yaml", "service: clinics\n# a\n", version=1, by="asha")
    texts = {"new.yaml": "service: new\n", "clinics.yaml": None}

    with pytest.raises(DraftMoved):
        drafts.save_all(id, texts, version=1, by="asha")
    assert "new.yaml" not in drafts.one(id, by="asha").files

    saved = drafts.save_all(id, texts, version=2, by="asha")
    assert saved.changed_files == ("clinics.yaml", "new.yaml")
    assert saved.services == {"clinics", "new"}


def test_files_are_taken_out_and_renamed(staffed: Desk) -> None:
    drafts = staffed.drafts
    id = drafts.begin("Hours", by="asha").id
    renamed = drafts.rename(id, "clinics.yaml", "health.yaml", version=1, by="asha")
    removed = drafts.remove(id, "results.yaml", version=2, by="asha")

    assert renamed.files["health.yaml"] == FILES["clinics.yaml"]
    assert sorted(removed.files) == [
        "dialogues/clinics.dialogue.yaml", "health.yaml", "main.yaml",
    ]  # fmt: skip
    assert (renamed.services, removed.services) == ({"clinics"}, {"clinics", "results"})


@pytest.mark.parametrize(
    "path",
    ["../etc/passwd.yaml", "/main.yaml", "main.yml", "a b.yaml", ".hidden.yaml", "x/y.yaml",
     "datasets/../main.yaml", "datasets/a/b.yaml", "dialogues/x.yaml", "x.yaml\n", "~x.yaml", "",
     "forms/.yaml", "a" * 81 + ".yaml", "dialogues//x.dialogue.yaml"],
)  # fmt: skip
def test_what_is_no_file_of_a_menu_is_not_kept(desk: Desk, path: str) -> None:
    draft = desk.drafts.begin("Hours", by="asha")

    with pytest.raises(Refused, match="no file of a menu"):
        desk.drafts.save(draft.id, path, "service: x\n", version=1, by="asha")


@pytest.mark.parametrize(
    "path",
    ["main.yaml", "my-service_2.yaml", "datasets/fees.yaml", "forms/survey.yaml",
     "dialogues/a_sw.dialogue.yaml", "x.dialogue.yaml", "Health.yaml",
     "dialogues/health/2026/a.dialogue.yaml"],
)  # fmt: skip
def test_what_is_a_file_of_a_menu_is_kept(desk: Desk, path: str) -> None:
    draft = desk.drafts.begin("Hours", by="asha")

    saved = desk.drafts.save(draft.id, path, "title: x\n", version=1, by="asha")

    assert saved.files[path] == "title: x\n"


def test_what_is_no_text_or_far_too_long_is_refused(desk: Desk) -> None:
    id = desk.drafts.begin("Hours", by="asha").id
    for text, said in (("a\0b", "no text"), ("\ud800", "no text"), ("ሀ" * 400_000, "1 MiB")):
        with pytest.raises(Refused, match=said):
            desk.drafts.save(id, "x.yaml", text, version=1, by="asha")
    with pytest.raises(Refused, match="root of the menu"):
        desk.drafts.remove(id, "main.yaml", version=1, by="asha")
    with pytest.raises(Refused, match=r"no file clinic.yaml.*clinics.yaml"):
        desk.drafts.remove(id, "clinic.yaml", version=1, by="asha")
    for title in ("", "  ", "x" * 81, "a\x07b"):
        with pytest.raises(Refused, match="title"):
            desk.drafts.begin(title, by="asha")


def test_a_draft_is_nobody_elses_until_it_is_handed_over(staffed: Desk) -> None:
    drafts = staffed.drafts
    id = drafts.begin("Hours", by="asha").id
    for by in ("juma", "ruth"):
        with pytest.raises(Refused, match="There is no draft"):
            drafts.one(id, by=by)
        with pytest.raises(Refused, match="There is no draft"):
            drafts.save(id, "main.yaml", "x", version=1, by=by)
        with pytest.raises(Refused, match="There is no draft"):
            drafts.discard(id, by=by)
        assert [] == drafts.listed(by=by)
    for by in ("vera", "adam", "nobody"):
        with pytest.raises(NotAllowed):
            drafts.one(id, by=by)
        with pytest.raises(NotAllowed):
            drafts.begin("Mine", by=by)
    for guessed in ("", "0", "999", "-1", "1 or 1=1", "9" * 30, "١"):
        with pytest.raises(Refused, match="There is no draft"):
            drafts.one(guessed, by="asha")


def test_what_somebody_who_is_gone_has_left_is_there_for_who_may_publish(staffed: Desk) -> None:
    drafts = staffed.drafts
    opened, handed = (drafts.begin(title, by="asha").id for title in ("Hours", "Prices"))
    assert [] == drafts.listed(by="ruth")

    staffed.remove("asha")

    assert {opened, handed} == {each.id for each in drafts.listed(by="ruth")}
    assert [] == drafts.listed(by="juma")
    with pytest.raises(Refused, match="There is no draft"):
        drafts.one(opened, by="juma")
    drafts.save(opened, "clinics.yaml", "service: clinics\ntitle: New\n", version=1, by="ruth")
    drafts.discard(handed, by="ruth")


def test_people_on_one_service_are_told_of_each_other(staffed: Desk) -> None:
    drafts = staffed.drafts
    mine = drafts.begin("Hours", by="asha")
    theirs = drafts.begin("Names", by="juma")
    drafts.save(theirs.id, "clinics.yaml", "service: clinics\n# b\n", version=1, by="juma")
    drafts.save(theirs.id, "dialogues/clinics.dialogue.yaml", "x", version=1, by="juma")
    assert [] == drafts.neighbours(mine)

    mine = drafts.save(mine.id, "clinics.yaml", "service: clinics\n# a\n", version=1, by="asha")

    (neighbour,) = drafts.neighbours(mine)
    assert (neighbour.owner, neighbour.services) == ("juma", {"clinics"})
    assert [neighbour] == drafts.neighbours(drafts.listed(by="asha")[0])
    drafts.discard(theirs.id, by="juma")
    assert [] == drafts.neighbours(mine)


def test_what_has_ended_is_not_changed_any_more_and_listed_only_when_asked_for(
    staffed: Desk,
) -> None:
    drafts = staffed.drafts
    id = drafts.begin("Hours", by="asha").id
    ended = drafts.discard(id, by="asha")

    assert ended.state is DraftState.DISCARDED
    with pytest.raises(Refused, match="was discarded"):
        drafts.save(id, "x.yaml", "a", version=9, by="asha")
    with pytest.raises(Refused, match="was discarded"):
        drafts.discard(id, by="asha")
    assert [] == drafts.listed(by="asha")
    assert [id] == [each.id for each in drafts.listed(by="asha", ended=True)]


def test_while_nobody_is_known_every_name_sees_every_draft(desk: Desk) -> None:
    draft = desk.drafts.begin("Hours", by="Asha Musa")

    assert draft == desk.drafts.one(draft.id, by="somebody")
    assert [draft.id] == [each.id for each in desk.drafts.listed(by="x")]


def test_a_draft_prints_none_of_its_texts(desk: Desk) -> None:
    draft = desk.drafts.begin("Hours", by="asha")
    draft = desk.drafts.save(draft.id, "x.yaml", "service: hidden\n", version=1, by="asha")

    assert "hidden" not in repr(draft)
    assert "English" not in repr(draft)


def test_drafts_and_dialogues_mean_the_same_files() -> None:
    assert FILE_ENDING == DIALOGUE_ENDING


def test_why_a_dialogue_goes_otherwise_is_kept_with_its_values_apart(staffed: Desk) -> None:
    draft = staffed.drafts.begin("Hours", by="asha")
    moved = Sentence(
        "'%(label)s' moved from %(key)s to %(now)s on %(screen)s",
        label="Schools",
        key="2",
        now="1",
        screen=Sentence("a page of the gateway's own"),
    )
    fault = Fault("a.yaml", 4, 5, "M033", Sentence("No %(name)s.", name="x") + " Look.").whole
    many = Sentence("%(number)s rows", singular="%(number)s row", number=1, day=date(2026, 11, 5))
    for told in (moved, fault, many, Sentence("Not in %(name)s.", name=language_name("sw"))):
        otherwise = (Otherwise(path="x", title="x", reason=told, same_screens=True),)
        trial = Trial(version=1, at=staffed.clock.now(), otherwise=otherwise, fault=told)
        staffed.seeing.store.keep_trial(draft.id, trial)
        kept = staffed.seeing.store.find(draft.id)

        assert kept is not None
        assert kept.trial == trial
        for each in (kept.trial.fault, kept.trial.otherwise[0].reason):
            assert isinstance(each, Sentence)
            assert (told.then, parts_of(told)) == (each.then, parts_of(each))
        for name, value in told.values.items():
            assert type(kept.trial.fault.values[name]) is type(value)


def test_a_trial_that_an_older_version_kept_is_read_as_it_was(staffed: Desk) -> None:
    draft = staffed.drafts.begin("Hours", by="asha")
    otherwise = (Otherwise(path="x", title="x", reason="'1' moved to 2", same_screens=True),)
    trial = Trial(version=1, at=staffed.clock.now(), otherwise=otherwise, fault="No channel.")
    staffed.seeing.store.keep_trial(draft.id, trial)
    kept = staffed.seeing.store.find(draft.id)

    assert kept is not None
    assert kept.trial == trial


def test_who_clicks_twice_to_begin_a_draft_has_begun_one(staffed: Desk) -> None:
    begun: list[str] = []

    def click() -> None:
        begun.append(staffed.drafts.begin("Hours", by="asha", once=True).id)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len(begun) == 4
    assert len(set(begun)) == 1
    others = [staffed.drafts.begin("Hours", by=name, once=True).id for name in ("juma", "asha")]
    assert others[0] not in begun
    assert others[1] in begun
    staffed.drafts.save(begun[0], "clinics.yaml", "service: clinics\n", version=1, by="asha")
    assert staffed.drafts.begin("Hours", by="asha", once=True).id not in begun
    staffed.clock.advance(31)
    assert staffed.drafts.begin("Hours", by="juma", once=True).id != others[0]

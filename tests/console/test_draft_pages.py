"""A draft goes from its first word to every phone on the pages of the console."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import pytest
from werkzeug.test import TestResponse

from gateway.adapters.menu_files.load import sources
from gateway.adapters.redis.rq_jobs import RqJobs
from gateway.adapters.sql.datasets.look_ups import SqlLookUps
from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.adapters.xlsforms.planned import Asked
from gateway.cli.processes import long_work
from gateway.composition.form_drafts import FormDraft, drafted
from gateway.domain.faults_and_errors.errors import NotAllowed
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.menu.draft import Otherwise, Trial
from gateway.use_cases.ports.releases import Content
from gateway.use_cases.releases.drafts.expire_drafts import ExpireDrafts
from tests.console.conftest import Browser, Desk, main_of
from tests.gateways import HOME
from tests.xlsforms.workbooks import FORM, Rows, saved, survey

CLINICS = (HOME / "menus" / "find_clinic.yaml").read_text("utf-8")
ANOTHER = CLINICS.replace("Find a clinic", "Find clinics")


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Asha writes and publishes, Juma publishes, both everywhere; Hana publishes for health."""
    for name, role, where in (
        ("asha", Role.PUBLISHER, EVERYWHERE), ("juma", Role.PUBLISHER, EVERYWHERE),
        ("hana", Role.PUBLISHER, "health"), ("vera", Role.VIEWER, "health"),
        ("eve", Role.EDITOR, "education"),
    ):  # fmt: skip
        desk.add(name, role, where)
    return desk


def begun(desk: Desk, browser: Browser, text: str = ANOTHER) -> str:
    """Returns the id of a draft that changes a service."""
    browser.post("/drafts/", title="Clinic names")
    (line,) = desk.gateway.drafts.listed(by="asha")
    desk.gateway.drafts.save(line.id, "find_clinic.yaml", text, version=1, by="asha")
    return line.id


def publish_files(desk: Desk) -> None:
    """Publishes the menu as it stands in the files."""
    deployment = desk.gateway.deployment
    texts = sources(deployment.settings.menus_folder)
    content = Content(release=deployment.load_release(), sources=texts)
    desk.gateway.menus.publish(content, by="asha", upon=0, note="First")


def played(desk: Desk, id: str, otherwise: tuple[Otherwise, ...] = ()) -> None:
    """Notes how a worker has found the dialogues."""
    draft = desk.gateway.drafts.one(id, by="asha")
    at = desk.clock.now()
    trial = Trial(version=draft.version, at=at, played=358, otherwise=otherwise)
    desk.gateway.drafts.review.keep_trial(draft, trial)


def test_a_second_person_approves_and_it_goes_live_and_back_again(staffed: Desk) -> None:
    asha, juma = staffed.signed_in("asha"), staffed.signed_in("juma")
    publish_files(staffed)
    id = begun(staffed, asha)
    page = f"/drafts/{id}"

    first = main_of(asha.get(page))
    asha.post(f"{page}/try", page)
    waiting = main_of(asha.get(page))
    played(staffed, id)
    unseen = juma.get(page).status_code
    unapproved = asha.post(f"{page}/publish", page, version="2")
    asha.post(f"{page}/hand-over", page, to="juma")
    own = asha.post(f"{page}/approve", page, version="2")
    looked = main_of(juma.get(page))
    approved = main_of(juma.post(f"{page}/approve", page, version="2"))
    gone_live = main_of(asha.post(f"{page}/publish", page, version="2"))
    releases = main_of(asha.get("/releases/"))
    back = main_of(asha.post("/releases/roll-back", "/releases/", note="Wrong name"))

    assert "No faults." in first
    assert "were not played yet" in first
    assert "are being played" in waiting
    assert unseen == 404
    assert "Nobody else has approved" in main_of(unapproved)
    assert "juma" in main_of(unapproved)
    assert "somebody else approves it" in main_of(own)
    assert "Health › Find clinics: title reworded in English" in looked
    assert "Approved by juma" in approved
    assert "is live since" in gone_live
    assert "Clinic names" in releases
    assert "Wrong name" in back
    assert staffed.gateway.menus.live_id() == staffed.gateway.deployment.load_release().id


def test_a_change_takes_the_approval_back_and_an_old_page_approves_nothing(staffed: Desk) -> None:
    asha, juma = staffed.signed_in("asha"), staffed.signed_in("juma")
    id = begun(staffed, asha)
    page = f"/drafts/{id}"
    played(staffed, id)
    asha.post(f"{page}/hand-over", page, to="juma")
    juma.post(f"{page}/approve", page, version="2")
    drafts = staffed.gateway.drafts
    drafts.save(id, "find_clinic.yaml", ANOTHER + "# more\n", version=2, by="asha")

    old = juma.post(f"{page}/approve", page, version="2")
    unplayed = juma.post(f"{page}/approve", page, version="3")

    assert "Approved by" not in main_of(asha.get(page))
    assert "changed meanwhile" in main_of(old)
    assert "not played yet" in main_of(unplayed)


def test_faults_stand_at_their_lines_and_dialogues_that_differ_are_named(staffed: Desk) -> None:
    asha = staffed.signed_in("asha")
    id = begun(staffed, asha, ANOTHER.replace("service: find_clinic", "servis: find_clinic"))
    page = f"/drafts/{id}"
    faulty = main_of(asha.get(page))
    tried = asha.post(f"{page}/try", page)
    staffed.gateway.drafts.save(id, "find_clinic.yaml", ANOTHER, version=2, by="asha")
    gone = Otherwise(
        path="dialogues/x.dialogue.yaml", title="Find a clinic", reason="'1' moved to 2",
        same_screens=True, lines=("- 1", "+ 2"),
    )  # fmt: skip
    played(staffed, id, (gone,))

    assert "find_clinic.yaml:" in faulty
    assert "Play the dialogues" not in faulty
    assert tried.status_code == 400
    assert "servis" in main_of(tried)
    told = main_of(asha.get(page))
    assert "Dialogues that go otherwise than they are written: 1." in told
    assert "'1' moved to 2" in told


def test_dialogues_of_a_text_that_was_reworded_are_written_anew_by_a_button(
    staffed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(RqJobs, "try_draft", lambda _, *given: asked.append(given))
    asha = staffed.signed_in("asha")
    id = begun(staffed, asha)
    page = f"/drafts/{id}"
    reworded, elsewhere = (
        Otherwise(path=f"dialogues/{n}.dialogue.yaml", title=n, reason="", same_screens=same)
        for n, same in (("a", True), ("b", False))
    )
    played(staffed, id, (elsewhere,))
    assert "as they go now" not in main_of(asha.get(page))
    played(staffed, id, (reworded, elsewhere))
    assert "Of these, 1 visits the same screens as before" in main_of(asha.get(page))

    asha.post(f"{page}/try", page, do="anew")

    assert asked == [(id, "asha")]
    command = long_work.command_of(*asked[0])
    assert command[-3:] == ["--by-the-gateway", "--update", "--by=asha"]


def test_what_somebody_else_has_published_meanwhile_is_not_taken_back(staffed: Desk) -> None:
    asha, juma = staffed.signed_in("asha"), staffed.signed_in("juma")
    drafts, page = staffed.gateway.drafts, "/drafts/1"
    assert begun(staffed, asha) == "1"
    other = drafts.begin("Works", by="juma")
    works = drafts.text(other, "works.yaml") + "# by juma\n"
    clinics = CLINICS.replace("Find a clinic", "Find a doctor")
    drafts.save_all(
        other.id, {"works.yaml": works, "find_clinic.yaml": clinics}, version=1, by="juma"
    )
    played_as(staffed, other.id, "juma")
    drafts.review.hand_over(other.id, "asha", by="juma")
    drafts.review.approve(other.id, version=2, by="asha")
    drafts.review.publish(other.id, version=2, by="juma")
    played(staffed, "1")
    asha.post(f"{page}/hand-over", page, to="juma")

    refused = main_of(juma.post(f"{page}/approve", page, version="2"))
    told = main_of(asha.get(page))
    both = main_of(asha.get(f"{page}/onto-live"))
    undecided = main_of(asha.post(f"{page}/onto-live", f"{page}/onto-live", version="2"))
    brought = asha.post(f"{page}/onto-live", f"{page}/onto-live", version="2", **{"keep-0": "mine"})

    assert "Something else is live than draft 1 began at" in refused
    assert "Something else is live" in told
    assert "works.yaml" in both
    assert "Find clinics" in both
    assert "Find a doctor" in both
    assert "find_clinic.yaml" in undecided
    assert brought.status_code == 200
    draft = drafts.one("1", by="asha")
    assert draft.files["works.yaml"] == works
    assert draft.files["find_clinic.yaml"] == ANOTHER
    assert draft.changed_files == ("find_clinic.yaml",)
    assert draft.base == staffed.gateway.menus.live_id()


def played_as(desk: Desk, id: str, by: str) -> None:
    draft = desk.gateway.drafts.one(id, by=by)
    trial = Trial(version=draft.version, at=desk.clock.now(), played=1)
    desk.gateway.drafts.review.keep_trial(draft, trial)


def test_a_draft_goes_live_at_a_time_and_is_taken_back_before(staffed: Desk) -> None:
    asha, juma = staffed.signed_in("asha"), staffed.signed_in("juma")
    id = begun(staffed, asha)
    page = f"/drafts/{id}"
    played(staffed, id)
    asha.post(f"{page}/hand-over", page)
    juma.post(f"{page}/approve", page, version="2")
    wrong = main_of(asha.post(f"{page}/publish", page, version="2", at="tomorrow"))
    at = staffed.clock.now().replace(year=staffed.clock.now().year + 1, month=3, day=1)
    later = asha.post(f"{page}/publish", page, version="2", at=f"{at:%Y-%m-%dT06:00}")
    taken_back = main_of(juma.post(f"{page}/withdraw", page))

    assert "not a time" in wrong
    assert "goes live by itself" in main_of(later)
    juma.post(f"{page}/approve", page, version="2")
    published = main_of(juma.post(f"{page}/publish", page, version="2"))

    assert "is live since" in published
    assert "there is none to go back to" in main_of(juma.get("/releases/"))
    assert "waits for a second person" in taken_back
    assert "Approve this version" in taken_back
    assert [each.withdrawn for each in staffed.gateway.menus.store.history(5)] == [True, False]


def test_who_has_changed_a_draft_that_was_handed_over_still_sees_it(staffed: Desk) -> None:
    """Any change opens it again, and all who may publish see only what waits for them."""
    asha, juma = staffed.signed_in("asha"), staffed.signed_in("juma")
    id = begun(staffed, asha)
    asha.post(f"/drafts/{id}/hand-over", f"/drafts/{id}")
    drafts = staffed.gateway.drafts
    works = drafts.text(drafts.one(id, by="juma"), "works.yaml").replace("Report", "Tell")
    drafts.save(id, "works.yaml", works, version=2, by="juma")

    assert "being written" in main_of(juma.get(f"/drafts/{id}"))
    assert f"/drafts/{id}" in juma.get("/drafts/").text


def test_a_publisher_of_one_institution_publishes_nothing_of_another(staffed: Desk) -> None:
    asha, hana = staffed.signed_in("asha"), staffed.signed_in("hana")
    drafts = staffed.gateway.drafts
    publish_files(staffed)
    id = begun(staffed, asha)
    works = drafts.text(drafts.one(id, by="asha"), "works.yaml").replace("Report", "Tell")
    drafts.save(id, "works.yaml", works, version=2, by="asha")
    played(staffed, id)
    asha.post(f"/drafts/{id}/hand-over", f"/drafts/{id}")

    refused = hana.post(f"/drafts/{id}/approve", f"/drafts/{id}", version="3")

    assert refused.status_code == 403
    assert "publish" in main_of(refused)


def test_anothers_draft_is_as_if_there_were_none(staffed: Desk) -> None:
    id = begun(staffed, staffed.signed_in("asha"))
    deeds = ("try", "hand-over", "approve", "publish", "withdraw", "discard", "onto-live")
    for name in ("eve", "hana", "vera"):
        browser = staffed.signed_in(name)

        def asked(path: str, browser: Browser = browser) -> list[tuple[int, str]]:
            answers = [browser.get(path), browser.get(f"{path}/onto-live")]
            answers += [browser.post(f"{path}/{deed}", "/account/") for deed in deeds]
            return [(each.status_code, main_of(each)) for each in answers]

        theirs, none = asked(f"/drafts/{id}"), asked("/drafts/99")

        assert [(status, said.replace(f"draft {id}", "it")) for status, said in theirs] == [
            (status, said.replace("draft 99", "it")) for status, said in none
        ]
        assert {status for status, _ in theirs} <= {400, 403, 404}
    assert staffed.gateway.drafts.one(id, by="asha").version == 2


def uploaded(
    browser: Browser, file: Path, lists: Mapping[str, str] = MappingProxyType({}), **form: str
) -> TestResponse:
    """Uploads a workbook, with files of its lists."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/drafts/").text)
    assert token is not None
    return browser.client.post(
        "/console/drafts/import",
        data={
            "csrf_token": token[1],
            "workbook": (BytesIO(file.read_bytes()), file.name),
            "lists": [(BytesIO(text.encode()), name) for name, text in lists.items()],
            **form,
        },
        headers={"Referer": "http://localhost/console/drafts/"},
    )


def test_a_form_that_is_uploaded_becomes_a_draft_or_is_told_its_faults(
    staffed: Desk, tmp_path: Path
) -> None:
    asha, vera = staffed.signed_in("asha"), staffed.signed_in("vera")
    good = saved(tmp_path / "household.xlsx", FORM)
    rows = [("integer", "people", "How many?"), ("integr", "x", "What?")]
    bad = saved(tmp_path / "bad.xlsx", survey(*rows))
    (tmp_path / "none.xlsx").write_bytes(b"PK")

    made = uploaded(asha, good, institution="health")
    again = uploaded(asha, good)
    faulty = uploaded(asha, bad)
    none = uploaded(asha, tmp_path / "none.xlsx")

    assert made.status_code == 200, made.text
    assert "For a person to decide" in main_of(made)
    assert "survey" in main_of(made)
    _, draft = staffed.gateway.drafts.listed(by="asha")
    files = staffed.gateway.drafts.one(draft.id, by="asha").changed_files
    assert files == ("forms/household_health.yaml", "household_health.yaml")
    assert draft.title == "Household health"
    assert again.status_code == 200, "the other one is not live: both begin at what is"
    assert (faulty.status_code, none.status_code) == (400, 400)
    assert "Wrong in the form survey 3" in main_of(faulty)
    assert "there is no draft" in main_of(none)
    assert len(staffed.gateway.drafts.listed(by="asha")) == 2
    big = asha.client.post(
        "/console/drafts/import",
        data=b"x" * (3 << 20),
        content_type="multipart/form-data; boundary=x",
    )
    assert big.status_code == 413
    assert vera.get("/drafts/").status_code == 403
    with pytest.raises(NotAllowed):
        staffed.gateway.drafts.check(draft.id, by="vera")


def test_a_list_that_no_file_system_could_name_is_passed_over(
    staffed: Desk, tmp_path: Path
) -> None:
    asha, form = staffed.signed_in("asha"), saved(tmp_path / "household.xlsx", FORM)

    made = uploaded(asha, form, {f"{'ቦታ' * 60}.csv": "name,label\n"}, institution="health")

    assert 200 == made.status_code


PLACES = "name,label\n" + "".join(f"w{n},Kilima {n}\n" for n in range(1, 151))
ASKS_FOR_PLACES: dict[str, Rows] = {
    "survey": [
        ("type", "name", "required", "label::English (en)", "label::Kiswahili (sw)",
         "label::Français (fr)", "label::አማርኛ (am)"),
        ("select_one_from_file places.csv", "place", "yes", "Which place?", "Mahali gani?",
         "Quel lieu ?", "የትኛው ቦታ?"),
        ("select_multiple_from_file places.csv", "near", "yes", "Which are near?",
         "Yapi yako karibu?", "Lesquels sont près ?", "የትኞቹ ቅርብ ናቸው?"),
    ],
    "choices": [("list_name", "name", "label")],
}  # fmt: skip


def test_the_lists_of_a_form_come_with_it_and_go_live_with_its_menu(
    staffed: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, juma = staffed.signed_in("asha"), staffed.signed_in("juma")
    publish_files(staffed)
    form = saved(tmp_path / "river.xlsx", ASKS_FOR_PLACES)

    alone = uploaded(asha, form)
    made = uploaded(
        asha, form, {"places.csv": PLACES, "../../main.yaml": "no"}, institution="health"
    )
    (line,) = staffed.gateway.drafts.listed(by="asha")
    draft = staffed.gateway.drafts.one(line.id, by="asha")
    page = f"/drafts/{draft.id}"
    played(staffed, draft.id)
    asha.post(f"{page}/hand-over", page)
    juma.post(f"{page}/approve", page, version="2")
    live = main_of(asha.post(f"{page}/publish", page, version="2"))
    served = staffed.gateway.menus.live()
    assert served is not None
    monkeypatch.setattr(staffed.gateway.releases, "current", lambda: served)
    found = SqlLookUps(staffed.gateway.engine, staffed.gateway.keyring).answer(
        served.look_ups["river.near_search"],
        served.datasets["river_places"],
        {"near_words": "kilima 42, kilima 149"},
        staffed.clock.now(),
    )
    again = uploaded(asha, form, {"places.csv": PLACES})
    into = staffed.gateway.drafts.begin("Rivers", by="asha").id

    def grown(required: str) -> Path:
        row = ("text", "boat", required, "Boat?", "Mashua?", "Bateau ?", "ጀልባ?")
        sheets = {**ASKS_FOR_PLACES, "survey": [*ASKS_FOR_PLACES["survey"], row]}
        return saved(tmp_path / "river.xlsx", sheets)

    mended = PLACES.replace("Kilima 7\n", "Kilima Seven\n")
    needed = uploaded(asha, grown("yes"), {"places.csv": PLACES}, overwrite="yes")
    anew = uploaded(asha, grown(""), {"places.csv": mended}, overwrite="yes")
    (newest, *_) = staffed.gateway.drafts.listed(by="asha")
    new_draft = staffed.gateway.drafts.one(newest.id, by="asha")
    with_both = staffed.gateway.datasets.last_loaded()
    asha.post(f"/drafts/{newest.id}/discard", f"/drafts/{newest.id}")
    discarded = staffed.gateway.datasets.last_loaded()

    def once_more(rows: str) -> FormDraft:
        (tmp_path / "places.csv").write_text(rows, encoding="utf-8")
        gateway = staffed.gateway
        return drafted(
            gateway.drafts, gateway.deployment, gateway.datasets, form, form.name, Asked(),
            by="asha", into=into,
        )  # fmt: skip

    assert alone.status_code == 400
    assert "places.csv" in main_of(alone)
    assert made.status_code == 200, made.text
    assert "The list river_places is loaded: 150 rows." in main_of(made)
    assert "datasets/river_places.yaml" in draft.changed_files
    assert "is live since" in live
    assert [row["code"] for row in found.values["near_lines"]] == ["w42", "w149"]  # type: ignore[index]
    assert "There is a service 'river' already" in main_of(again)
    assert "[M130]" in main_of(needed), "what is published may only grow"
    assert anew.status_code == 200, anew.text
    assert "What changes Health › river: screen 'boat' added" in main_of(anew)
    assert "The list river_places_2 is loaded: 150 rows." in main_of(anew)
    assert {"datasets/river_places.yaml", "datasets/river_places_2.yaml", "river.yaml"} <= {
        *new_draft.changed_files
    }
    assert new_draft.files["river.yaml"].count("lookup: river_places_2") == 2
    assert "institution: health" in new_draft.files["river.yaml"], "as it was chosen before"
    assert {"river_places", "river_places_2"} <= with_both.keys()
    assert with_both.keys() - discarded.keys() == {"river_places_2"}, "nobody else asks for it"
    assert {"river_places": 150} == once_more(PLACES).lists
    assert {"river_places_2": 150} == once_more(mended).lists
    assert {"river_places_2": 150} == once_more(mended.replace("Kilima 9\n", "Nine\n")).lists
    by_command = tmp_path / "places.csv"
    by_command.write_text(PLACES.replace("name,", "code,"), encoding="utf-8")
    loaded = staffed.gateway.datasets.load("river_places", by_command, by="asha")
    assert (loaded.rows, str(loaded.changes)) == (150, "+0 -0 ~0")

    gateway = staffed.gateway
    expire = ExpireDrafts(
        drafts=SqlDrafts(gateway.engine), let_go=gateway.drafts.let_go, clock=gateway.clock
    )
    staffed.clock.advance(days=366)
    while expire():
        pass
    assert {"river_places"} == {each for each in gateway.datasets.last_loaded() if "river" in each}

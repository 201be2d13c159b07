"""The editor of drafts, as a browser without JavaScript asks for it, and as its script saves."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from gateway.domain.institutions.roles import Role
from gateway.use_cases.ports.institutions import RoleChange
from tests.console.conftest import Browser, Desk, main_of

HEALTH = "/drafts/1/edit/form/health.yaml"
YAML = "/drafts/1/edit/yaml/health.yaml"
TEXT = "screens/menu/text/sw"
LABEL = "screens/menu/choice/1/label/sw"


@pytest.fixture
def hana(desk: Desk) -> Browser:
    """An editor of health with a draft, whose id is 1."""
    desk.add("hana", Role.EDITOR)
    desk.gateway.drafts.begin("Clinic hours", by="hana")
    return desk.signed_in("hana")


def file(desk: Desk, path: str = "health.yaml") -> str:
    """Returns a file of the draft as it is now."""
    return desk.gateway.drafts.one("1", by="hana").files[path]


def fields(page: str) -> dict[str, str]:
    """Returns what the inputs of a page say, and what they said when it was read."""
    found = re.findall(r'<input[^>]* name="([fw]:[^"]+)"[^>]* value="([^"]*)"', page)
    found += re.findall(r'<textarea[^>]* name="(f:[^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    return {name: unescape(value) for name, value in found}


def save(hana: Browser, path: str = HEALTH, **form: str) -> TestResponse:
    """Sends a form of a page."""
    return hana.post(path, path, **form)


def test_each_file_has_its_page_with_its_screens_and_what_phones_show(
    hana: Browser,
) -> None:
    page = hana.get(HEALTH)
    said = main_of(page)

    assert "Clinic hours Draft 1, version 1" in said
    assert "Health health.yaml menu ID papers, benefits registration.yaml" in said
    for language, first in (("English", "Health"), ("Kiswahili", "Afya"), ("አማርኛ", "ጤና")):
        assert f"{language} {first} 1. " in said
    assert re.search(r"\d+ of 160 septets, \d+ left", said)
    assert re.search(r"\d+ of 70 characters \(UCS-2\), \d+ left", said)
    opened = main_of(hana.get("/drafts/1/edit/form/report_problem.yaml?screen=opened"))
    assert "category list_districts district district_name find_district" in opened
    assert "English Thank you. Case number" in opened
    for path in ("messages.yaml", "phrases.yaml", "datasets/facilities.yaml", "forms/ratings.yaml"):
        assert hana.get(f"/drafts/1/edit/form/{path}").status_code == 200
    assert "First screen of all" in main_of(hana.get("/drafts/1/edit/"))
    assert hana.get("/drafts/1/edit/yaml/dialogues/id_card_en.dialogue.yaml").status_code == 200


def test_texts_are_saved_nothing_else_changes_and_nobodys_work_is_lost(
    desk: Desk, hana: Browser
) -> None:
    before = file(desk)
    form = fields(hana.get(HEALTH).text)

    page = save(hana, **form | {f"f:{TEXT}": "Afyâ 🌽", "f:screens/menu/text/fr": "Votre santé"})

    old, new = (
        f'sw: "{sw}", fr: "{fr}", am: "ጤና"}}\n    choice'
        for sw, fr in (("Afya", "Santé"), ("Afyâ 🌽", "Votre santé"))
    )
    assert file(desk) == before.replace(old, new) != before
    said = main_of(page)
    assert "Saved." in said
    assert "version 2" in said
    assert '<mark class="wide">â</mark>' in page.text
    assert '<mark class="unseen">🌽</mark>' in page.text
    assert "One of these letters makes the page so small: â" in said
    assert "Old phones cannot show: 🌽" in said
    assert re.search(r"health.yaml Faults: \d changed", said)
    assert "[M105]" in said

    both = save(hana, **form | {f"f:{TEXT}": "Afya yako", f"f:{LABEL}": "Kliniki"})

    assert both.status_code == 409
    assert "Somebody else has changed this since you read it." in main_of(both)
    assert "Afya yako" in both.text
    assert 'sw: "Afyâ 🌽"' in file(desk)
    assert 'sw: "Kliniki"' in file(desk)
    chosen = {f"f:{TEXT}": "Afya yako", f"w:{TEXT}": "Afyâ 🌽", "quietly": "1"}
    assert save(hana, **chosen).json == {"version": 4, "conflicts": []}
    again = {f"f:{TEXT}": "Afya bora", f"w:{TEXT}": "Afya", "quietly": "1"}
    assert save(hana, **again).json == {
        "version": 4,
        "conflicts": [{"key": TEXT, "mine": "Afya bora", "theirs": "Afya yako"}],
    }
    phones = hana.get(f"{HEALTH}?screen=menu&part=phones").text
    assert "Afya yako" in phones
    assert "<html" not in phones


def test_buttons_move_add_and_rename_and_say_what_cannot_be_done(desk: Desk, hana: Browser) -> None:
    moved = save(hana, do="down:screens/menu/choice/1", screen="menu")
    new = {"name:": "bye", "kind:": "end", "value:": "Bye."}
    added = save(hana, do="add-screen:", screen="menu", **new)
    renamed = save(hana, do="rename:screens/menu", **{"name:screens/menu": "first"})

    assert [each.status_code for each in (moved, added, renamed)] == [200] * 3
    now = file(desk)
    assert now.index("open: vaccination") < now.index("open: find_clinic")
    assert '  bye:\n    end: {en: "Bye."}' in now
    assert "  first:\n" in now
    for act, why in (
        ("up:screens/first", "first is the first there."),
        ("remove:screens/gone", "There is no screens.gone any more."),
        ("dance:", "The page is out of date."),
    ):
        refused = save(hana, do=act)
        assert refused.status_code == 400
        assert why in main_of(refused)
        quietly = save(hana, do=act, quietly="1")
        assert quietly.json is not None
        assert why in quietly.json["refused"]
    hana.get("/language/sw?next=/console/")
    assert "first ni ya kwanza hapo." in main_of(save(hana, do="up:screens/first"))
    assert file(desk) == now


def test_the_yaml_is_saved_as_it_stands_with_faults_at_their_lines(
    desk: Desk, hana: Browser
) -> None:
    text = file(desk).replace("open: find_clinic", "open: find_clinics")

    page = save(hana, YAML, text=text.replace("\n", "\r\n"), version="1")
    quietly = save(hana, YAML, text=f"{text}\n", version="2", quietly="1")
    both = save(hana, YAML, text=f"{text}# mine\n", version="1")
    both_quietly = save(hana, YAML, text="mine", version="1", quietly="1")

    assert file(desk) == f"{text}\n"
    assert "Saved." in main_of(page)
    assert "14:15 [M022]" in main_of(page)
    assert quietly.json is not None
    assert quietly.json["version"] == 3
    assert (14, "[M022]") in {(told["line"], told["said"][:6]) for told in quietly.json["faults"]}
    assert (both.status_code, both_quietly.status_code) == (409, 409)
    assert "hana has changed this file since you read it" in main_of(both)
    assert "# mine" in both.text
    assert both_quietly.json == {"theirs": f"{text}\n", "by": "hana", "version": 3}
    beside = hana.get(f"{YAML}?screen=menu&part=phones").text
    assert beside.count("<section class=") == len(("en", "sw", "fr", "am"))
    assert "screen=menu#phones" in hana.get(YAML).text
    save(hana, YAML, text="service: [", version="3")
    assert hana.get(YAML).status_code == 200
    broken = hana.get(HEALTH)
    assert broken.status_code == 200
    assert "Mend it in the YAML." in main_of(broken)
    assert save(hana, do="up:screens/menu").status_code == 400
    for path, style in ((HEALTH, "style-src 'self';"), (YAML, "style-src 'self' 'nonce-")):
        policy = hana.get(path).headers["Content-Security-Policy"]
        assert style in policy
        assert "unsafe" not in policy


def test_what_is_not_there_or_another_ones_is_not_found(desk: Desk, hana: Browser) -> None:
    desk.add("eve", Role.EDITOR, "education")
    desk.gateway.drafts.begin("Of Eve", by="eve")

    for path in (
        *("1/edit/form/nothing.yaml", "1/edit/yaml/..%2F..%2Fsecret.yaml", "1/edit/form/dialogues"),
        *("2/edit/", "2/edit/form/main.yaml", "9/edit/", "9/edit/yaml/main.yaml"),
    ):
        assert hana.get(f"/drafts/{path}").status_code == 404, path
    for path in ("2/edit/form/health.yaml", "2/edit/yaml/health.yaml", "9/edit/yaml/health.yaml"):
        assert hana.post(f"/drafts/{path}", HEALTH, text="x").status_code == 404, path


def test_the_tips_of_the_yaml_are_in_the_language_of_the_reader(hana: Browser) -> None:
    schemas = {}
    for language in ("en", "sw", "ar"):
        page = hana.get(YAML, language=language).text
        found = re.search(r'<script type="application/json" id="schema"[^>]*>(.*?)</script>', page)
        assert found
        schemas[language] = json.loads(unescape(found[1]))

    lists = [each["definitions"]["ListingShape"]["properties"] for each in schemas.values()]
    assert [each["label"]["description"] for each in lists] == [
        "What each line says, with the fields of its row.",
        "Kila mstari unachosema, kwa sehemu za safu yake.",
        "ما يقوله كل سطر، بحقول صفّه.",
    ]
    phrases = hana.get("/drafts/1/edit/yaml/phrases.yaml", language="sw").text
    assert "Vishikilia nafasi: {minutes}." in phrases


def test_a_script_is_told_in_words_what_nobody_may_do_any_more(desk: Desk, hana: Browser) -> None:
    def sent(path: str, **form: str) -> tuple[int, object]:
        token = re.search(r'name="csrf_token" value="([^"]+)"', hana.get("/account/").text)
        assert token is not None
        answered = hana.client.post(
            f"/console{path}",
            data={"csrf_token": token[1], "quietly": "1", **form},
            headers={"Accept": "application/json"},
        )
        return answered.status_code, answered.json

    texts = {f"f:{TEXT}": "Afya yako", f"w:{TEXT}": "Afya"}
    gone = sent("/drafts/99/edit/form/health.yaml", **texts)
    changes = [
        RoleChange(institution="health", role=Role.VIEWER, given=True),
        RoleChange(institution="health", role=Role.EDITOR, given=False),
    ]
    desk.gateway.institutions.manage_people.change("hana", changes, "", "adam")
    refused = [sent(HEALTH, **texts), sent(YAML, text="service: health\n", version="1")]

    assert gone == (404, {"refused": "There is no draft 99. Those that you may see stand under "
                                     "Drafts."})  # fmt: skip
    for status, said in refused:
        assert status == 403
        assert isinstance(said, dict)
        assert "may not edit" in said["refused"]

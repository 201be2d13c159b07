"""The simulator in the console: pressed like a phone, and kept nowhere but in its address."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.adapters.golden_dialogues.files import read_back
from gateway.adapters.sql.tables import inbound_sms, outbound_sms
from gateway.domain.dialogue.golden_dialogue import difference
from gateway.domain.institutions.roles import Role
from gateway.domain.trials.moves import MOST_MOVES, Move, move
from gateway.domain.trials.trial import Trial, written
from gateway.rehearsal.stage import stage
from gateway.web.console.releases.trial_forms import LONGEST_LINK, link_of, trial_of
from tests.console.conftest import Browser, Desk, main_of

CODE = "*384*2026#"


class Phone:
    """A browser on the page of the simulator: what is pressed goes on from where it stands."""

    def __init__(self, browser: Browser, page: str = "/try") -> None:
        self.browser, self.at, self.link = browser, page, ""
        self.page = browser.get(page).text

    def press(self, do: str, said: str = "", **more: str) -> str:
        """Returns what the page says after a button."""
        form = {"do": do, "said": said, "trial": self.link, **more}
        to = f"{self.at}/move" if "/drafts/" in self.at else self.at
        answered = self.browser.post(to, self.at, **form)
        self.page = answered.text
        found = re.search(r'name="trial" value="([^"]*)"', self.page)
        self.link = found[1] if found else self.link
        return main_of(answered)

    @property
    def shown(self) -> str:
        """What stands on the screen of the phone."""
        found = re.search(r'<div class="handset[^>]*>(.*?)</div>', self.page, re.DOTALL)
        assert found is not None
        return unescape(found[1])


@pytest.fixture
def phone(desk: Desk) -> Phone:
    """Hana, who only looks, tries the live menu."""
    desk.add("hana", Role.VIEWER)
    return Phone(desk.signed_in("hana"))


def setting(**more: str) -> dict[str, str]:
    """Returns the form of who, where and when."""
    return {"language": "sw", "at": "2026-11-23T15:00", "septets": "0", **more}


def test_a_menu_is_tried_without_anything_that_citizens_have(desk: Desk, phone: Phone) -> None:
    assert "Nothing is on the screen." in phone.page
    assert "No session is open" in phone.press("type", "1")
    assert "2 of" not in phone.press("again")
    said = phone.press("dial", CODE)
    assert phone.shown.startswith(("Choose", "Chagua", "Language", "Lugha")), phone.shown
    assert "The gateway took" in said
    phone.press("setting", **setting())
    assert phone.shown.startswith("Huduma za umma"), phone.shown
    phone.press("type", "1")
    said = phone.press("type", "1", way="twice")
    assert "Mkoa" in phone.shown
    assert re.search(r"\w+\.yaml:\d+ find_clinic", said), said
    assert "find_clinic.region" in said
    assert "(arrives twice)" in said
    assert re.search(r"\d+ of 160, \d+ left · GSM-7", said)
    assert "home.home" in said
    phone.press("back")
    assert "Mkoa" not in phone.shown
    phone.press("lose")
    assert "Nothing is on the screen." in phone.shown
    phone.press("wait", minutes="30")
    phone.press("redial")
    assert phone.shown.startswith("Huduma za umma")
    said = phone.press("text", "HELP")
    assert "SMS that came" in said
    assert "Segments: 1" in said
    with desk.gateway.engine.connect() as database:
        for table in (inbound_sms, outbound_sms):
            assert database.execute(select(table)).first() is None


def test_a_narrow_network_cuts_otherwise_and_an_old_handset_shows_boxes(phone: Phone) -> None:
    phone.press("setting", **setting(language="am", septets="120", prefix="on", newest="on"))
    said = phone.press("dial", CODE)

    assert re.search(r"\d+ of 48, \d+ left · UCS-2", said), said
    assert "□" in said
    assert "shown as boxes: " in said
    assert phone.page.count(" checked") == 2


@pytest.mark.parametrize(
    ("press", "says"),
    [
        ({"do": "dial", "said": "999"}, "begins with * and ends with #"),
        ({"do": "text", "said": " "}, "Write what is texted."),
        ({"do": "wait", "minutes": "soon"}, "whole number"),
        ({"do": "nothing"}, "Press one of the buttons."),
        ({"do": "setting", **setting(number="12")}, "Write a number of the country"),
        ({"do": "setting", **setting(at="soon")}, "Choose a day and a time."),
        ({"do": "setting", **setting(language="xx")}, "does not speak this language"),
        ({"do": "setting", **setting(channel="at-tz")}, "no such channel"),
        ({"do": "dial", "said": CODE, "trial": "made-up"}, "no link to a trial"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_page_stays(
    phone: Phone, press: dict[str, str], says: str
) -> None:
    told = phone.press(**press)

    assert says in told
    assert "What is typed" in told


def test_a_link_holds_all_of_a_trial_and_nothing_that_can_be_read(desk: Desk, phone: Phone) -> None:
    phone.press("setting", **setting())
    phone.press("dial", CODE)
    phone.press("type", "Wanjiku Mwangi")

    other = desk.signed_in("adam")
    assert phone.shown in unescape(other.get(f"/try?trial={phone.link}").text)
    assert "Wanjiku" not in phone.link
    assert len(phone.link) < 500
    for forged in (phone.link[:-4], phone.link[:-1] + "A", "A" * 9000, "é"):
        told = other.get(f"/try?trial={forged}")
        assert (400, True) == (told.status_code, "no link to a trial" in main_of(told))


def test_a_trial_is_bounded(desk: Desk, phone: Phone) -> None:
    trial = trial_of(desk.gateway.keyring, "")
    assert trial == Trial()
    full = Trial(moves=tuple(phone_moves() * MOST_MOVES))
    phone.link = link_of(desk.gateway.keyring, full)

    assert len(phone.link) < LONGEST_LINK
    assert "sixty moves" in phone.press("lose")
    assert len(written(full)) < 65_536


def phone_moves() -> list[Move]:
    """Returns one move."""
    return [move("1")]


def test_a_trial_is_copied_as_a_dialogue_that_passes(
    desk: Desk, phone: Phone, tmp_path: Path
) -> None:
    phone.press("setting", **setting())
    for do, said in (("dial", CODE), ("type", "1"), ("lose", ""), ("redial", ""), ("type", "2")):
        phone.press(do, said)
    page = phone.browser.get(f"/try?trial={phone.link}&copy=1").text
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found is not None

    dialogue = read_back(unescape(found[1]), tmp_path / "copied.dialogue.yaml")
    deployment = desk.gateway.deployment
    with stage(deployment, desk.gateway.releases.current()) as used:
        assert [] == difference(dialogue, used.play(dialogue))
    phone.press("text", "HELP")
    texted = phone.browser.get(f"/try?trial={phone.link}&copy=1")
    assert "dialled or texted" in main_of(texted)


def test_a_draft_is_tried_by_its_owner_as_it_is_saved_and_by_nobody_else(desk: Desk) -> None:
    desk.add("ed", Role.EDITOR)
    desk.add("eve", Role.PUBLISHER, "education")
    drafts = desk.gateway.drafts
    draft = drafts.begin("Clinics", by="ed")
    text = draft.files["health.yaml"].replace("Find a clinic", "Clinics near you")
    draft = drafts.save(draft.id, "health.yaml", text, version=draft.version, by="ed")
    page = f"/drafts/{draft.id}/try"
    phone = Phone(desk.signed_in("ed"), page)

    assert "Try Clinics" in phone.press("setting", **setting(language="en"))
    phone.press("dial", CODE)
    said = phone.press("type", "1")
    assert "1. Clinics near you" in phone.shown
    assert "health.yaml:" in said
    kept = phone.browser.post(
        f"{page}/dialogue", page, trial=phone.link, title="The clinics", name="near_you"
    )
    assert "Kept in the draft: dialogues/near_you.dialogue.yaml" in main_of(kept)
    draft = drafts.one(draft.id, by="ed")
    assert "1. Clinics near you" in draft.files["dialogues/near_you.dialogue.yaml"]
    for name, says in (("near_you", "of this name"), ("../main", "letters, digits")):
        told = phone.browser.post(
            f"{page}/dialogue", page, trial=phone.link, title="Again", name=name
        )
        assert (400, True) == (told.status_code, says in main_of(told)), name

    broken = text.replace("service: health", "service: health\nnonsense: 1")
    drafts.save(draft.id, "health.yaml", broken, version=draft.version, by="ed")
    told = main_of(phone.browser.get(page))
    assert "has faults" in told
    assert "health.yaml:" in told
    assert "nonsense" in told
    eve = desk.signed_in("eve")
    for path in (page, "/drafts/nowhere/try"):
        assert eve.get(path).status_code == 404, path
        assert eve.post(f"{path}/move", "/try", do="again").status_code in {400, 404}, path
        assert eve.post(f"{path}/dialogue", "/try", name="x").status_code in {400, 404}, path
    assert "dialogues/x.dialogue.yaml" not in drafts.one(draft.id, by="ed").files

"""What the reference deployment says by itself, and the examples it gives, language by language."""

from __future__ import annotations

import re

import pytest

from gateway.deployment.load import load
from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.dialogue.screen_rendering import sentence, show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.menu_views.cards import sample_answer
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.channel import Keys, PageBudget
from gateway.domain.telecom.segments import segment
from gateway.domain.text.numerals import ascii_digits
from gateway.domain.text.phrases import PHRASES
from tests.gateways import environment


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The menus of the repository."""
    return load(environment(tmp_path_factory.mktemp("data"), "redis://none")).load_release()


def refused(release: Release, screen: InputScreen, language: str) -> str:
    """Returns the page after a wrong answer."""
    session = Session(release=release.id, language=language, at=screen.id)
    complaint = Complaint("date_wrong", {"example": sample_answer(screen.accepts, language)})
    step = Step(session=session, event=Event.REFUSED, complaint=complaint)
    return show(release, step, Keys(), PageBudget(septets=1000, ucs2=1000)).text


def test_the_example_of_a_date_is_the_same_wherever_it_stands(release: Release) -> None:
    asked = [
        (screen, language)
        for screen in release.screens.values()
        if isinstance(screen, InputScreen) and screen.accepts.kind == "date"
        for language in release.languages
    ]
    said = {
        (screen.id, language): set(re.findall(r"[0-9]{8}", refused(release, screen, language)))
        for screen, language in asked
    }

    assert len(said) >= 16
    for screen, language in asked:
        assert screen.example is not None, screen.id
        assert {screen.example[language].fill({})} == said[screen.id, language]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Earlier answer, of 23 Nov 2026 4:56 pm:"),
        ("sw", "Jibu la awali, la 23 Nov 2026 saa 10:56 jioni:"),
        ("fr", "Ancienne réponse, du 23/11/2026 à 16:56 :"),
        ("am", "የቀድሞ መልስ፣ ኅዳር 14 ቀን 2019 ዓ.ም. ከቀኑ 10:56፦"),
    ],
)
def test_the_time_of_an_earlier_answer_is_told_as_the_language_does(
    release: Release, language: str, said: str
) -> None:
    assert said == sentence(release, language, "last_known", {"time": "2026-11-23T16:56"})


@pytest.mark.parametrize("name", [name for name in PHRASES if name.endswith("_sms_only")])
def test_who_can_only_text_is_told_what_to_send(release: Release, name: str) -> None:
    menu = release.reserved.menu
    for language in release.languages:
        said = sentence(release, language, name, {"keywords": "ab", "service_code": "*1#"})

        words = {fold(word) for word in re.findall(r"[^\W\d_]+", said)}
        assert words & {word for word in menu if release.reserved.languages[word] == language}
        assert not re.search(r"\bdial|piga|compose|ይደውሉ|\*1#", said, re.IGNORECASE)
        assert len(segment(said).parts) == 1


def test_only_who_has_a_line_is_told_to_hang_up(release: Release) -> None:
    for language in release.languages:
        said = sentence(release, language, "answer_follows")

        assert "SMS" in said
        assert not re.search(r"hang up|kukata|raccrocher|dial|call", said, re.IGNORECASE)


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
@pytest.mark.parametrize("counted", [False, True], ids=["page alone", "with CON"])
@pytest.mark.parametrize("typed", ["99", "19", "77", "٩٩"])
def test_a_shortcut_that_is_none_pushes_no_line_off_the_first_page(
    release: Release, language: str, counted: bool, typed: str
) -> None:
    page = PageBudget(septets=160, ucs2=70, count_prefix=counted)
    home = show(release, begin(release, language), Keys(), page)
    lines = [line for line in home.text.splitlines() if re.match(r"[0-9]\. ", line)]

    shown = show(release, advance(release, home.session, typed), Keys(), page)

    assert len(lines) == 7
    assert ascii_digits(typed) in shown.text
    assert lines == [line for line in shown.text.splitlines() if line in lines]


@pytest.mark.parametrize("typed", ["no such word", "7", "42", "1234567", "0"])
def test_only_what_could_be_a_shortcut_is_called_none(release: Release, typed: str) -> None:
    step = advance(release, begin(release, "en").session, typed)

    assert step.complaint is None or step.complaint.phrase != "no_service"

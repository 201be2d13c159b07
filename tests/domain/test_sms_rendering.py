"""What an SMS says: an example after a refused answer, and no segment for the foot alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.dialogue.screen_rendering import show
from gateway.domain.dialogue.sms_rendering import show_sms
from gateway.domain.dialogue.transition import Step
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.channel import SMS_PAGE, Keys
from gateway.domain.telecom.segments import segment
from tests.domain.menus import SAMPLE, text

KEYS = Keys()
FOOT = "0 Back 00 Home"
CANDIDATE = "result.candidate"


def asking(**changes: object) -> Release:
    """Returns the sample menu with a change to the screen that asks for the candidate number."""
    screen = SAMPLE.screens[CANDIDATE]
    assert isinstance(screen, InputScreen)
    changed = replace(screen, **changes)  # type: ignore[arg-type] # fields of InputScreen
    return replace(SAMPLE, screens={**SAMPLE.screens, CANDIDATE: changed})


def refused(release: Release, language: str = "en") -> Step:
    """Returns the step after a candidate number of one digit."""
    return advance(release, begin(release, language, "result").session, "1")


def test_a_refused_answer_is_told_with_the_example_of_the_screen() -> None:
    release = asking(example=text("10231456"))

    lines = show_sms(release, refused(release), KEYS).text.split("\n")

    assert ["digits wrong 8", "example 10231456", "Candidate number?", FOOT] == lines


def test_the_example_goes_with_the_complaint_of_the_screen_too() -> None:
    release = asking(example=text("10231456", "ቁጥር"), complaint=text("Eight digits.", "8 አሃዝ።"))

    english = show_sms(release, refused(release), KEYS).text
    amharic = show_sms(release, refused(release, "am"), KEYS).text

    assert english.startswith("Eight digits.\nexample 10231456\n")
    assert amharic.startswith("8 አሃዝ።\nአ example ቁጥር\n")


@pytest.mark.parametrize(
    ("example", "shown"),
    [
        ("ምሳሌ", "አ digits wrong 8\nአ example ምሳሌ\nቁጥር?\nአ 0 Back 00 Home"),
        ("ምሳሌ" * 10, f"አ digits wrong 8\nአ example {'ምሳሌ' * 10}\nቁጥር?"),
        ("ምሳሌ" * 14, f"አ digits wrong 8\nአ example {'ምሳሌ' * 14}"),
        ("ምሳሌ" * 15, f"አ digits wrong 8\nአ example {'ምሳሌ' * 15}\nቁጥር?\nአ 0 Back 00 Home"),
    ],
    ids=["all", "without foot", "without question", "two segments anyhow"],
)
def test_what_was_read_before_is_left_out_before_a_second_segment(example: str, shown: str) -> None:
    release = asking(example=text("10231456", example), text=text("Number?", "ቁጥር?"))

    assert shown == show_sms(release, refused(release, "am"), KEYS).text


def test_an_example_within_the_complaint_is_that_of_the_screen() -> None:
    release = replace(SAMPLE, phrases={**SAMPLE.phrases, "date_wrong": text("Like {example}.")})
    birth = SAMPLE.screens["result.birth_date"]
    assert isinstance(birth, InputScreen)
    asked = replace(birth, example=text("3.9.2007"))
    release = replace(release, screens={**release.screens, birth.id: asked})
    session = begin(release, "en", "result").session
    for answer in ("10231456", "2025"):
        session = advance(release, session, answer).session

    said = show_sms(release, advance(release, session, "yesterday"), KEYS).text

    assert said.startswith("Like 3.9.2007.\nDate of birth?")


def test_neither_a_question_nor_a_screen_of_ussd_shows_an_example() -> None:
    release = asking(example=text("10231456"))
    step = refused(release)

    assert "10231456" not in show(release, step, KEYS, SMS_PAGE).text
    assert "10231456" not in show_sms(release, begin(release, "en", "result"), KEYS).text


@pytest.mark.parametrize(
    ("letters", "segments", "has_foot"),
    [(145, 1, True), (146, 1, False), (160, 1, False), (161, 2, True), (291, 2, True),
     (292, 2, False), (306, 2, False), (307, 3, True)],
)  # fmt: skip
def test_the_foot_never_costs_a_segment(letters: int, segments: int, has_foot: bool) -> None:
    release = asking(text=text("x" * letters))

    said = show_sms(release, begin(release, "en", "result"), KEYS).text

    assert segments == len(segment(said).parts)
    assert has_foot == said.endswith(FOOT)


def test_pages_of_a_long_text_keep_the_foot_by_which_they_are_cut() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    release = asking(text=text(words))

    first = show_sms(release, begin(release, "en", "result"), KEYS)
    second = show_sms(release, advance(release, first.session, "98"), KEYS)

    shown = [page.text.removesuffix(FOOT).rstrip().removesuffix("98 More") for page in
             (first, second)]  # fmt: skip
    assert words.split() == " ".join(shown).split()

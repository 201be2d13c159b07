"""Thanks, a yes and a no: with courtesy they are the same, and they are nobody's name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.commands.keywords import says_no, says_yes
from gateway.domain.commands.service_keywords import in_either_number
from gateway.domain.input_kinds.base import Accepts, Complaint, TakesMore
from gateway.domain.input_kinds.kinds import check
from gateway.domain.reading.folding import fold
from tests.domain.menus import SAMPLE
from tests.use_cases.rig import Rig

WORDED = replace(
    SAMPLE,
    id="r-words",
    reserved=replace(
        SAMPLE.reserved,
        yes=frozenset(map(fold, ("YES", "OK", "አዎ"))),
        no=frozenset({fold("NO")}),
        courtesy=SAMPLE.reserved.courtesy | {"thanks"},
    ),
)


def asked_for_a_name(rig: Rig) -> None:
    """Leads to the question for a name."""
    rig.releases.replace(WORDED)
    for said in ("REPORT water", "North 1", "3"):
        rig.texts(said)
    assert rig.texts("The pump is broken")[0].startswith("Your name?")


@pytest.mark.parametrize("text", ["yes", "YES!", "yes please", "Thanks, yes", "አዎ", "ok thanks"])
def test_a_yes_with_courtesy_is_a_yes(text: str) -> None:
    assert says_yes(WORDED, text)
    assert not says_no(WORDED, text)


@pytest.mark.parametrize(
    "text",
    ["", "please", "thanks", "yes but the name is wrong", "yesterday", "not yes", "1", "yes yes"],
)
def test_what_says_more_or_less_is_no_yes(text: str) -> None:
    assert not says_yes(WORDED, text)


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        *((text, True) for text in ("no", "No thanks", "no, please")),
        *((text, False) for text in ("no water", "nothing", "thanks", "No 1")),
    ],
)
def test_a_no_with_courtesy_is_a_no(text: str, denies: bool) -> None:
    assert denies == says_no(WORDED, text)


@pytest.mark.parametrize("said", ["thanks", "ok", "yes", "No", "yes please"])
def test_thanks_are_asked_about_once_where_a_name_is_wanted(rig: Rig, said: str) -> None:
    asked_for_a_name(rig)

    assert rig.texts(said)[0].startswith("A name, please.")
    assert "open_case" not in rig.handlers_run
    rig.clock.advance(60)
    rig.texts(said)
    assert said == rig.calls[-1].answers["name"]


@pytest.mark.parametrize("said", ["Noah", "Asha Musa", "Thanks Musa", "Yesmina", "Nona"])
def test_a_name_that_only_begins_so_is_taken_at_once(rig: Rig, said: str) -> None:
    asked_for_a_name(rig)
    rig.texts(said)

    assert said == rig.calls[-1].answers["name"]


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("alerte", {"alerte", "alertes"}),
        ("alertes", {"alerte", "alertes", "alertess"}),
        ("pests", {"pest", "pests", "pestss"}),
        ("cas", {"cas"}),
        ("as", {"as"}),
        ("data", {"data"}),
    ],
)
def test_a_word_of_five_letters_and_more_has_two_numbers(word: str, forms: set[str]) -> None:
    assert forms == set(in_either_number(word))


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (200, True), (1601, False)])
def test_a_refusal_tells_the_length_that_was_asked_for(length: int, taken: bool) -> None:
    asked = Accepts(kind="text", minimum=10, maximum=160)
    by_sms = TakesMore(kind="text", minimum=10, maximum=1600, asked=160)

    found = check(by_sms, "x" * length)

    assert taken is not isinstance(found, Complaint)
    if isinstance(found, Complaint):
        assert check(asked, "x" * length) == found

"""The pages that the editor shows of a screen are those that a citizen sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import parsed
from gateway.domain.dialogue.screen_rendering import show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.menu.release import LANGUAGE_SERVICE
from gateway.domain.menu.screens import ChoiceScreen, ShownScreen
from gateway.domain.menu_checks.candidate import Review, texts_of
from gateway.domain.menu_views.phone_pages import PhonePage, Piece, channels_of, phones, pieces
from gateway.domain.telecom.channel import Channel, Keys, PageBudget
from gateway.domain.text.gsm7 import Encoding

MENUS = Path(__file__).parents[2] / "menus"
NARROW = PageBudget(septets=150, count_prefix=True)
CHANNELS = (
    Channel(name="wide", provider="any", service_code="*1#"),
    Channel(name="narrow", provider="any", service_code="*2#", page=NARROW),
)


@pytest.fixture(scope="module")
def review() -> Review:
    """The reference menu, without its handlers."""
    menu, faults = parsed(MENUS)
    assert menu is not None
    assert not faults
    contracts = menu.release.declared_contracts
    return Review(menu=menu, contracts=contracts, channels=CHANNELS)


def words(page: PhonePage) -> str:
    """Returns what a page says."""
    return "".join(piece.text for piece in page.pieces)


def is_plain(screen: ShownScreen, language: str) -> bool:
    """Returns whether a screen says the same to everybody."""
    if isinstance(screen, ChoiceScreen):
        conditions = any(option.when for option in screen.options.values())
        if screen.listing or conditions or screen.tell_me:
            return False
    return not any(text.by_language[language].names for _, text in texts_of(screen))


def test_each_page_is_the_one_that_a_dialogue_shows(review: Review) -> None:
    release = review.menu.release
    compared = 0
    for screen in release.each(ShownScreen):  # type: ignore[type-abstract] # a union of kinds
        if screen.id.partition(".")[0] == LANGUAGE_SERVICE:
            continue
        for channel in ("wide", "narrow"):
            budget = PageBudget() if channel == "wide" else NARROW
            for phone in phones(review, screen.id, channel):
                if not is_plain(screen, phone.language):
                    continue
                trail = () if screen.id == "home.home" else (("home.home", 0, None),)
                session = Session(
                    release=release.id, language=phone.language, at=screen.id, trail=trail
                )
                for number, page in enumerate(phone.pages):
                    step = Step(session=session._replace(page=number), event=Event.SHOWN)
                    shown = show(release, step, Keys(), budget)
                    marked = words(page).replace(
                        f" {release.phrases['closed_mark'][phone.language].fill({})}", ""
                    )
                    assert marked == shown.text, (screen.id, phone.language)
                    assert page.used <= page.limit, (screen.id, phone.language)
                    compared += 1
    assert compared > 400


def test_each_value_is_shown_by_its_name_as_long_as_it_may_be(review: Review) -> None:
    english, *others = phones(review, "find_clinic.unknown_clinic", "wide") or phones(
        review, "report_problem.no_district", "wide"
    )

    assert "There is no district called district_name_______." in words(english.pages[0])
    assert {each.language for each in others} == {"sw", "fr", "am"}


def test_a_list_has_all_the_lines_it_may_have_and_counts_the_pages_beyond(review: Review) -> None:
    english = phones(review, "report_problem.district", "narrow")[0]

    assert words(english.pages[0]).startswith("In which district?\n1. district")
    assert len(english.pages) <= 6
    assert all(page.left >= 0 for page in english.pages)


def test_a_page_tells_what_is_used_and_what_is_left(review: Review) -> None:
    english, amharic = (
        next(each for each in phones(review, "home.home", "wide") if each.language == language)
        for language in ("en", "am")
    )

    page = english.pages[0]
    assert (page.encoding, page.gsm, page.limit) == (Encoding.GSM7, True, 160)
    assert page.used == len(words(page))
    assert page.left == 160 - page.used
    assert (amharic.pages[0].gsm, amharic.pages[0].limit) == (False, 70)
    narrow = phones(review, "home.home", "narrow")[0].pages[0]
    assert narrow.limit == 146  # `CON ` is counted


def test_an_sms_beside_a_screen_is_counted_in_segments(review: Review) -> None:
    phone = phones(review, "report_problem.opened")[0]

    assert phone.segments == 1
    assert phone.sms is not None
    assert words(phone.sms).startswith("Thank you for your report. Your case number is ")
    assert (phone.sms.gsm, phone.sms.limit) == (True, 160)


def test_the_smallest_page_is_shown_unless_another_is_asked_for(review: Review) -> None:
    assert channels_of(review, "home.home") == ["narrow", "wide"]
    for asked, shown in (("", "narrow"), ("wide", "wide"), ("nothing", "narrow")):
        assert {each.channels for each in phones(review, "home.home", asked)} == {shown}


@pytest.mark.parametrize("screen", ["report_problem.open_case", "nothing.here", "report_problem"])
def test_what_nobody_sees_has_no_phone(review: Review, screen: str) -> None:
    assert phones(review, screen) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maize", [Piece("Maize")]),
        ("Crêpes", [Piece("Cr"), Piece("ê", "wide"), Piece("pes")]),
        ("Mahindi 🌽", [Piece("Mahindi "), Piece("🌽", "unseen")]),
        ("a\u0007b", [Piece("a"), Piece("\u0007", "unseen"), Piece("b")]),
        ("ጤና", [Piece("ጤና")]),
        ("ጤና 1\nab", [Piece("ጤና 1\nab")]),
        ("سنة", [Piece("سنة")]),
        ("1. é à ñ", [Piece("1. é à ñ")]),
        ("", []),
    ],
)
def test_a_sign_that_does_harm_is_cut_out(text: str, found: list[Piece]) -> None:
    assert pieces(text) == found

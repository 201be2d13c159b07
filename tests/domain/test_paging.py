"""Every page fits by itself, and together they say everything once."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.domain.telecom.channel import SMS_PAGE, PageBudget
from gateway.domain.telecom.paging import Page, excess, measure, page
from gateway.domain.text.gsm7 import BASIC, EXTENSION, Encoding, downgraded

FOOT, MORE = "0:Back 00:Home", "98:More"


class Screen(NamedTuple):
    """The parts of a screen."""

    complaint: str = ""
    text: str = ""
    lines: tuple[str, ...] = ()
    foot: str = FOOT
    more: str = MORE


def cut(screen: Screen, number: int, budget: PageBudget | None = None) -> Page:
    return page(**screen._asdict(), budget=budget or PageBudget(), number=number)


def pages(screen: Screen, budget: PageBudget | None = None) -> list[str]:
    """Returns the texts of all pages; fails rather than turn for ever."""
    found: list[str] = []
    for number in range(5000):
        one = cut(screen, number, budget)
        assert one.number == number
        found.append(one.text)
        if one.last:
            return found
    raise AssertionError("There is no last page.")


def bodies(found: list[str], screen: Screen) -> list[str]:
    """Returns the pages without the `more` and `foot` they must end with."""
    more, foot = (f"\n{part}" if part else "" for part in (screen.more, screen.foot))
    ends = [more + foot] * (len(found) - 1) + [foot]
    return [f"\n{text}".removesuffix(end)[1:] for text, end in zip(found, ends, strict=True)]


# ------------------------------------------------------------ layout


@pytest.mark.parametrize(
    ("screen", "expected"),
    [
        (Screen("Wrong.", "Water", ("1 Leak", "2 Bill")), f"Wrong.\nWater\n1 Leak\n2 Bill\n{FOOT}"),
        (Screen(text="Water", lines=("1 Leak",)), f"Water\n1 Leak\n{FOOT}"),
        (Screen(text="Thank you.", foot=""), "Thank you."),
        (Screen(lines=("1 Leak", "", "2 Bill"), foot=""), "1 Leak\n2 Bill"),
        (Screen(foot=""), ""),
        (Screen(text="a\n\nb", foot=""), "a\n\nb"),
        (Screen(text="Ng’ombe – 2", foot=""), "Ng'ombe - 2"),
        (Screen(text="አዲስ – አበባ", foot=""), "አዲስ – አበባ"),
    ],
)  # fmt: skip
def test_a_screen_that_fits_is_one_page_without_blank_lines(screen: Screen, expected: str) -> None:
    only = cut(screen, 0)

    assert Page(text=expected, number=0, last=True) == only


@pytest.mark.parametrize(
    ("text", "budget", "expected"),
    [
        pytest.param("a" * 160, PageBudget(), 1, id="160"),
        pytest.param("a" * 161, PageBudget(), 2, id="161"),
        pytest.param("a" * 158 + "{", PageBudget(), 1, id="brace ends at 160"),
        pytest.param("a" * 159 + "{", PageBudget(), 2, id="brace at 160"),
        pytest.param("a" * 156, PageBudget(count_prefix=True), 1, id="156 and a prefix"),
        pytest.param("a" * 157, PageBudget(count_prefix=True), 2, id="157 and a prefix"),
        pytest.param("a" * 182, PageBudget(septets=182), 1, id="182"),
        pytest.param("አ" * 70, PageBudget(), 1, id="70 units"),
        pytest.param("አ" * 71, PageBudget(), 2, id="71 units"),
        pytest.param("አ" * 66, PageBudget(count_prefix=True), 1, id="66 units and a prefix"),
        pytest.param("አ" * 67, PageBudget(count_prefix=True), 2, id="67 units and a prefix"),
        pytest.param("😀" * 35, PageBudget(), 1, id="35 emoji"),
        pytest.param("😀" * 35 + "a", PageBudget(), 2, id="35 emoji and a letter"),
        pytest.param("’" * 160, PageBudget(), 1, id="160 once downgraded"),
        pytest.param("…" * 54, PageBudget(), 2, id="162 once downgraded"),
        pytest.param("a" * 459, SMS_PAGE, 1, id="an SMS page"),
    ],
)
def test_number_of_pages_at_the_boundaries(text: str, budget: PageBudget, expected: int) -> None:
    found = pages(Screen(text=text, foot=""), budget)

    assert expected == len(found)
    assert (expected > 1) == (excess(text, budget) > 0)


def test_lines_that_do_not_fit_go_to_the_next_page() -> None:
    screen = Screen("Wrong.", "Pick one:", ("1 Water", "2 Roads", "3 Schools"))

    found = pages(screen, PageBudget(septets=48))

    expected = [
        f"Wrong.\nPick one:\n1 Water\n{MORE}\n{FOOT}",
        f"2 Roads\n3 Schools\n{FOOT}",
    ]
    assert expected == found


def test_last_page_uses_the_room_that_more_would_have_taken() -> None:
    screen = Screen(text="Pick:", lines=("1 aaaaaa", "2 bbbbbb", "3 cccccc"), foot="")

    found = pages(screen, PageBudget(septets=26))

    expected = [f"Pick:\n1 aaaaaa\n{MORE}", "2 bbbbbb\n3 cccccc"]
    assert expected == found


def test_a_long_text_is_cut_between_words() -> None:
    found = pages(
        Screen(text="one two  three\nfour five", foot="", more="+"), PageBudget(septets=9)
    )

    expected = ["one two\n+", "three\n+", "four five"]
    assert expected == found


def test_a_line_is_cut_only_when_it_alone_exceeds_a_page() -> None:
    lines = ("1 ab", "2 a long label of the list", "3 cd")

    found = pages(Screen(text="?", lines=lines, foot="", more="+"), PageBudget(septets=14))

    expected = ["?\n1 ab\n+", "2 a long\n+", "label of the\n+", "list\n3 cd"]
    assert expected == found


def test_a_word_longer_than_a_page_is_cut_between_characters() -> None:
    found = pages(Screen(text="abcdefghij", foot="", more="+"), PageBudget(septets=6))

    expected = ["abcd\n+", "efghij"]
    assert expected == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("አአe\u0301e\u0301e\u0301", ["አአe\u0301", "e\u0301e\u0301"], id="accents"),
        pytest.param("አአአ👍🏽አ", ["አአአ", "👍🏽አ"], id="skin tone"),
        pytest.param("አአ👩\u200d🌾", ["አአ", "👩\u200d🌾"], id="joined emoji"),
        pytest.param("አአአአ😀አ", ["አአአአ", "😀አ"], id="surrogate pair"),
        pytest.param("e" + "\u0301" * 7, ["e" + "\u0301" * 4, "\u0301" * 3], id="no better place"),
    ],
)
def test_what_belongs_together_is_not_torn(text: str, expected: list[str]) -> None:
    found = pages(Screen(text=text, foot="", more=""), PageBudget(ucs2=5))

    assert expected == found


def test_a_no_break_space_holds_where_the_text_is_not_gsm7() -> None:
    found = pages(Screen(text="ዋጋ 1\u00a0000 ብር", foot="", more=""), PageBudget(ucs2=7))

    expected = ["ዋጋ", "1\u00a0000", "ብር"]
    assert expected[:1] == found[:1]
    assert "1\u00a0000" in found[1]


def test_each_page_has_the_room_of_its_own_encoding() -> None:
    latin = tuple(f"{number} Services of the county" for number in range(1, 6))

    found = pages(Screen(text="አገልግሎት", lines=latin, foot=""))

    assert Encoding.UCS2 is measure(found[0])[0]
    assert Encoding.GSM7 is measure(found[1])[0]
    assert measure(found[1])[1] > PageBudget().ucs2


@pytest.mark.parametrize(
    ("asked", "expected"), [(-3, 0), (0, 0), (1, 1), (2, 2), (3, 2), (10_000, 2)]
)
def test_a_page_out_of_range_is_the_nearest(asked: int, expected: int) -> None:
    screen = Screen(text="x" * 450, foot="", more="+")

    found = cut(screen, asked)

    assert expected == found.number
    assert (expected == 2) == found.last


def test_a_foot_without_room_gives_way_to_the_key_that_leads_on() -> None:
    screen = Screen(text="abc def", foot="F" * 12, more="+")

    found = pages(screen, PageBudget(septets=5))

    expected = ["abc\n+", "def"]
    assert expected == found


@pytest.mark.parametrize(
    ("screen", "budget"),
    [
        (Screen(text="abc", more="M" * 9), PageBudget(septets=2)),
        (Screen(text="😀😀", foot="", more=""), PageBudget(septets=1, ucs2=1)),
        (Screen(text="{", foot="", more=""), PageBudget(septets=1, ucs2=1)),
        (Screen(), PageBudget(septets=3, ucs2=3)),
        (Screen(text="  ", foot="   "), PageBudget(septets=0, ucs2=0, count_prefix=True)),
        (Screen(text="a", lines=("b",)), PageBudget(septets=0, ucs2=0)),
    ],
)
def test_an_absurd_budget_still_comes_to_an_end(screen: Screen, budget: PageBudget) -> None:
    words = "".join("".join((screen.complaint, screen.text, *screen.lines)).split())

    found = pages(screen, budget)

    assert words in "".join("".join(found).split()) or not words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (Encoding.GSM7, 0)),
        ("{}", (Encoding.GSM7, 4)),
        ("Ng’ombe…", (Encoding.GSM7, 10)),
        ("Ngũgĩ", (Encoding.UCS2, 5)),
        ("😀", (Encoding.UCS2, 2)),
    ],
)
def test_a_text_is_measured_as_a_page_shows_it(text: str, expected: tuple[Encoding, int]) -> None:
    assert expected == measure(text)


@pytest.mark.parametrize(
    ("text", "budget", "expected"),
    [
        ("a" * 160, PageBudget(), 0),
        ("a" * 165, PageBudget(), 5),
        ("a" * 160, PageBudget(count_prefix=True), 4),
        ("አ" * 72, PageBudget(), 2),
        ("’" * 100, PageBudget(), 0),
        ("", PageBudget(), 0),
    ],
)
def test_excess_is_in_the_units_of_the_encoding(
    text: str, budget: PageBudget, expected: int
) -> None:
    assert expected == excess(text, budget)


def test_a_page_prints_nothing_of_its_text() -> None:
    expected = "Page(number=0, last=True)"
    assert expected == repr(cut(Screen(text="Balance of Asha: 12"), 0))


# ------------------------------------------------------------ properties

_CHARACTERS = "aé{€ብ😀’\u0301\u200d\u00a0-"
_WORDS = st.text(_CHARACTERS, min_size=1, max_size=12)
_LATIN_WORDS = st.text("abcdeéñ{’", min_size=1, max_size=12)


def _screens(words: st.SearchStrategy[str], longest: int = 30) -> st.SearchStrategy[Screen]:
    sentence = st.lists(words, max_size=longest).map(" ".join)
    line = st.lists(words, min_size=1, max_size=4).map(" ".join)
    return st.builds(
        Screen,
        complaint=st.just("") | sentence,
        text=sentence,
        lines=st.lists(line, max_size=longest // 3).map(tuple),
        foot=st.sampled_from(["", FOOT, "0:ተመለስ"]),
        more=st.sampled_from(["", MORE, "98:ቀጣይ"]),
    )


_SCREENS = _screens(_LATIN_WORDS) | _screens(_WORDS)
_BUDGETS = st.builds(
    PageBudget,
    septets=st.integers(40, 182),
    ucs2=st.integers(30, 80),
    count_prefix=st.booleans(),
)


def _fits(text: str, budget: PageBudget) -> bool:
    gsm7 = all(char in BASIC + EXTENSION for char in text)
    wide = EXTENSION if gsm7 else "😀"
    units = len(text) + sum(char in wide for char in text)
    return units + 4 * budget.count_prefix <= (budget.septets if gsm7 else budget.ucs2)


@given(_SCREENS, _BUDGETS)
def test_every_page_fits_by_itself(screen: Screen, budget: PageBudget) -> None:
    assert all(_fits(text, budget) for text in pages(screen, budget))


@given(_screens(_WORDS, 6), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_every_page_fits_even_a_tiny_budget_whatever_the_foot(
    screen: Screen, septets: int, ucs2: int, count_prefix: bool
) -> None:
    budget = PageBudget(septets=septets + 6, ucs2=ucs2 + 6, count_prefix=count_prefix)

    assert all(_fits(text, budget) for text in pages(screen, budget))


@given(_SCREENS, _BUDGETS)
@example(Screen(text="a" * 500), PageBudget())
def test_pages_say_everything_once_and_in_order(screen: Screen, budget: PageBudget) -> None:
    found = pages(screen, budget)

    told = "".join(bodies(found, screen))
    everything = "".join((screen.complaint, screen.text, *screen.lines))
    either = {"".join(everything.split()), "".join(downgraded(everything).split())}
    assert "".join(told.split()) in either


@given(_screens(_LATIN_WORDS), _BUDGETS)
def test_words_and_lines_that_fit_a_page_stay_whole(screen: Screen, budget: PageBudget) -> None:
    screen = screen._replace(foot=FOOT[:6], more=MORE)
    lines = [downgraded(line) for line in screen.lines]
    room = PageBudget(septets=budget.septets - 19, count_prefix=budget.count_prefix)

    found = bodies(pages(screen, budget), screen)

    shown = [line for body in found for line in body.split("\n")]
    assert all(line in shown for line in lines if _fits(line, room))
    words = " ".join(shown).split()
    said = downgraded(f"{screen.complaint} {screen.text}").split()
    assert said == words[: len(said)]


@given(_SCREENS, _BUDGETS)
def test_the_last_page_is_the_same_however_far_one_asks(screen: Screen, budget: PageBudget) -> None:
    last = pages(screen, budget)[-1]

    assert last == cut(screen, 10_000, budget).text

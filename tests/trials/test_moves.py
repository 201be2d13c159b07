"""Moves and trials as they are written: read as the same again, or refused with the next step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.channel import Channel, PageBudget
from gateway.domain.trials.moves import LONGEST, MOST_MOVES, Deed, Move, OnTheWay, move
from gateway.domain.trials.old_handset import lost_on_old_handset, on_old_handset
from gateway.domain.trials.trial import Setting, Trial, read, written


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", Move(Deed.TYPE, "1")),
        ("00", Move(Deed.TYPE, "00")),
        ("Wanjiku  Mwangi", Move(Deed.TYPE, "Wanjiku  Mwangi")),
        ("*384*2026#", Move(Deed.DIAL, "*384*2026#")),
        (":dial * 384 * 2026 #", Move(Deed.DIAL, "*384*2026#")),
        (":type *384#", Move(Deed.TYPE, "*384#")),
        (":type :lose", Move(Deed.TYPE, ":lose")),
        (":type ", Move(Deed.TYPE, "")),
        (":text RESULT 10231456 2025", Move(Deed.TEXT, "RESULT 10231456 2025")),
        (":lose", Move(Deed.LOSE)),
        (":time-out", Move(Deed.TIME_OUT)),
        (":redial", Move(Deed.REDIAL)),
        (":wait 1440", Move(Deed.WAIT, "1440")),
        (":outcome weather found", Move(Deed.OUTCOME, "weather found")),
        (":twice 1", Move(Deed.TYPE, "1", OnTheWay.TWICE)),
        (":late 1", Move(Deed.TYPE, "1", OnTheWay.LATE)),
        (":cut 1", Move(Deed.TYPE, "1", OnTheWay.CUT)),
        (":slow *384*2026#", Move(Deed.DIAL, "*384*2026#", OnTheWay.SLOW)),
        (":twice :text HELP", Move(Deed.TEXT, "HELP", OnTheWay.TWICE)),
        (":slow :lose", Move(Deed.LOSE)),
    ],
)
def test_a_move_is_read_as_it_is_meant_and_written_so_that_it_is_read_again(
    said: str, meant: Move
) -> None:
    assert meant == move(said)
    assert meant == move(meant.written)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (":hang-up", ":lose, :time-out"),
        (":dial 384", "begins with \\* and ends with #"),
        (":dial", "begins with \\* and ends with #"),
        (":wait", "whole number"),
        (":wait soon", "whole number"),
        (":wait 0", "whole number"),
        (":wait -5", "whole number"),
        (":wait ٦٠", "whole number"),
        (":wait 99999999999999999999", "whole number"),
        (":text  ", "what is texted"),
        (":lose now", "A move is what is typed"),
        (":outcome weather", "A move is what is typed"),
        ("1" * (LONGEST + 1), "480 characters"),
        (":text " + "A" * 5000, "480 characters"),
    ],
)
def test_what_is_no_move_is_refused_with_what_could_be_written(said: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        move(said)


def test_a_trial_goes_through_a_text_and_back() -> None:
    setting = Setting(
        number="+254712345123", language="sw", channel="at-ke", septets=140, count_prefix=True,
        newest=True, at=datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
    )  # fmt: skip
    trial = Trial(setting=setting, moves=(move("*384#"), move(":slow አዲስ"), move(":wait 5")))

    assert trial == read(written(trial))
    assert trial.moves[:2] == read(written(trial)).back().moves
    assert "+254712345123" not in repr(trial)
    assert "አዲስ" not in repr(trial)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", "1", '{"moves": 3}',
        written(Trial()).replace("+999", "x"),
        written(Trial()).replace("2026-", "year "),
        written(Trial()).replace('"moves":[]', '"moves":[5]'),
        written(Trial()).replace('"moves":[]', '"moves":[":hang-up"]'),
        written(Trial(moves=(Move(Deed.TYPE, "1"),) * (MOST_MOVES + 1))),
    ],
)  # fmt: skip
def test_a_text_that_is_no_trial_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


def test_a_trial_has_so_many_moves_and_no_more() -> None:
    full = Trial(moves=(Move(Deed.TYPE, "1"),) * MOST_MOVES)

    with pytest.raises(Refused, match="sixty"):
        full.then(Move(Deed.LOSE))


@pytest.mark.parametrize(
    ("setting", "page"),
    [
        (Setting(), PageBudget(septets=150, ucs2=65)),
        (Setting(count_prefix=True), PageBudget(septets=150, ucs2=65, count_prefix=True)),
        (Setting(septets=160), PageBudget(septets=160, ucs2=70)),
        (Setting(septets=182), PageBudget(septets=182, ucs2=79)),
    ],
)
def test_a_network_has_its_own_page_or_that_of_the_channel(
    setting: Setting, page: PageBudget
) -> None:
    line = Channel(name="one", provider="simulator", page=PageBudget(septets=150, ucs2=65))

    assert page == setting.on(line).page


@pytest.mark.parametrize(
    ("page", "lines", "lost"),
    [
        ("Health\n1. Find a clinic", ["Health", "1. Find a clinic"], (0, "")),
        ("Bei ya mahindi – KES 3,500…", ["Bei ya mahindi -", "KES 3,500..."], (0, "")),
        ("Ngũgĩ", ["Ng□g□"], (0, "ũĩ")),
        ("{5 €}", ["{5 €}"], (0, "")),
        ("a " * 81, ["a a a a a a a a"] * 10, (2, "")),
        ("ሀ" * 71, ["□" * 16] * 4 + ["□" * 6], (1, "ሀ")),
        ("", [""], (0, "")),
    ],
)
def test_an_old_handset_cuts_and_shows_boxes(
    page: str, lines: list[str], lost: tuple[int, str]
) -> None:
    assert lines == on_old_handset(page)
    assert lost == lost_on_old_handset(page)

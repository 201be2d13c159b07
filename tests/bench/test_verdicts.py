"""The room of slow back ends counts what is right, crossed, civil, wrong, doubled and missing."""

from __future__ import annotations

import pytest

from bench.line import Turn
from bench.verdicts import Judge, Tally, Verdict, answer_for, sum_up

JUDGE = Judge(
    {
        "answer_by_sms": "We will text you the answer.",
        "unavailable": "Not available now. Reference: {reference}",
    }
)
CALLER, ANOTHER = Turn(1, 3, 0.0), Turn(2, 3, 0.0)


def test_the_answer_names_the_permit_and_the_phone_apart() -> None:
    assert "Permit 91970000 of 00007919 is in progress" == answer_for(CALLER)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (answer_for(CALLER), Verdict.RIGHT),
        (answer_for(ANOTHER), Verdict.CROSSED),
        ("Permit 91970000 of 00015838 is in progress", Verdict.CROSSED),
        ("We will text you the answer.", Verdict.FOLLOWS),
        ("Not available now. Reference: C4TX7", Verdict.CIVIL),
        ("Internal Server Error", Verdict.WRONG),
        ("Permit 91970000 of 00007919 is lost", Verdict.WRONG),
        ("", Verdict.WRONG),
    ],
    ids=["own", "of another", "own permit, another's phone", "promise", "excuse", "500", "no state",
         "nothing"],
)  # fmt: skip
def test_each_text_is_judged_for_who_reads_it(text: str, verdict: Verdict) -> None:
    assert verdict == JUDGE.on_answer(CALLER, text)


def told(verdict: Verdict | None) -> Tally:
    """Returns a tally with one caller who was told this."""
    return Tally(screens={CALLER.digits: (CALLER, verdict)})


def test_a_promise_that_is_kept_once_is_in_order() -> None:
    tally = told(Verdict.FOLLOWS)

    ends = sum_up(tally, JUDGE, [(CALLER.digits, answer_for(CALLER))])

    assert (1, 1, 0, 0) == (ends.sessions, ends.promised, ends.twice, ends.missing)
    assert (0, 0) == (tally.wrong, tally.crossed)


@pytest.mark.parametrize(
    ("screen", "texts"),
    [(Verdict.RIGHT, 1), (Verdict.FOLLOWS, 2)],
    ids=["screen and SMS", "two SMS"],
)
def test_a_second_final_answer_is_counted(screen: Verdict, texts: int) -> None:
    ends = sum_up(told(screen), JUDGE, [(CALLER.digits, answer_for(CALLER))] * texts)

    assert 1 == ends.twice
    assert 0 == ends.missing


def test_a_promise_that_is_not_kept_is_missing() -> None:
    ends = sum_up(told(Verdict.FOLLOWS), JUDGE, [])

    assert 1 == ends.missing


def test_a_caller_without_any_answer_is_counted() -> None:
    ends = sum_up(told(None), JUDGE, [])

    assert (1, 0, 0) == (ends.unanswered, ends.missing, ends.twice)


def test_an_sms_with_the_answer_of_another_is_crossed() -> None:
    tally = told(Verdict.FOLLOWS)

    sum_up(tally, JUDGE, [(CALLER.digits, answer_for(ANOTHER))])

    assert (1, 0) == (tally.crossed, tally.wrong)
    assert tally.first_wrong


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("99999999", answer_for(CALLER)),
        (CALLER.digits, "We will text you the answer."),
        (CALLER.digits, "Buy now"),
    ],
    ids=["to who never called", "a promise once more", "no sentence of ours"],
)
def test_an_sms_that_nobody_should_have_been_sent_is_wrong(digits: str, text: str) -> None:
    tally = told(Verdict.FOLLOWS)

    sum_up(tally, JUDGE, [(digits, text)])

    assert (1, 0) == (tally.wrong, tally.crossed)

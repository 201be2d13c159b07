"""What the answers of the room with slow back ends are worth: right, crossed, civil or wrong."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.line import Turn

#: What a caller who reads this is told: the answer comes by SMS.
FOLLOWS = "answer_by_sms"
#: Sentences that end a session decently without its answer.
CIVIL = (FOLLOWS, "too_slow", "closed", "try_again", "unavailable")

_ANSWER = re.compile(r"Permit (\d{8}) of (\d{8}) is (?:ready|in progress)")


class Verdict(enum.StrEnum):
    """What a text is for the caller who reads it."""

    RIGHT = "right"
    FOLLOWS = "follows"
    CIVIL = "civil"
    CROSSED = "crossed"
    WRONG = "wrong"


def typed_by(turn: Turn) -> str:
    """Returns the permit that a caller asks for; it differs from the digits of the phone."""
    return turn.digits[::-1]


def answer_for(turn: Turn) -> str:
    """Returns the one right answer."""
    permit = typed_by(turn)
    return f"Permit {permit} of {turn.digits} is {'ready' if int(permit) % 2 else 'in progress'}"


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows the gateway's own sentences, by name; `{reference}` in them can be anything."""

    sentences: Mapping[str, str]

    def on_answer(self, turn: Turn, text: str) -> Verdict:
        """Returns what the last text of a session is, on a screen or in an SMS."""
        if text == answer_for(turn):
            return Verdict.RIGHT
        if _ANSWER.fullmatch(text):
            return Verdict.CROSSED
        return self.on_civil(text)

    def on_civil(self, text: str) -> Verdict:
        """Returns which of the gateway's sentences a text is, or that it is wrong."""
        for name, sentence in self.sentences.items():
            before, placeholder, after = sentence.partition("{reference}")
            fits = text.startswith(before) and text.endswith(after) if placeholder else False
            if fits or text == sentence:
                return Verdict.FOLLOWS if name == FOLLOWS else Verdict.CIVIL
        return Verdict.WRONG


@dataclass(slots=True)
class Tally:
    """What the callers have met; latencies in milliseconds, of every attempt that was answered.

    `screens` has the last verdict of each session by the caller's digits; a session without one was
    never answered.
    """

    screens: dict[str, tuple[Turn, Verdict | None]] = field(default_factory=dict)
    latencies: dict[str, list[float]] = field(default_factory=dict)
    turns: int = 0
    wrong: int = 0
    crossed: int = 0
    late: int = 0
    cut: int = 0
    first_wrong: str = ""

    def note(self, verdict: Verdict, where: str, text: str) -> None:
        """Counts a text that nobody should have been given, and keeps the first."""
        self.wrong += verdict is Verdict.WRONG
        self.crossed += verdict is Verdict.CROSSED
        if verdict in (Verdict.WRONG, Verdict.CROSSED):
            self.first_wrong = self.first_wrong or f"{where}: {text!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How the sessions ended, screens and SMS together.

    `twice` were given two final answers, `missing` were promised an SMS that did not come,
    `unanswered` were left without any screen.
    """

    sessions: int
    on_screen: int
    promised: int
    civil: int
    twice: int
    missing: int
    unanswered: int


def sum_up(tally: Tally, judge: Judge, texts: Sequence[tuple[str, str]]) -> Sum:
    """Returns how the sessions ended; `texts` are the SMS as (digits of the phone, text).

    What is wrong or crossed among the SMS is counted in the tally.
    """
    received: Counter[str] = Counter()
    for digits, text in texts:
        received[digits] += 1
        known = tally.screens.get(digits)
        verdict = judge.on_answer(known[0], text) if known else Verdict.WRONG
        tally.note(Verdict.WRONG if verdict is Verdict.FOLLOWS else verdict, "SMS", text)
    ends = Counter(verdict for _, verdict in tally.screens.values())
    return Sum(
        sessions=len(tally.screens),
        on_screen=ends[Verdict.RIGHT],
        promised=ends[Verdict.FOLLOWS],
        civil=ends[Verdict.CIVIL],
        twice=sum(
            (verdict is Verdict.RIGHT) + received[digits] > 1
            for digits, (_, verdict) in tally.screens.items()
        ),
        missing=sum(
            verdict is Verdict.FOLLOWS and not received[digits]
            for digits, (_, verdict) in tally.screens.items()
        ),
        unanswered=ends[None],
    )

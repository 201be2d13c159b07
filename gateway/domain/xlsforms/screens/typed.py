"""Questions of a form that are answered by typing: texts, numbers, days and times."""

from __future__ import annotations

from gateway.domain.datasets.column_kinds import Prose
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.menu.conditions import BadCondition, parse
from gateway.domain.xlsforms.form.expressions import Node
from gateway.domain.xlsforms.form.questions import Asked, Question
from gateway.domain.xlsforms.plan import SKIP, Step, Tree
from gateway.domain.xlsforms.screens.asking import LONGEST_ANSWER, Asking, skip
from gateway.domain.xlsforms.screens.conditions import CannotSay, bracketed, part_said, proven
from gateway.domain.xlsforms.screens.extents import (
    Extent,
    digits_of,
    length_extent,
    number_extent,
    together,
)

_GREATEST = 999_999_999
#: A shorter text is no prose, of which a reader may see the beginning alone.
_LEAST_PROSE = Prose().longest


def text_body(asking: Asking, question: Question, step: Step) -> dict[str, Tree]:
    """Returns the screen of a text, or of digits, and says what of it is kept."""
    node = asking.constraint(question)
    digits = None if node is None else digits_of(node)
    if digits is not None:
        least, greatest = digits
        step.column = {"room": greatest}
        extent: dict[str, Tree] = {"min": least, "max": greatest}
        if least == greatest:
            extent = {"length": least}
        return {"input": "digits", **extent, **skip(step, _nines(least, greatest))}
    least_letters, greatest_letters = 1, LONGEST_ANSWER
    rest: tuple[Node, ...] = ()
    if node is not None:
        found = length_extent(node)
        least_letters = max(1, found.least or 1)
        greatest_letters = min(LONGEST_ANSWER, found.greatest or LONGEST_ANSWER)
        rest = found.rest
    kind: dict[str, Tree] = {"kind": "prose"} if greatest_letters >= _LEAST_PROSE else {}
    step.column = {**kind, "room": greatest_letters, "personal": True}
    body: dict[str, Tree] = {"input": "text", "max": max(least_letters, greatest_letters)}
    if least_letters > 1:
        body["min"] = least_letters
    return {**body, **_holds(asking, question, step, rest), **skip(step, SKIP)}


def number_body(asking: Asking, question: Question, step: Step) -> dict[str, Tree]:
    """Returns the screen of a number between its bounds, and says what of it is kept."""
    whole = question.asks is not Asked.DECIMAL
    node = asking.constraint(question)
    extent = Extent(None, None, ()) if node is None else number_extent(node, whole=whole)
    least, greatest = extent.least, extent.greatest
    if question.asks is Asked.RANGE:
        least, greatest = _range(asking, question, least, greatest)
    greatest = _GREATEST if greatest is None else min(greatest, _GREATEST)
    asked_from = 0 if least is None else max(least, -_GREATEST)
    body: dict[str, Tree] = {"input": "integer" if whole else "decimal"}
    conditions: tuple[str, ...] = ()
    if asked_from <= 0 <= greatest and not _excludes_nought(asking, step, extent.rest):
        sentence = Sentence(
            "'%(question)s' may be 0. 0 is the key for back, so nobody can answer it: ask whether "
            "there are any before, or give the channel other keys.",
            question=question.name,
        )
        asking.found.decide(question.row.spot("type"), sentence)
        if whole and asked_from == 0:
            asked_from = 1
        else:
            conditions = (f"{step.screen} > 0" if asked_from == 0 else f"{step.screen} != 0",)
    if greatest < asked_from:
        asking.found.fault(
            question.row.spot("constraint"), Sentence("No number fits this constraint.")
        )
        greatest = asked_from
    step.column = {"kind": "whole_number" if whole else "amount", "minimum": min(0, asked_from)}
    if whole:
        step.column["maximum"] = greatest
    else:
        step.column["room"] = max(len(str(asked_from)), len(str(greatest))) + 3
    if asked_from:
        body["min"] = asked_from
    body["max"] = greatest
    holds = _holds(asking, question, step, extent.rest, conditions)
    return {**body, **holds, **skip(step, _free(asked_from, greatest))}


def moment_body(asking: Asking, question: Question, step: Step) -> dict[str, Tree]:
    """Returns the screen of a day or a time of day, and says what of it is kept."""
    kind = "day" if question.asks is Asked.DATE else "text"
    step.column = {"kind": kind, **({"room": 5} if kind == "text" else {})}
    node = asking.constraint(question)
    rest = () if node is None else (node,)
    body: dict[str, Tree] = {"input": question.asks.value}
    return {**body, **_holds(asking, question, step, rest), **skip(step, SKIP)}


def _excludes_nought(asking: Asking, step: Step, rest: tuple[Node, ...]) -> bool:
    """Returns whether a constraint says by itself that the answer is not 0."""
    try:
        condition = parse(part_said(together(rest), asking.known.speech(step.screen)).text)
    except (CannotSay, BadCondition, IndexError):
        return False
    return condition.names == (step.screen,) and not condition.holds({step.screen: "0"})


def _range(
    asking: Asking, question: Question, least: int | None, greatest: int | None
) -> tuple[int, int]:
    words = question.row["parameters"].replace(";", " ").replace(",", " ").split()
    given = dict(word.partition("=")[::2] for word in words)
    found = []
    for key, otherwise in (("start", "1"), ("end", "10"), ("step", "1")):
        written = given.get(key, otherwise)
        try:
            found.append(float(written))
        except ValueError:
            sentence = Sentence(
                "'%(key)s=%(written)s' is no number.", key=key, written=written[:20]
            )
            asking.found.fault(question.row.spot("parameters"), sentence)
            found.append(float(otherwise))
    start, end, step = found
    if step != 1 or start % 1 or end % 1:
        sentence = Sentence(
            "The range goes by %(step)s from %(start)s to %(end)s: all whole numbers between are "
            "taken.",
            step=format(step, "g"),
            start=format(start, "g"),
            end=format(end, "g"),
        )
        asking.found.decide(question.row.spot("parameters"), sentence)
    low, high = sorted((int(start), int(end)))
    return (
        low if least is None else max(low, least),
        high if greatest is None else min(high, greatest),
    )


def _holds(
    asking: Asking,
    question: Question,
    step: Step,
    rest: tuple[Node, ...],
    conditions: tuple[str, ...] = (),
) -> dict[str, Tree]:
    """Returns what is asked of an answer beside its bounds, and what is said where it fails."""
    parts = list(conditions)
    speech = asking.known.speech(step.screen, own_several=question.asks is Asked.SEVERAL)
    if rest:
        try:
            parts.append(proven(part_said(together(rest), speech).text))
        except CannotSay as cannot:
            asking.tell_constraint(question, said_by(cannot))
    message = asking.texts(question, "constraint_message")
    if not parts:
        return {"complaint": message} if message else {}
    holds = parts[0] if len(parts) == 1 else " and ".join(bracketed(each) for each in parts)
    return {"holds": holds, "complaint": message or asking.plan.says("wrong")}


def _nines(least: int, greatest: int) -> str:
    """Returns nines that are no answer of so many digits."""
    return next(("9" * n for n in (2, 3, 4, 1) if not least <= n <= greatest), "")


def _free(least: int, greatest: int) -> str:
    """Returns digits that are no answer between these bounds."""
    nines = next((n for n in ("99", "999", "9999") if not least <= int(n) <= greatest), "000")
    return nines

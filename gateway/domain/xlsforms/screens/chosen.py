"""Questions of a form that are answered from a list, of which a filter may leave a part."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.menu.conditions import parse
from gateway.domain.xlsforms.form.choices import Choice
from gateway.domain.xlsforms.form.questions import Question
from gateway.domain.xlsforms.plan import SKIP, Step, Tree
from gateway.domain.xlsforms.screens.asking import LONGEST_ANSWER, Asking, skip
from gateway.domain.xlsforms.screens.conditions import CannotSay, part_said, proven, tree
from gateway.domain.xlsforms.screens.known_answers import NotThere
from gateway.domain.xlsforms.screens.long_lists import searched_body
from gateway.domain.xlsforms.screens.names import Names
from gateway.domain.xlsforms.screens.texts import menu_texts

#: What the line that stands for all others is worth.
OTHER = "other"
#: Keys have two digits at most; the last ones skip, or turn pages.
_MOST_LINES = 97
#: Lines of all lists that are held to their filters.
_MOST_FILTERED = 20_000


def one_body(
    asking: Asking, question: Question, step: Step, names: Names
) -> dict[str, Tree] | None:
    """Returns the screen of a choice of one line; None where it is left out."""
    if _is_long(asking, question):
        _tell_constraint_of_choice(asking, question)
        return searched_body(asking, question, step, names)
    lines = _lines(asking, question)
    if lines is None:
        return None
    codes = list(dict.fromkeys(str(line["value"]) for line in lines.values()))
    step.column = {"kind": "one_of", "codes": codes}
    filtered = all("when" in line for line in lines.values())
    filtered = filtered and not _has_one_for_each(asking, lines, step)
    if filtered or skip(step, SKIP):
        if filtered and step.required:
            step.required = False  # where the filter leaves no line, nothing can be chosen
            sentence = Sentence(
                "'%(question)s' is required, and %(skip)s skips it all the same: its "
                "filter may leave no other line. Rows without this answer are stored.",
                question=question.name,
                skip=SKIP,
            )
            asking.found.decide(question.row.spot("choice_filter"), sentence)
        lines[SKIP] = {"label": asking.plan.says("skip"), "value": ""}
    else:
        asking.surely_chosen[step.screen] = (tuple(codes), step.when)
    _tell_constraint_of_choice(asking, question)
    pages: dict[str, Tree] = {"pages": True} if step.screen in asking.plan.paged else {}
    return {**pages, "choice": dict(lines)}


def _is_long(asking: Asking, question: Question) -> bool:
    """Returns whether a list has more lines than keys, and no filter that leaves fewer for all."""
    source = question.row["choice_filter"]
    most = _MOST_LINES - len(asking.plan.keys) - question.or_other
    return len(asking.lists[question.choices]) > most and (not source or "${" in source)


def _has_one_for_each(asking: Asking, lines: Mapping[str, Mapping[str, Tree]], step: Step) -> bool:
    """Returns whether the filter leaves a line for each answer to a choice that is asked before."""
    conditions = [parse(str(line["when"])) for line in lines.values()]
    names = {name for condition in conditions for name in condition.names}
    if len(names) != 1:
        return False
    name = names.pop()
    codes, when = asking.surely_chosen.get(name, ((), ""))
    return (
        bool(codes)
        and when in ("", step.when)
        and all(any(condition.holds({name: code}) for condition in conditions) for code in codes)
    )


def several_body(
    asking: Asking, question: Question, step: Step, names: Names
) -> dict[str, Tree] | None:
    """Returns the screen of a choice of several lines; None where it is left out."""
    if _is_long(asking, question):
        _tell_constraint_of_choice(asking, question)
        return searched_body(asking, question, step, names)
    lines = _lines(asking, question)
    if lines is None:
        return None
    if len(lines) < 2 or all("when" in line for line in lines.values()):
        sentence = Sentence(
            "'%(question)s' is left out: several of its lines cannot be chosen.",
            question=question.name,
        )
        asking.found.left_out(question.row.spot("type"), sentence)
        return None
    _part_values(asking, question, lines)
    values = [str(line["value"]) for line in lines.values()]
    step.column = {"room": min(LONGEST_ANSWER, len(" ".join(values)))}
    _tell_constraint_of_choice(asking, question)
    pages: dict[str, Tree] = {"pages": True} if step.screen in asking.plan.paged else {}
    return {**pages, "choice": {"several": dict(lines), **skip(step, SKIP)}}


def _part_values(asking: Asking, question: Question, lines: dict[str, dict[str, Tree]]) -> None:
    """Writes values without spaces: of several lines they are kept with spaces between them."""
    spaced = [line for line in lines.values() if " " in str(line["value"])]
    for line in spaced:
        line["value"] = "_".join(str(line["value"]).split())
    if spaced:
        sentence = Sentence(
            "Of '%(question)s' several lines are kept with spaces between them, so a "
            "name such as '%(spaced)s' is stored with _ in it.",
            question=question.name,
            spaced=spaced[0]["value"],
        )
        asking.found.decide(question.row.spot("type"), sentence)


def _tell_constraint_of_choice(asking: Asking, question: Question) -> None:
    if question.row["constraint"]:
        asking.tell_constraint(question, Sentence("a choice has no `holds`"))


def _lines(asking: Asking, question: Question) -> dict[str, dict[str, Tree]] | None:
    lines: dict[str, dict[str, Tree]] = {}
    keys = (str(key) for key in range(1, 98) if str(key) not in asking.plan.keys)
    shown = [(line, when) for line, when in _filtered(asking, question) if when is not None]
    if len(shown) > _MOST_LINES - len(asking.plan.keys) - question.or_other:
        sentence = Sentence(
            "'%(question)s' is left out: its list has %(number)s lines, and keys have "
            "two digits. Ask for one line of it, or for a part of the list.",
            question=question.name,
            number=len(shown),
        )
        asking.found.left_out(question.row.spot("type"), sentence)
        return None
    for choice, when in shown:
        line: dict[str, Tree] = {"label": _label(asking, choice), "value": choice.value}
        if when:
            line["when"] = when
        lines[next(keys)] = line
    if question.or_other and OTHER not in [choice.value for choice, _ in shown]:
        lines[next(keys)] = {"label": asking.plan.says("other"), "value": OTHER}
    if not lines:
        asking.found.fault(
            question.row.spot("type"),
            Sentence("'%(question)s' offers nothing.", question=question.name),
        )
        return None
    return lines


def _label(asking: Asking, choice: Choice) -> Tree:
    texts = menu_texts(choice.label, asking.known.shown)
    return texts or choice.value.replace("{", "{{").replace("}", "}}")


def _filtered(asking: Asking, question: Question) -> list[tuple[Choice, str | None]]:
    """Returns the lines with the condition of each; None for one that is never there."""
    source = question.row["choice_filter"]
    lines = list(asking.lists[question.choices])
    if not source or asking.filtered + len(lines) > _MOST_FILTERED:
        if source:
            sentence = Sentence(
                "The lists of the form are too long to be filtered; all is offered."
            )
            asking.found.decide(question.row.spot("choice_filter"), sentence)
        return [(choice, "") for choice in lines]
    asking.filtered += len(lines)
    try:
        node = tree(source)
        found: list[tuple[Choice, str | None]] = []
        for choice in lines:
            columns = {**choice.row.others, "name": choice.value}
            speech = asking.known.speech_of_list(columns)
            when = proven(part_said(node, speech).text)
            condition = parse(when)
            if not condition.names:
                found.append((choice, "" if condition.holds({}) else None))
            else:
                found.append((choice, when))
    except NotThere as not_there:
        asking.found.fault(
            question.row.spot("choice_filter"),
            Sentence("In the filter, %(why)s", why=said_by(not_there)),
        )
    except CannotSay as cannot:
        sentence = Sentence(
            "`%(source)s` cannot be said as a condition: %(why)s. All lines of the "
            "list are offered: write `when` by hand.",
            source=source[:80],
            why=said_by(cannot),
        )
        asking.found.decide(question.row.spot("choice_filter"), sentence)
    else:
        return found
    return [(choice, "") for choice in lines]

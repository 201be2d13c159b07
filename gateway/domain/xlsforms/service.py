"""From a form to a service: its questions one after another, read back, stored, and thanked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.conditions import parse
from gateway.domain.xlsforms.form.choices import lists_of, with_yes_and_no
from gateway.domain.xlsforms.form.findings import Findings, Spot
from gateway.domain.xlsforms.form.languages import Tongues
from gateway.domain.xlsforms.form.listed_elsewhere import lists_of_files
from gateway.domain.xlsforms.form.questions import (
    questions_of,
    tree_of,
)
from gateway.domain.xlsforms.form.sheets import CHOICES, SURVEY, RawSheet, rows_of
from gateway.domain.xlsforms.plan import (
    FOLLOWING,
    LONGEST_TEXT,
    MOST_SCREENS,
    Imported,
    LookedUp,
    Plan,
    Step,
    Tree,
)
from gateway.domain.xlsforms.screens.asking import Asking
from gateway.domain.xlsforms.screens.conditions import bracketed
from gateway.domain.xlsforms.screens.known_answers import KnownAnswers
from gateway.domain.xlsforms.screens.names import Names
from gateway.domain.xlsforms.screens.question_screens import Screens
from gateway.domain.xlsforms.screens.walk import Walk

#: Screens that every imported service has.
_READ_BACK, _STORE, _DONE = "read_back", "store_it", "done"
#: A longer label is no name of its answer where all answers are read back.
_SHORT_LABEL = 30


def imported(sheets: Mapping[str, RawSheet], plan: Plan, unnamed: str, found: Findings) -> Imported:
    """Returns the service and the form that the sheets of a workbook ask for.

    `unnamed` is the language of texts that name none. What is wrong stands in the findings, and
    then the trees are not to be written.
    """
    tongues = Tongues(plan.spoken, unnamed, found)
    rows = rows_of(sheets["survey"], SURVEY, ("type", "name", "label"), tongues, found)
    lists = lists_of_files(rows, sheets, tongues, found)
    for title in ("external_choices", "choices"):
        if title in sheets:
            lines = rows_of(sheets[title], CHOICES, ("list_name", "name"), tongues, found)
            lists = {**lists, **lists_of(lines, found)}
    lists = with_yes_and_no(lists, rows, {w: plan.says(w) for w in ("yes", "no")}, found)
    members = tree_of(rows, lists, found)
    questions = {question.name: question for question in questions_of(members)}
    known = KnownAnswers(questions, frozenset(row["name"] for row in rows if row["name"]))
    names = Names(_READ_BACK, _STORE, _DONE)
    asking = Asking(plan, lists, known, found)
    screens = Screens(asking, names)
    walk = Walk(plan, screens, known, names, found)
    walk.through(members, "", "")
    screens.work_out_rest()
    steps = walk.steps
    _tell_too_many(steps, Spot("survey"), found)
    asks = [step for step in steps if step.column is not None]
    if not asks and not found.has_faults:
        found.fault(Spot("survey"), Sentence("The form asks nothing that a phone can answer."))
    if not found.has_faults:
        _need_one(asks, found)
    if found.has_faults:
        return Imported(
            service={}, form={}, spots={}, hinted=frozenset(), findings=found.in_order()
        )
    bodies = _screens(plan, steps, found)
    _tell_missing_texts(bodies, plan, found)
    return Imported(
        service=_header(plan, bodies),
        form={"writes": "record", "columns": _columns(asks, asking.calculated)},
        lists=[
            LookedUp(
                name=table.dataset,
                declared=table.declared,
                rows=[list(table.columns.values()), *table.rows],
            )
            for table in asking.long_lists.values()
        ],
        spots={name: step.spot for step in steps for name in (step.screen, *step.before)},
        hinted=frozenset(step.screen for step in steps if step.hinted),
        findings=found.in_order(),
    )


def _columns(asks: Sequence[Step], calculated: Mapping[str, Mapping[str, Tree]]) -> dict[str, Tree]:
    """Returns the columns of what is kept; what is worked out of something personal is so, too."""
    columns: dict[str, Tree] = {step.screen: step.column or {} for step in asks}
    personal = {step.screen for step in asks if (step.column or {}).get("personal")}
    for name, column in calculated.items():
        names = parse(str(column["calculated"])).names
        sealed: dict[str, Tree] = {} if personal.isdisjoint(names) else {"personal": True}
        columns[name] = {**column, **sealed}
    return columns


def _tell_too_many(steps: Sequence[Step], spot: Spot, found: Findings) -> None:
    if len(steps) > MOST_SCREENS:
        sentence = Sentence(
            "The form has %(number)s screens, and %(most)s at most make a "
            "dialogue: a phone's session ends after three minutes. Part it into "
            "several forms.",
            number=len(steps),
            most=MOST_SCREENS,
        )
        found.fault(spot, sentence)


def _need_one(asks: Sequence[Step], found: Findings) -> None:
    """Makes one answer needed where the form needs none: a row of nothing says nothing."""
    if not asks or any(not step.may_be_empty for step in asks):
        return
    step = next((step for step in asks if not step.when), None)
    if step is None:
        found.fault(
            asks[0].spot, Sentence("Each question is asked of some only: let one be asked of all.")
        )
        return
    sentence = Sentence(
        "The form needs no answer; here '%(screen)s' is needed: a row says something.",
        screen=step.screen,
    )
    found.decide(step.spot, sentence)
    step.need()


def _screens(plan: Plan, steps: Sequence[Step], found: Findings) -> dict[str, Tree]:
    screens: dict[str, Tree] = {}
    for place, step in enumerate(steps):
        following = _following(step, steps[place + 1 :])
        for screen, before in step.before.items():
            screens[screen] = _led_on(before, following)
        body = dict(step.body)
        choice = body.get("choice")
        if isinstance(choice, Mapping) and ("several" in choice or "each" in choice):
            body["choice"] = {**choice, "next": following}
        elif isinstance(choice, Mapping):
            lines = body.pop("choice")
            body = {**body, "next": following, "choice": lines}
        else:
            body["next"] = following
        screens[step.screen] = body
    asks = [step for step in steps if step.column is not None]
    first = steps[0].entry
    send, change = plan.says("send"), plan.says("change")
    screens[_READ_BACK] = {
        "text": _read_back(plan, asks, found),
        "choice": {
            "1": {"label": send, "next": _STORE},
            "2": {"label": change, "next": first},
        },
    }
    screens[_STORE] = {"store": plan.service, "outcomes": {"stored": _DONE}}
    screens[_DONE] = {"end": plan.says("thanks")}
    return screens


def _led_on(body: Mapping[str, Tree], following: Tree) -> dict[str, Tree]:
    """Returns a screen with what follows its step where it stands for that."""
    ways = body.get("next")
    if ways == FOLLOWING:
        return {**body, "next": following}
    if isinstance(ways, list):
        behind = following if isinstance(following, list) else [{"goto": following}]
        return {**body, "next": [*(each for each in ways if each != FOLLOWING), *behind]}
    return dict(body)


def _following(step: Step, others: Sequence[Step]) -> Tree:
    """Returns what follows a screen: the first of the others whose condition holds."""
    ways: list[Tree] = []
    tried: set[str] = set()
    for other in others:
        # What held for this screen holds still, unless its own answer decides it.
        if not other.when or (other.when == step.when and step.screen not in other.when):
            ways.append({"goto": other.entry})
            break
        if not any(_asks_for(other.when, each) for each in tried):
            tried.add(other.when)
            ways.append({"when": other.when, "goto": other.entry})
    else:
        ways.append({"goto": _READ_BACK})
    last = ways[-1]
    return str(last["goto"]) if len(ways) == 1 and isinstance(last, Mapping) else ways


def _asks_for(condition: str, part: str) -> bool:
    """Returns whether a condition asks for another one and maybe more: it fails where that does."""
    return condition == part or condition.startswith(f"{bracketed(part)} and ")


def _read_back(plan: Plan, asks: Sequence[Step], found: Findings) -> dict[str, str]:
    """Returns the text that shows each answer, short labels before those that are always there."""
    texts: dict[str, str] = {}
    for code, question in plan.says("is_right").items():
        for labelled, needed_only in ((True, False), (False, False), (False, True)):
            lines = [
                _line(step, code, labelled) for step in asks if step.required or not needed_only
            ]
            texts[code] = "\n".join([question, *lines])
            if len(texts[code]) <= LONGEST_TEXT:
                break
        else:
            sentence = Sentence(
                "%(number)s answers are more than one text can read back. Part the "
                "form, or take answers out of `read_back`.",
                number=len(asks),
            )
            found.decide(Spot("survey"), sentence)
    return texts


def _line(step: Step, code: str, labelled: bool) -> str:
    label = step.label.get(code, "")
    is_day = (step.column or {}).get("kind") == "day"
    shown = f"{{{step.screen}|date}}" if is_day else f"{{{step.screen}}}"
    if not labelled or step.may_be_empty or not 0 < len(label) <= _SHORT_LABEL or "{" in label:
        return shown
    name = label.rstrip(": ")
    return f"{name} {shown}" if label.endswith("?") else f"{name}: {shown}"


def _header(plan: Plan, screens: Mapping[str, Tree]) -> dict[str, Tree]:
    header: dict[str, Tree] = {"service": plan.service}
    if plan.institution:
        header["institution"] = plan.institution
    if plan.shortcut:
        header["shortcut"] = plan.shortcut
    header["title"] = dict(plan.title)
    if plan.keywords:
        header["keywords"] = {code: list(words) for code, words in plan.keywords.items()}
    more: Mapping[str, Tree] = plan.kept or {"resume": "30m"}
    header |= {key: value for key, value in more.items() if key not in (*header, "screens")}
    return {**header, "screens": screens}


def _tell_missing_texts(screens: Mapping[str, Tree], plan: Plan, found: Findings) -> None:
    """Tells of languages of the deployment in which the form says less than it asks."""
    for code, name in plan.spoken.items():
        count = sum(code not in text for text in _texts(screens))
        if count:
            sentence = Sentence(
                "%(count)s texts are not in %(name)s. Translate them.",
                singular="%(count)s text is not in %(name)s. Translate it.",
                counts="count",
                by_command="See: gateway menus translations export %(code)s %(code)s.po",
                count=count,
                name=name,
                code=code,
            )
            found.decide(Spot("survey"), sentence)
    if english := plan.unsaid:
        sentence = Sentence(
            "Words of the service's own, such as Send and Change, are English in "
            "%(names)s: translate them.",
            names=", ".join(english),
        )
        found.decide(Spot("survey"), sentence)


def _texts(tree: Tree) -> Iterator[Mapping[str, Tree]]:
    """Yields the maps of language to text of some screens."""
    if not isinstance(tree, Mapping):
        return
    for key, value in tree.items():
        if key in ("text", "label", "complaint", "end") and isinstance(value, Mapping):
            yield value
        else:
            yield from _texts(value)

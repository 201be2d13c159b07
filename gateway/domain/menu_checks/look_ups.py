"""Checks of look-ups against the datasets that they read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from gateway.domain.datasets.column_kinds import Amount, Day, Form, Moment, OneOf, Text, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.look_up import MANY, NONE, Asks, LookUp
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
)
from gateway.domain.menu_checks.candidate import DATASETS, Candidate, Review

#: A value, with the path of the keys under which it stands.
_Named = tuple[tuple[str, ...], str]
#: What stands in an order that people know, and what is more or less.
_ORDERED = (Day, Moment, WholeNumber, Amount, Form, Text)
_COMPARED = (WholeNumber, Amount)


def unknown_datasets(review: Review) -> Iterator[Fault]:
    """M084: a dataset that no file declares."""
    menu = review.menu
    for look_up in menu.release.look_ups.values():
        known = menu.datasets
        if look_up.dataset not in known and f"{DATASETS}.{look_up.dataset}" not in menu.broken:
            proposal = did_you_mean(look_up.dataset, known)
            where = Sentence("There is no datasets/%(dataset)s.yaml.", dataset=look_up.dataset)
            yield menu.fault("M084", where + proposal, look_up.name, "lookup")


def wrong_columns(review: Review) -> Iterator[Fault]:
    """M084: a column that the dataset does not have, or not of the kind that is asked of it."""
    menu = review.menu
    for look_up, dataset in _known(menu):
        columns = {each.name: each for each in dataset.columns}
        for path, name in _named(look_up):
            if name not in columns:
                sentence = Sentence(
                    "'%(dataset)s' has no column '%(name)s'.", dataset=dataset.name, name=name
                )
                yield menu.fault(
                    "M084", sentence + did_you_mean(name, columns), look_up.name, *path, name
                )
            elif wrong := _wrong(path, columns[name]):
                yield menu.fault("M084", wrong, look_up.name, *path, name)
        for condition in look_up.conditions:
            column = columns.get(condition.column)
            if column is not None and (wrong := _not_to_ask(column, condition.asks)):
                path = ("where", condition.column, condition.asks.value)
                yield menu.fault("M084", wrong, look_up.name, *path)
        if look_up.free and dataset.slots is None:
            sentence = Sentence(
                "'%(dataset)s' has no `slots`: say there which form takes their places.",
                dataset=dataset.name,
            )
            yield menu.fault("M084", sentence, look_up.name, "free")
        if look_up.searched is not None and not dataset.search:
            sentence = Sentence(
                "'%(dataset)s' has no `search` columns: say there what is looked in.",
                dataset=dataset.name,
            )
            yield menu.fault("M084", sentence, look_up.name, "search")


def nothing_proven(review: Review) -> Iterator[Fault]:
    """M084: a row for a phone that is to have given a second fact which nothing asks for."""
    menu = review.menu
    look_ups = menu.release.look_ups
    for look_up in look_ups.values():
        if look_up.proven is None:
            continue
        service = look_up.name.partition(".")[0]
        by = look_ups.get(look_up.proven.by)
        if not menu.is_whole(service) or (by and by.proves and by.dataset == look_up.dataset):
            continue
        proving = [
            each.name.partition(".")[2]
            for each in look_ups.values()
            if each.name.startswith(f"{service}.")
            and each.proves
            and each.dataset == look_up.dataset
        ]
        called = look_up.proven.by.partition(".")[2]
        sentence = Sentence(
            "'%(called)s' does not ask '%(dataset)s' with `proves`.",
            called=called,
            dataset=look_up.dataset,
        )
        yield menu.fault(
            "M084", sentence + did_you_mean(called, proving), look_up.name, "proven", "by"
        )


def tried_out(review: Review) -> Iterator[Fault]:
    """M094: a secret that is asked for, and whose wrong values nobody counts."""
    menu = review.menu
    for look_up, dataset in _known(menu):
        guarded = {each.name for each in dataset.columns if each.secret}
        asked = [each.column for each in look_up.conditions if each.column in guarded]
        if asked and look_up.proves is None:
            sentence = Sentence(
                "'%(column)s' is secret, and can be tried out here: add `proves` with "
                "the answer that says whose row it is.",
                column=asked[0],
            )
            yield menu.fault("M094", sentence, look_up.name, "where", asked[0])


def not_indexed(review: Review) -> Iterator[Fault]:
    """M085: a look-up that would look through all rows."""
    menu = review.menu
    for look_up, dataset in _known(menu):
        columns = {each.name for each in dataset.columns}
        asked = (*look_up.equal, *look_up.then)
        if look_up.is_indexed(dataset) or not columns.issuperset(asked):
            continue
        sentence = Sentence(
            "No index of '%(dataset)s' leads to these rows. Add `[%(names)s]` to "
            "`asked_by` in datasets/%(dataset)s.yaml, and import its file again.",
            dataset=dataset.name,
            names=", ".join(asked),
        )
        if len(set(look_up.then)) > 1 and not (look_up.each or look_up.near):
            sentence = Sentence(
                "Rows within bounds come in the order of that column: take `order` out."
            )
        yield menu.fault("M085", sentence, look_up.name, "lookup")


def cut_lists(review: Review) -> Iterator[Fault]:
    """M086: a list that some rows do not fit on, where nobody gets to the others."""
    menu = review.menu
    for look_up, _ in _known(menu):
        screen = menu.release.screens.get(look_up.name)
        if not look_up.rows_as or not isinstance(screen, ServiceScreen):
            continue
        goto = screen.outcomes.get(MANY, "")
        if MANY in look_up.contract.outcomes and _is_last(menu, goto):
            sentence = Sentence(
                "'%(rows_as)s' shows %(most)s rows at most, and who has more gets no "
                "further. Lead `%(many)s` to a question: an input for words to "
                "`search`, or a choice by another column.",
                rows_as=look_up.rows_as,
                most=look_up.most,
                many=MANY,
            )
            yield menu.fault("M086", sentence, look_up.name, "outcomes", MANY)


def _is_last(menu: Candidate, goto: str) -> bool:
    screen = menu.release.screens.get(goto)
    match screen:
        case EndScreen():
            return True
        case ChoiceScreen() | InputScreen() | ServiceScreen() | OpenScreen() | BranchScreen():
            return False
        case None:  # told as a screen that there is not
            return False
        case _:
            assert_never(screen)


def _known(menu: Candidate) -> Iterator[tuple[LookUp, Dataset]]:
    for look_up in menu.release.look_ups.values():
        if look_up.dataset in menu.datasets:
            yield look_up, menu.datasets[look_up.dataset]


def _named(look_up: LookUp) -> Iterator[_Named]:
    """Yields the columns that a look-up names, with where."""
    yield from ((("where",), each.column) for each in look_up.conditions)
    yield from ((("gives", str(at)), name) for at, name in enumerate(look_up.gives))
    alone: Sequence[_Named] = (
        (("list", "each"), look_up.each),
        (("list", "within"), look_up.within),
        (("order",), look_up.order),
        (("latest",), look_up.latest),
        (("change",), look_up.change),
        (("found_by",), look_up.found_by),
    )
    yield from ((path, name) for path, name in alone if name)
    for name in look_up.near.columns if look_up.near else ():
        yield ("near", "columns"), name
    yield from ((("sum", name), column) for name, column in look_up.sums)


def _wrong(path: tuple[str, ...], column: Column) -> Sentence | None:
    """Returns what is wrong with a column where it stands; None if nothing is."""
    name = column.name
    if column.secret and path[0] != "where":
        return Sentence("'%(column)s' is secret: it is asked for, and never read.", column=name)
    match path[0]:
        case "found_by" if not isinstance(column.kind, OneOf):
            return Sentence(
                "'%(column)s' is not of `kind: one_of`, so it names no outcomes.", column=name
            )
        case "found_by" if NONE in column.kind.values:  # type: ignore[attr-defined] # see above
            return Sentence(
                "'%(column)s' has a code '%(none)s', which is the outcome of nothing found.",
                column=name,
                none=NONE,
            )
        case "change" | "sum" if not isinstance(column.kind, _COMPARED):
            return Sentence(
                "'%(column)s' is no number and no amount: it cannot be counted up.", column=name
            )
        case "near" if not isinstance(column.kind, Amount) or column.kind.minimum >= 0:
            return Sentence(
                "'%(column)s' is no degree: write `kind: amount`, `places: 6`, and `minimum: -90` "
                "or -180.",
                column=name,
            )
        case "order" | "latest" if not isinstance(column.kind, _ORDERED):
            return Sentence(
                "'%(column)s' has no order that people know: take a day, a number or a name.",
                column=name,
            )
    return None


def _not_to_ask(column: Column, asks: Asks) -> Sentence | None:
    name = column.name
    if asks is Asks.EQUAL:
        return None
    if column.secret:
        return Sentence("'%(column)s' is secret: it is asked for as a whole.", column=name)
    if asks is Asks.STARTS and not isinstance(column.kind, Text | Form):
        return Sentence(
            "'%(column)s' is no text and no code: it does not begin with anything.", column=name
        )
    if asks is not Asks.STARTS and not isinstance(column.kind, _ORDERED):
        return Sentence("'%(column)s' has no order: `from` and `to` mean nothing.", column=name)
    return None

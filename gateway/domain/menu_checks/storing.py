"""Checks of what is kept of the answers: that there is a form, and that they fit its columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import assert_never

from gateway.domain.datasets.column_kinds import TEXT, ColumnKind, OneOf
from gateway.domain.datasets.kinds_that_fit import covers
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.back_end_names import key_and_name
from gateway.domain.handler_contract.form import READS, REMOVES, STORE
from gateway.domain.handler_contract.service_call import ListField, TextField
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
    Several,
)
from gateway.domain.menu.side_effects import calls_at
from gateway.domain.menu_checks.candidate import CALLS_FILE, Review
from gateway.domain.menu_checks.values import known_values


def unknown_forms(review: Review) -> Iterator[Fault]:
    """M088: a form that forms/ does not have, or a column that completes none that is stored."""
    names = [name.removeprefix(STORE) for name in review.contracts if name.startswith(STORE)]
    forms = [name for name in names if "." not in name]
    for screen in review.menu.release.each(ServiceScreen):
        key, called = key_and_name(screen.handler)
        if key != "store":
            continue
        form, _, column = called.partition(".")
        if form not in forms:
            proposal = did_you_mean(form, forms)
            sentence = Sentence(
                "There is no form '%(form)s' in forms/.%(proposal)s", form=form, proposal=proposal
            )
            yield review.menu.fault("M088", sentence, screen.id, "store")
        elif column == REMOVES:
            if called not in names:
                sentence = Sentence(
                    "Form '%(form)s' has no `places` that could be freed, and no `reminds`.",
                    form=form,
                )
                yield review.menu.fault("M088", sentence, screen.id, "removes")
        elif column == READS:
            if called not in names:
                sentence = Sentence(
                    "The rows of form '%(form)s' are cases: `case_status` tells of them.", form=form
                )
                yield review.menu.fault("M088", sentence, screen.id, "reads")
        elif column and called not in names:
            optional = [name.partition(".")[2] for name in names if name.startswith(f"{form}.")]
            proposal = did_you_mean(column, optional)
            sentence = Sentence(
                "Form '%(form)s' has no column '%(column)s' that may be empty: only "
                "such a one can be added to a row that is stored.%(proposal)s",
                form=form,
                column=column,
                proposal=proposal,
            )
            yield review.menu.fault("M088", sentence, screen.id, "adds")
        elif column and not _is_stored(review, screen.id.partition(".")[0], form, forms):
            sentence = Sentence(
                "Nothing is stored of form '%(form)s' in this service, to add '%(column)s' to.",
                form=form,
                column=column,
            )
            yield review.menu.fault("M088", sentence, screen.id, "adds")


def _is_stored(review: Review, service: str, form: str, forms: Collection[str]) -> bool:
    """Returns whether a service stores a form; so it may by a name that is misspelled."""
    stored = [
        screen.handler.removeprefix(STORE)
        for screen in review.menu.screens_of(service).values()
        if isinstance(screen, ServiceScreen) and screen.handler.startswith(STORE)
    ]
    unread = any(name.partition(".")[0] not in forms for name in stored)
    return form in stored or unread or not review.menu.is_whole(service)


def answers_without_room(review: Review) -> Iterator[Fault]:
    """M089: an answer that is longer than what keeps it has room for, or of another kind."""
    for screen in review.menu.release.each(ServiceScreen):
        contract = review.contracts.get(screen.handler)
        service = screen.id.partition(".")[0]
        key, called = key_and_name(screen.handler)
        beside = _called_in(review, service)
        if contract is None:
            continue
        for name, field in contract.holds.items():
            if f"{screen.handler}.{name}" in beside:
                continue  # asked for afterwards, and told there
            source = screen.arguments.get(name, name)
            wide = known_values(review, service).texts.get(source, 0)
            if wide > field.max:
                sentence = Sentence(
                    "The answer '%(source)s' can have %(wide)s characters, and "
                    "'%(called)s' holds %(max)s in '%(name)s'. Ask for less, or give "
                    "it more room.",
                    source=source,
                    wide=wide,
                    called=called,
                    max=field.max,
                    name=name,
                )
            elif name in contract.needs and _may_be_skipped(review, service, source, screen):
                sentence = Sentence(
                    "'%(source)s' may be skipped, and '%(called)s' needs it. Take that "
                    "away, or let the column say `empty: allowed`.",
                    source=source,
                    called=called,
                )
            elif not _is_taken(review, screen, source, field):
                sentence = Sentence(
                    "The answer '%(source)s' can be another than what '%(called)s' "
                    "holds in '%(name)s'. Ask for it by another kind of input, or "
                    "declare another kind.",
                    source=source,
                    called=called,
                    name=name,
                )
            else:
                continue
            path = (screen.id, "with", name) if name in screen.arguments else (screen.id, key)
            yield review.menu.fault("M089", sentence, *path)


def wrong_postings(review: Review) -> Iterator[Fault]:
    """M095: a form whose rows go on by a call that cannot take them."""
    calls, broken = review.menu.release.calls, review.menu.broken
    for screen in review.menu.release.each(ServiceScreen):
        contract = review.contracts.get(screen.handler)
        if contract is None or contract.post_to is None:
            continue
        form, call = screen.handler.removeprefix(STORE), contract.post_to.call
        if not broken.isdisjoint((CALLS_FILE, f"{CALLS_FILE}.{call}")):
            continue
        if call not in calls:
            sentence = Sentence(
                "calls.yaml declares no call '%(name)s'.%(proposal)s",
                name=call,
                proposal=did_you_mean(call, calls),
            )
        elif (declared := calls[call]).proves is not None:
            sentence = Sentence(
                "Call '%(call)s' asks for a second fact, which no stored row has.", call=call
            )
        elif not declared.contract.writes:
            sentence = Sentence(
                "Call '%(call)s' writes nothing: declare a method such as POST.", call=call
            )
        else:
            gives = contract.post_to.gives
            missing = [need for need in declared.contract.needs if need not in gives]
            if not missing:
                continue
            sentence = Sentence(
                "Call '%(call)s' sends {%(missing)s}, and a row of form '%(form)s' has "
                "no such column.%(proposal)s",
                call=call,
                missing=missing[0],
                form=form,
                proposal=did_you_mean(missing[0], gives),
            )
        sentence = Sentence(
            "forms/%(form)s.yaml, post_to: %(sentence)s", form=form, sentence=sentence
        )
        yield review.menu.fault("M095", sentence, screen.id, "store")


def _called_in(review: Review, service: str) -> set[str]:
    screens = review.menu.screens_of(service).values()
    return {screen.handler for screen in screens if isinstance(screen, ServiceScreen)}


def _may_be_skipped(review: Review, service: str, source: str, screen: ServiceScreen) -> bool:
    """Returns whether an answer may be empty; what adds a column is asked for it alone."""
    if "." in screen.handler:
        return False
    asked = review.menu.screens_of(service).get(source)
    match asked:
        case InputScreen():
            return bool(asked.skip)
        case ChoiceScreen():
            no_value = any(not option.value for option in asked.options.values())
            return no_value or (asked.several is not None and bool(asked.several.skip))
        case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen() | None:
            return False
        case _:
            assert_never(asked)


def _is_taken(review: Review, call: ServiceScreen, source: str, field: TextField) -> bool:
    given = _kind_given(review, call, source)
    return field.kind is None or given is None or covers(field.kind, given)


def _kind_given(review: Review, call: ServiceScreen, source: str) -> ColumnKind | None:
    """Returns of which kind an answer to a call is; None where nothing is known of it."""
    service = call.id.partition(".")[0]
    screen = review.menu.screens_of(service).get(source)
    match screen:
        case InputScreen():
            return KINDS[screen.accepts.kind].gives(screen.accepts)
        case ChoiceScreen(several=Several()):
            return TEXT  # the values of several lines, with spaces between
        case ChoiceScreen(listing=None):
            # An option without a value is no answer; whether a column may have none is asked above.
            # Nor is one that opens another service.
            inside = [o for o in screen.options.values() if o.goto.startswith(f"{service}.")]
            # Where it is read back, the line that changes it stores nothing.
            screens = review.menu.release.screens
            if at_once := [o for o in inside if call in calls_at(screens, o.goto)]:
                inside = at_once
            values = [option.value for option in inside if option.value]
            return OneOf(*values) if values else None
        case ChoiceScreen():
            listing = screen.listing
            return _kind_in_rows(review, service, listing.rows, listing.value) if listing else None
        case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen() | None:
            return None
        case _:
            assert_never(screen)


def _kind_in_rows(review: Review, service: str, rows: str, column: str) -> ColumnKind | None:
    for screen in review.menu.screens_of(service).values():
        contract = (
            review.contracts.get(screen.handler) if isinstance(screen, ServiceScreen) else None
        )
        for given in contract.outcomes.values() if contract else ():
            field = given.get(rows)
            if isinstance(field, ListField) and column in field.fields:
                return field.fields[column].kind or TEXT
    return None

"""Checks of messages: what handlers have sent later is there, can be filled, and fits two SMS."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.form import STORE
from gateway.domain.menu.messages import values_of
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.menu_checks.candidate import MESSAGES_FILE, Review
from gateway.domain.menu_checks.sheets import WIDEST, most_room, unit
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.telecom.paging import excess, measure

#: Two joined segments (3GPP TS 23.040): 2 x 153 septets, or 2 x 67 units.
TWO_SEGMENTS = PageBudget(septets=306, ucs2=134)


def messages_over_two_segments(review: Review) -> Iterator[Fault]:
    """M080: a message that needs more than two segments with the longest values."""
    menu = review.menu
    widths = menu.release.message_values
    for name, text in menu.release.messages.items():
        told: set[str] = set()
        for language, template in text.by_language.items():
            filled = template.longest(widths, WIDEST)
            over = excess(filled, TWO_SEGMENTS)
            if over and filled not in told:
                told.add(filled)
                encoding, units = measure(filled)
                name_to_blame, width = template.widest(widths)
                sentence = Sentence(
                    "The message is too long in language %(language)s: %(units)s "
                    "%(unit)s, %(over)s over two segments.",
                    language=language,
                    units=units,
                    unit=unit(encoding),
                    over=over,
                ) + most_room(name_to_blame, width)
                yield menu.fault("M080", sentence, MESSAGES_FILE, "messages", name, language)


def missing_messages(review: Review) -> Iterator[Fault]:
    """M081: a message that a handler of the menu declares and messages.yaml lacks."""
    menu = review.menu
    if not menu.is_whole(MESSAGES_FILE):
        return
    known = menu.release.messages
    called = {screen.handler for screen in menu.release.each(ServiceScreen)}
    for handler in sorted(called & review.contracts.keys()):
        for name in review.contracts[handler].messages:
            if name not in known:
                proposal = did_you_mean(name, known)
                sentence = Sentence(
                    "Handler '%(handler)s' sends the message '%(name)s'.%(proposal)s",
                    handler=handler,
                    name=name,
                    proposal=proposal,
                )
                yield menu.key_fault("M081", sentence, MESSAGES_FILE, "messages")


def unfilled_reminders(review: Review) -> Iterator[Fault]:
    """M081: the reminder of a form that there is not, or that shows what no row of it has."""
    menu = review.menu
    for screen in menu.release.each(ServiceScreen):
        contract = review.contracts.get(screen.handler)
        if contract is None or contract.reminds is None or not menu.is_whole(MESSAGES_FILE):
            continue
        told, form = contract.reminds, screen.handler.removeprefix(STORE)
        if told.topic not in menu.release.services and told.topic not in menu.release.topics:
            proposal = did_you_mean(told.topic, menu.release.services)
            sentence = Sentence(
                "forms/%(form)s.yaml, reminds: '%(topic)s' is no service and no topic.",
                form=form,
                topic=told.topic,
            )
            yield menu.fault("M081", sentence + proposal, screen.id, "store")
        if told.message not in menu.release.messages:
            proposal = did_you_mean(told.message, menu.release.messages)
            sentence = Sentence(
                "forms/%(form)s.yaml, reminds: there is no message '%(message)s'.",
                form=form,
                message=told.message,
            )
            yield menu.fault("M081", sentence + proposal, screen.id, "store")
            continue
        for name in values_of(menu.release, told.message):
            room, given = menu.release.message_values.get(name, 0), told.gives.get(name)
            if given is None:
                sentence = Sentence(
                    "forms/%(form)s.yaml, reminds: '%(message)s' shows {%(name)s}, and no column "
                    "has it.",
                    form=form,
                    message=told.message,
                    name=name,
                )
                sentence += did_you_mean(name, told.gives)
            elif given.max > room:
                sentence = Sentence(
                    "forms/%(form)s.yaml, reminds: '%(message)s' has room for %(room)s of "
                    "{%(name)s}, which can have %(max)s.",
                    form=form,
                    message=told.message,
                    room=room,
                    name=name,
                    max=given.max,
                ) + Sentence(
                    " Write `%(name)s: %(max)s` under `values` of messages.yaml.",
                    name=name,
                    max=given.max,
                )
            else:
                continue
            yield menu.fault("M081", sentence, screen.id, "store")

"""Checks of messages: what handlers have sent later is there, can be filled, and fits two SMS."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.handler_contract.form import STORE
from gateway.domain.menu.messages import values_of
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.menu_checks.candidate import MESSAGES_FILE, Review
from gateway.domain.menu_checks.sheets import WIDEST, unit
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
                sentence = (
                    f"The message is too long in language {language}: {units} "
                    f"{unit(encoding)}, {over} over two segments."
                    + (f" Up to {width} of it are {{{name_to_blame}}}." if width else "")
                )
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
                sentence = f"Handler '{handler}' sends the message '{name}'.{proposal}"
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
            sentence = f"forms/{form}.yaml, reminds: '{told.topic}' is no service and no topic."
            yield menu.fault("M081", sentence + proposal, screen.id, "store")
        if told.message not in menu.release.messages:
            proposal = did_you_mean(told.message, menu.release.messages)
            sentence = f"forms/{form}.yaml, reminds: there is no message '{told.message}'."
            yield menu.fault("M081", sentence + proposal, screen.id, "store")
            continue
        for name in values_of(menu.release, told.message):
            room, given = menu.release.message_values.get(name, 0), told.gives.get(name)
            if given is None:
                sentence = f"shows {{{name}}}, and no column has it."
                sentence += did_you_mean(name, told.gives)
            elif given.max > room:
                sentence = f"has room for {room} of {{{name}}}, which can have {given.max}."
            else:
                continue
            sentence = f"forms/{form}.yaml, reminds: '{told.message}' {sentence}"
            yield menu.fault("M081", sentence, screen.id, "store")

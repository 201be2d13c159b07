"""What a wallet card or poster says about a service: what to dial, what to text, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from gateway.domain.dialogue.screen_rendering import phrase
from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.input_kinds.kinds import KINDS, check
from gateway.domain.menu.release import Release, Service
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.telecom.ussd import dialled_with

#: Answers shown behind the keyword; a longer example would not be learnt by heart.
_MOST_ANSWERS = 3

#: An answer of each kind, in the order in which they are tried; the bounds of the input decide.
_SAMPLES = ("100000000", "2500", "150", "25", "5", "Asha Musa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The words of one card, in one language. Empty where the service has no such thing."""

    language: str
    issuer: str
    institution: str
    title: str
    shortcut: str
    dial_label: str
    dial: str
    sms_label: str
    sms_example: str
    cost_label: str
    cost: str


def card(
    release: Release,
    service: Service,
    language: str,
    *,
    issuer: str,
    service_code: str,
    address: str,
) -> Card:
    """Returns the card of a service.

    Without a `service_code` or an `address` nothing is said of dialling or of SMS; without a
    shortcut the code alone is to be dialled, which leads home.
    """
    named = release.institutions.get(service.institution)
    keyword = next(iter(_keywords(service, language, release)), "") if address else ""
    answers = _answers(release, service, language)
    # Who cannot read well copies what is printed, figures and all: it must say what it is.
    sms_label = "card_text_example" if answers else "card_text"
    cost = service.cost[language].fill({}) if service.cost else ""
    return Card(
        language=language,
        issuer=issuer,
        institution=named[language].fill({}) if named else "",
        title=service.title[language].fill({}),
        shortcut=service.shortcut,
        dial_label=phrase(release, language, "card_dial") if service_code else "",
        dial=dialled_with(service_code, service.shortcut) if service_code else "",
        sms_label=phrase(release, language, sms_label, {"address": address}) if keyword else "",
        sms_example=" ".join((keyword, *answers)) if keyword else "",
        cost_label=phrase(release, language, "card_cost") if cost else "",
        cost=cost,
    )


def _keywords(service: Service, language: str, release: Release) -> tuple[str, ...]:
    return service.keywords.get(language) or service.keywords.get(release.default_language, ())


def _answers(release: Release, service: Service, language: str) -> list[str]:
    """Returns answers that the service would take, up to the first that cannot be foretold."""
    answers: list[str] = []
    screen = release.screens.get(service.start)
    while len(answers) < _MOST_ANSWERS:
        answer, goto, is_last = _answer(screen, language)
        if not answer or goto.partition(".")[0] != service.id:
            break
        answers.append(answer)
        if is_last:
            break
        screen = release.screens.get(goto)
    return answers


def _answer(screen: Screen | None, language: str) -> tuple[str, str, bool]:
    """Returns an answer, where it leads, and whether it takes all that is left of an SMS."""
    match screen:
        case InputScreen():
            answer = "" if screen.secret else _example(screen, language)
            return answer, screen.goto, KINDS[screen.accepts.kind].free_text
        case ChoiceScreen():
            option = next(iter(screen.options.values()), None)
            if option is None:
                return "", "", True
            return option.label[language].fill({}), option.goto, False
        case EndScreen() | ServiceScreen() | OpenScreen() | BranchScreen() | None:
            return "", "", True
        case _:
            assert_never(screen)


def _example(screen: InputScreen, language: str) -> str:
    if screen.example is not None and not KINDS[screen.accepts.kind].anything:
        return screen.example[language].fill({})
    return "" if screen.holds is not None else sample_answer(screen.accepts, language)


def sample_answer(accepts: Accepts, language: str) -> str:
    """Returns something that the input takes; an empty text when no sample fits it.

    >>> sample_answer(Accepts(kind="digits", minimum=8, maximum=8), "en")
    '12345678'
    """
    kind = KINDS[accepts.kind]
    if kind.anything:
        return ""  # it would be no more than somebody's story, as of a report
    for sample in (kind.sample(accepts, language), *_SAMPLES):
        if sample and not isinstance(check(accepts, sample, language), Complaint):
            return sample
    return ""

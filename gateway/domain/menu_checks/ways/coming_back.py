"""Checks of dropped dialogues: the second fact can be compared, secrets stay in, offers fit."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.dialogue.resume_offer import choices, nudge_text
from gateway.domain.dialogue.screen_rendering import phrase
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.release import Release, Service
from gateway.domain.menu.screens import ChoiceScreen, EndScreen, InputScreen
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.wording.messages import TWO_SEGMENTS
from gateway.domain.telecom.channel import Channel, PageBudget
from gateway.domain.telecom.paging import excess

_NEEDED = frozenset(
    {"resume_offer", "resume_offer_neutral", "resume_go_on", "resume_again", "resume_fact",
     "nudge", "nudge_code"}
)  # fmt: skip

#: The longest service code that is measured for; that of a reference channel has ten characters.
_DIALLED = "*" + "0" * 18 + "#"


def wrong_second_facts(review: Review) -> Iterator[Fault]:
    """M090: a second fact that nobody was asked for, or that is not kept."""
    menu = review.menu
    for service in _services(review):
        if not service.second_fact or not menu.is_whole(service.id):
            continue
        name = service.second_fact.partition(".")[2]
        screen = menu.release.screens.get(service.second_fact)
        if isinstance(screen, InputScreen) and not screen.secret:
            continue
        if screen is None:
            proposal = did_you_mean(name, menu.screens_of(service.id))
            sentence = Sentence(
                "'%(service)s' has no screen '%(name)s'.%(proposal)s",
                service=service.id,
                name=name,
                proposal=proposal,
            )
        else:
            sentence = Sentence(
                "'%(name)s' is not an input whose answer is kept until it is asked again.",
                name=name,
            )
        yield menu.fault("M090", sentence, service.id, "second_fact")


def sensitive_texts_in_sms(review: Review) -> Iterator[Fault]:
    """M091: a text of a sensitive service that would stay on the phone as an SMS."""
    menu = review.menu
    for service in _services(review):
        for screen in menu.screens_of(service.id).values() if service.sensitive else ():
            if isinstance(screen, EndScreen | ChoiceScreen) and screen.sms:
                sentence = Sentence(
                    "'%(service)s' is sensitive: no SMS repeats what its screens show.",
                    service=service.id,
                )
                yield menu.fault("M091", sentence, screen.id, "sms")


def offers_over_a_page(review: Review) -> Iterator[Fault]:
    """M092: an offer to go on that exceeds a page, or a nudge of more than two segments."""
    release = review.menu.release
    for service in _services(review):
        for language in release.languages:
            for what, over, key in _excesses(review, service, language):
                sentence = Sentence(
                    "%(what)s of '%(service)s' in language %(language)s is %(over)s too long.",
                    what=what,
                    service=service.id,
                    language=language,
                    over=over,
                )
                yield review.menu.fault("M092", sentence, service.id, key, language)


def _excesses(review: Review, service: Service, language: str) -> Iterator[tuple[str, int, str]]:
    for what, key, text, budget in offers(review, service, language):
        if over := excess(text, budget):
            yield what, over, key


def offers(
    review: Review, service: Service, language: str
) -> Iterator[tuple[str, str, str, PageBudget]]:
    """Yields all that is said to who may go on with a service.

    What it is, the key of the service that it depends on, the whole text, and the room for it.
    """
    release = review.menu.release
    if not service.resume_seconds or not _is_written(release, service, language):
        return
    title = service.title[language].fill({})
    offer = phrase(release, language, "resume_offer", {"service": title})
    neutral = phrase(release, language, "resume_offer_neutral")
    said = "\n".join((neutral if service.sensitive else offer, *choices(release, language)))
    for budget in _budgets(review):
        yield Sentence("The offer to continue"), "title", said, budget
        asked = release.screens.get(service.second_fact)
        if isinstance(asked, InputScreen) and language in asked.text.by_language:
            fact = phrase(release, language, "resume_fact")
            question = f"{fact}\n{asked.text[language].fill({})}"
            yield Sentence("The question for the second fact"), "second_fact", question, budget
    if service.nudge:
        code = "0" * 7 if service.second_fact else ""
        text = nudge_text(release, language, title, _DIALLED, code)
        yield Sentence("The SMS after a drop"), "title", text, TWO_SEGMENTS


def _services(review: Review) -> Iterator[Service]:
    for name in review.menu.written_services():
        yield review.menu.release.services[name]


def _is_written(release: Release, service: Service, language: str) -> bool:
    phrases = (release.phrases.get(name) for name in _NEEDED)
    texts = (service.title, *phrases)
    return all(text is not None and language in text.by_language for text in texts)


def _budgets(review: Review) -> set[PageBudget]:
    dialled = [channel for channel in review.channels if channel.service_code]
    return {channel.page for channel in dialled or [Channel(name="any", provider="any")]}

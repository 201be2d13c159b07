"""Checks of `tell_me`: what is asked again can be, and its answer is an SMS that asks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.kept_questions import asked_by, offers
from gateway.domain.menu.screens import ChoiceScreen, EndScreen, InputScreen, ServiceScreen
from gateway.domain.menu.side_effects import sources
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.text.localised_text import LocalisedText

#: What is said below the words of an end when there will be no answer.
_GIVEN_UP = ("tell_me_over", "tell_me_gone")


def unanswerable_questions(review: Review) -> Iterator[Fault]:
    """M093: an answer that cannot be asked for again, or not be told by an SMS."""
    menu, release = review.menu, review.menu.release
    for end in offers(release):
        service = release.service_of(end.id)
        if end.id in menu.mended or not menu.is_whole(service.id):
            continue
        if service.sensitive:
            sentence = Sentence(
                "'%(service)s' is sensitive: no SMS that nobody texted for tells of it.",
                service=service.id,
            )
            yield menu.key_fault("M093", sentence, end.id, "tell_me")
        asked = asked_by(release, end)
        if asked is None:
            yield from _asks_nothing(review, end)
            continue
        contract = review.contracts.get(asked.handler)
        if contract is not None:
            yield from _cannot_be_asked(review, end, asked, contract)
            yield from _cannot_be_told(review, end, asked)


def told_by_sms(review: Review) -> Iterator[tuple[Path, LocalisedText]]:
    """Yields the texts that are sent for what is kept, with the places at which they are written.

    The answers, and the words of an end with what is said when there will be none.
    """
    release = review.menu.release
    for end in offers(release):
        for phrase in _GIVEN_UP:
            said = release.phrases.get(phrase, LocalisedText({})).by_language
            by_language = {
                language: template.followed_by(said[language])
                for language, template in end.text.by_language.items()
                if language in said
            }
            yield (end.id, "end"), LocalisedText(by_language)
        asked = asked_by(release, end)
        for goto in dict.fromkeys(asked.outcomes.values()) if asked else ():
            answer = release.screens.get(goto)
            if isinstance(answer, EndScreen) and not answer.sms:  # else it is measured already
                yield (goto, "end"), answer.text


def _asks_nothing(review: Review, end: ChoiceScreen) -> Iterator[Fault]:
    menu, release = review.menu, review.menu.release
    name, ask = end.id.partition(".")[2], end.tell_me.ask if end.tell_me else ""
    if ask:
        if ask in release.screens:
            sentence = Sentence(
                "'%(name)s' asks nothing: name a handler, call or lookup.",
                name=ask.partition(".")[2],
            )
            yield menu.fault("M093", sentence, end.id, "tell_me", "ask")
        return  # one that there is not is told as such
    calls = [each for each in release.each(ServiceScreen) if end.id in each.outcomes.values()]
    if calls:
        names = ", ".join(each.id.partition(".")[2] for each in calls)
        sentence = Sentence(
            "Several calls lead to '%(name)s' (%(names)s): say with `ask` which is asked again.",
            name=name,
            names=names,
        )
    else:
        sentence = Sentence(
            "No call leads to '%(name)s': say with `ask` what is asked again.", name=name
        )
    yield menu.key_fault("M093", sentence, end.id, "tell_me")


def _cannot_be_asked(
    review: Review, end: ChoiceScreen, asked: ServiceScreen, contract: HandlerContract
) -> Iterator[Fault]:
    menu, service = review.menu, asked.id.partition(".")[0]
    if contract.writes:
        sentence = Sentence(
            "'%(asked)s' writes: asked again, it would write again.", asked=_name(asked)
        )
        yield menu.key_fault("M093", sentence, end.id, "tell_me")
    for source in dict.fromkeys(sources(asked, contract).values()):
        screen = menu.release.screens.get(f"{service}.{source}")
        if isinstance(screen, InputScreen) and screen.secret:
            sentence = Sentence(
                "'%(asked)s' needs the secret answer '%(source)s', which is kept "
                "nowhere: name with `ask` a call that does without it.",
                asked=_name(asked),
                source=source,
            )
            yield menu.key_fault("M093", sentence, end.id, "tell_me")


def _cannot_be_told(review: Review, end: ChoiceScreen, asked: ServiceScreen) -> Iterator[Fault]:
    menu = review.menu
    for outcome, goto in asked.outcomes.items():
        following = menu.release.screens.get(goto)
        if goto != end.id and following is not None and not isinstance(following, EndScreen):
            sentence = Sentence(
                "Outcome '%(outcome)s' is told by an SMS, and that asks nothing: let "
                "it lead to an end, or name another call with `ask`.",
                outcome=outcome,
            )
            yield menu.key_fault("M093", sentence, asked.id, "outcomes", outcome)
    if end.id not in asked.outcomes.values():
        sentence = Sentence(
            "No outcome of '%(asked)s' leads back to '%(name)s': nothing would say "
            "that there is no answer yet.",
            asked=_name(asked),
            name=end.id.partition(".")[2],
        )
        yield menu.key_fault("M093", sentence, end.id, "tell_me")


def _name(screen: ServiceScreen) -> str:
    return screen.handler.rpartition(":")[2]

"""Checks of texts against the glossary of their language: words, verbs, and what is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.release import LANGUAGE_SERVICE
from gateway.domain.menu.screens import AskingScreen, ChoiceScreen, Option, Screen, ServiceScreen
from gateway.domain.menu_checks.candidate import MAIN, Review, option_path, texts, texts_of, ways_on
from gateway.domain.menu_checks.glossary import Glossary, found_in, pattern_of_any
from gateway.domain.text.localised_text import Template

#: The words of a person, which no glossary rules.
_EXAMPLES = "example"


def refused_words(review: Review) -> Iterator[Fault]:
    """M123: a word that means something else to who reads it, or another name for a thing."""
    refused = {
        language: pattern_of_any(glossary.every_refused)
        for language, glossary in review.menu.glossaries.items()
    }
    for path, text in texts(review.menu):
        if path[-1] == _EXAMPLES or path[:2] == (MAIN, "topics"):
            continue  # a topic is what people have learned to send behind STOP
        service = path[0].partition(".")[0]
        for language, glossary in review.menu.glossaries.items():
            template = text.by_language.get(language)
            if template is None or not any(map(refused[language].search, _readings(template))):
                continue
            for term in glossary.every_term:
                if term.services and service not in term.services:
                    continue
                word = _first_in(term.refused, template)
                if word:
                    sentence = Sentence(
                        "Not '%(word)s' in language %(language)s: %(because)s.",
                        word=word,
                        language=language,
                        because=term.because,
                    )
                    if term.say:
                        sentence += Sentence(" Say '%(word)s'.", word=term.say)
                    yield review.menu.fault("M123", sentence, *path, language)


def protections_left_out(review: Review) -> Iterator[Fault]:
    """M127: a screen that leaves out, in one language, what protects who reads it."""
    for language, glossary in review.menu.glossaries.items():
        for told in glossary.protects:
            screen = review.menu.release.screens.get(told.screen)
            if screen is None:
                yield from _protected_screen_gone(review, language, told.screen)
                continue
            found = [
                (path, text.by_language.get(language))
                for path, text in texts_of(screen)
                if path[1:] in (("text",), ("end",), ("sms",))
            ]
            for word in told.words:
                if found and not any(_is_always_in(word, template) for _, template in found):
                    path, _ = found[0]
                    sentence = Sentence(
                        "In language %(language)s '%(word)s' is left out: %(because)s.",
                        language=language,
                        word=word,
                        because=told.because,
                    )
                    yield review.menu.fault("M127", sentence, *path, language)


def _protected_screen_gone(review: Review, language: str, screen: str) -> Iterator[Fault]:
    """Says that a screen is not there whose words the glossary keeps; its service may be another's.

    A glossary may stand beside a menu that has left the whole service out.
    """
    service, release = screen.partition(".")[0], review.menu.release
    if service in release.services and not review.menu.is_known(screen):
        proposal = did_you_mean(screen, release.screens)
        sentence = Sentence(
            "The glossary of %(language)s protects the screen %(screen)s, which is not there.",
            language=language,
            screen=screen,
        )
        yield review.menu.fault("M127", sentence + proposal, service)


def lines_without_verbs(review: Review) -> Iterator[Fault]:
    """M124: a line of a screen that `acts` which does not say what is done."""
    for screen in review.menu.release.each(ChoiceScreen):
        if not screen.acts:
            continue
        for key, option in screen.options.items():
            if option.goto.partition(".")[0] == LANGUAGE_SERVICE:
                continue  # its words are those of home
            for language, glossary in review.menu.glossaries.items():
                template = option.label.by_language.get(language)
                if template is not None and not _begins_with_a_verb(glossary, template):
                    said = _readings(template)[0]
                    sentence = _verb_wanted(said, language, last=glossary.verb_last)
                    path = option_path(screen, key, "label", language)
                    yield review.menu.fault("M124", sentence, *path)


def _verb_wanted(said: str, language: str, *, last: bool) -> Sentence:
    if last:
        return Sentence(
            "The screen asks what to do, and '%(said)s' does not say it: in language %(language)s "
            "the last word is to be a verb of the glossary.",
            said=said,
            language=language,
        )
    return Sentence(
        "The screen asks what to do, and '%(said)s' does not say it: in language %(language)s "
        "the first word is to be a verb of the glossary.",
        said=said,
        language=language,
    )


def losses_not_told(review: Review) -> Iterator[Fault]:
    """M125: something that is lost for good after one key, or without being named."""
    menu = review.menu
    for call in menu.release.each(ServiceScreen):
        contract = review.contracts.get(call.handler)
        if contract is None or not contract.erases:
            continue
        for screen in menu.release.screens.values():
            for path, goto in ways_on(menu, screen):
                if goto == call.id:
                    yield from _loss(review, screen, path, call)


def _loss(review: Review, screen: Screen, path: Path, call: ServiceScreen) -> Iterator[Fault]:
    menu = review.menu
    if not isinstance(screen, ChoiceScreen) or len(screen.options) < 2:
        sentence = Sentence("What erases is asked about first, in a choice with a line to keep it.")
        yield menu.fault("M125", sentence, *path)
        return
    before = [
        each
        for each in menu.release.screens.values()
        if any(goto == screen.id for _, goto in ways_on(menu, each))
    ]
    starts = {service.start for service in menu.release.services.values()}
    if screen.id in starts or not any(isinstance(each, AskingScreen) for each in before):
        sentence = Sentence(
            "One key erases: let another question lead here, so that it is asked twice."
        )
        yield menu.key_fault("M125", sentence, screen.id, "choice")
    for language, glossary in menu.glossaries.items():
        template = screen.text.by_language.get(language)
        if glossary.losing and template and not _first_in(glossary.losing, template):
            sentence = Sentence(
                "The text does not say in language %(language)s that something is "
                "lost: use one of %(names)s.",
                language=language,
                names=", ".join(glossary.losing),
            )
            yield menu.fault("M125", sentence, screen.id, "text", language)
        for option in _leading_to(screen, call.id):
            label = option.label.by_language.get(language)
            if glossary.losing and label and not _first_in(glossary.losing, label):
                sentence = Sentence(
                    "The line does not say in language %(language)s that it erases: "
                    "use one of %(names)s.",
                    language=language,
                    names=", ".join(glossary.losing),
                )
                where = option_path(screen, option.key, "label", language)
                yield menu.fault("M125", sentence, *where)


def _leading_to(screen: ChoiceScreen, goto: str) -> list[Option]:
    return [option for option in screen.options.values() if option.goto == goto]


def _begins_with_a_verb(glossary: Glossary, template: Template) -> bool:
    if not glossary.verbs:
        return True
    for reading in _readings(template):
        words = reading.replace(",", " ").replace("፣", " ").split()
        said = words[-1:] if glossary.verb_last else words[:1]
        if not found_in(glossary.verbs, " ".join(said)):
            return False
    return True


def _first_in(words: Sequence[str], template: Template | None) -> str:
    """Returns the first of some words that a text holds, be it in one arm of a plural."""
    return next(filter(None, (found_in(words, each) for each in _readings(template))), "")


def _is_always_in(word: str, template: Template | None) -> bool:
    return all(found_in([word], each) for each in _readings(template))


def _readings(template: Template | None) -> Sequence[str]:
    """Returns what a text may say; a value is no word that a glossary has."""
    return template.readings(" ") if template else [""]

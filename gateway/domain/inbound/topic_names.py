"""Which topics of our SMS a few words name: by the topic, by its service, or by whose it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import dropwhile

from gateway.domain.commands.courtesy import MOST_WORDS, folded_words, without_courtesy
from gateway.domain.commands.service_keywords import in_either_number
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.consent import EVERYTHING, all_of, is_of_all
from gateway.domain.text.localised_text import LocalisedText

#: Letters of languages whose verbs come last: Ethiopic, Devanagari, Bengali.
_VERBS_LAST = re.compile(r"[\u1200-\u139f\u0900-\u09ff]")
#: So many words beside the name of a topic may be that of a place.
_MOST_BESIDE = 2


@dataclass(frozen=True, slots=True)
class NamedTopics:
    """The topics, and what they are called together; `title` is None where no menu says it."""

    topics: tuple[str, ...]
    title: LocalisedText | None

    def called(self, language: str) -> str:
        """Returns the name in a language; a topic that no menu names is called as it is known."""
        return self.topics[0] if self.title is None else "".join(self.title[language].pieces[::2])


def topics_behind(
    release: Release,
    openings: frozenset[str],
    text: str,
    among: Iterable[str],
    writers: Collection[str] | None = None,
) -> NamedTopics | None:
    """Returns those topics of some that a text names behind a word such as STOP; None for others.

    Nothing else may be said: of `STOP warnings about floods` nobody knows how much is meant. With
    `writers`, the institutions that have written to who says it, an institution is named whole:
    what it writes about later is among the topics.
    """
    said = _said(release, openings, text)
    return _named(release, said, sorted(among), writers) if said else None


def topic_among(
    release: Release, openings: frozenset[str], text: str, among: Iterable[str]
) -> str | None:
    """Returns the one of some topics that a text names in the same way, beside a word or two.

    Such is `STOP warnings Sorindo`, of somebody who gets the warnings of another place.
    """
    said, topics = _said(release, openings, text), sorted(among)
    for over in range(1, min(_MOST_BESIDE, len(said) - 1) + 1):
        for part in (said[:-over], said[over:]):
            wanted = _wanted(release, part)
            for topic in topics:
                if not is_of_all(topic) and any(_is_topic(release, topic, each) for each in wanted):
                    return topic
    return None


def places_behind(
    release: Release, openings: frozenset[str], text: str, among: Iterable[tuple[str, str]]
) -> Sequence[tuple[str, str]]:
    """Returns those places of some, each behind its topic, that a text names in the same way.

    `STOP warnings Mbale` names one of a topic, `STOP Mbale` all that bear that name.
    """
    wanted = _wanted(release, _said(release, openings, text))
    return [
        (topic, place)
        for topic, place in among
        if any(_is_place(release, topic, fold(place), word) for word in wanted)
    ]


def title_of(release: Release, topic: str) -> LocalisedText | None:
    """Returns what a topic is called; None where no menu names it."""
    service = release.services.get(topic)
    return release.topics.get(topic) if service is None else service.title


def _said(release: Release, openings: frozenset[str], text: str) -> Sequence[str]:
    words = folded_words(text.split(maxsplit=MOST_WORDS)) or ()
    return _behind(without_courtesy(release.reserved, words), openings)


def _behind(words: Sequence[str], openings: frozenset[str]) -> Sequence[str]:
    """Returns what is said behind a word such as STOP, or before it where verbs come last."""
    first, last = (words[0], words[-1]) if words else ("", "")
    if first in openings:
        return words[1:]
    return words[:-1] if last in openings and _VERBS_LAST.search(last) else ()


def _named(
    release: Release, said: Sequence[str], topics: Sequence[str], writers: Collection[str] | None
) -> NamedTopics | None:
    bare, wanted = _bare(release, said), _wanted(release, said)
    for topic in topics:
        if is_of_all(topic):
            continue
        is_name = partial(_is_topic, release, topic)
        if any(map(is_name, wanted)) or (bare and all(map(is_name, bare))):
            return NamedTopics((topic,), title_of(release, topic))
    for name, title in release.institutions.items():
        theirs = [topic for topic in topics if institution_of(release, topic) == name]
        has_to_do = bool(theirs) or (writers is not None and name in writers)
        if has_to_do and not wanted.isdisjoint(_names(name, title)):
            whole = () if writers is None else (all_of(name),)
            return NamedTopics((*theirs, *whole), title)
    return None


def _bare(release: Release, said: Sequence[str]) -> Sequence[str]:
    """Returns the words without those that stand beside a name and say nothing of it."""
    return [word for word in said if word not in _around(release)]


def _wanted(release: Release, said: Sequence[str]) -> set[str]:
    """Returns what may be the name: all that is said, without what leads to it, or bare of both."""
    led = dropwhile(_around(release).__contains__, said)
    return {"".join(said), "".join(led), "".join(_bare(release, said))} - {""}


def _around(release: Release) -> Collection[str]:
    return release.reserved.our_sms | release.reserved.beside


def _is_topic(release: Release, topic: str, word: str) -> bool:
    titles = (title_of(release, topic), release.topics.get(topic))
    names = {name for title in titles for name in _names(topic, title)}
    names = {form for name in names for form in in_either_number(name)}
    return any(
        form in names or release.keywords.get(form, ("", ""))[0] == topic
        for form in in_either_number(word)
    )


def _is_place(release: Release, topic: str, place: str, word: str) -> bool:
    """Returns whether a word is the name of a place, alone or beside that of its topic."""
    if not place or place not in word:
        return False
    beside = {word.removeprefix(place), word.removesuffix(place)} - {word}
    return any(not rest or _is_topic(release, topic, rest) for rest in beside)


def institution_of(release: Release, topic: str) -> str:
    """Returns whose a topic is; nothing, which is the deployment's own, where no menu says it."""
    return topic.removeprefix(EVERYTHING) if is_of_all(topic) else release.institution_of(topic)


def _names(name: str, title: LocalisedText | None) -> Iterator[str]:
    yield fold(name)
    for template in title.by_language.values() if title else ():
        yield fold("".join(template.pieces[::2]))

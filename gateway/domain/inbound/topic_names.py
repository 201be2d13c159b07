"""Which topics of our SMS a few words name: by the topic, by its service, or by whose it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from gateway.domain.commands.courtesy import MOST_WORDS, folded_words, without_courtesy
from gateway.domain.commands.service_keywords import in_either_number
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.consent import EVERYTHING, all_of, is_of_all
from gateway.domain.text.localised_text import LocalisedText

#: Letters of languages whose verbs come last: Ethiopic, Devanagari, Bengali.
_VERBS_LAST = re.compile(r"[\u1200-\u139f\u0900-\u09ff]")


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
    words = folded_words(text.split(maxsplit=MOST_WORDS)) or ()
    said = _behind(without_courtesy(release.reserved, words), openings)
    return _named(release, said, sorted(among), writers) if said else None


def _behind(words: Sequence[str], openings: frozenset[str]) -> Sequence[str]:
    """Returns what is said behind a word such as STOP, or before it where verbs come last."""
    first, last = (words[0], words[-1]) if words else ("", "")
    if first in openings:
        return words[1:]
    return words[:-1] if last in openings and _VERBS_LAST.search(last) else ()


def _named(
    release: Release, said: Sequence[str], topics: Sequence[str], writers: Collection[str] | None
) -> NamedTopics | None:
    around = release.reserved.our_sms | release.reserved.beside
    bare = [word for word in said if word not in around]
    wanted = {"".join(said), "".join(dropwhile(around.__contains__, said)), "".join(bare)} - {""}
    for topic in topics:
        if is_of_all(topic):
            continue
        service = release.services.get(topic)
        also = release.topics.get(topic)
        title = also if service is None else service.title
        called = (*_names(topic, title), *_names(topic, also))
        names = {form for name in called for form in in_either_number(name)}

        def is_name(word: str, topic: str = topic, names: Collection[str] = names) -> bool:
            return any(
                form in names or release.keywords.get(form, ("", ""))[0] == topic
                for form in in_either_number(word)
            )

        if any(map(is_name, wanted)) or (bare and all(map(is_name, bare))):
            return NamedTopics((topic,), title)
    for name, title in release.institutions.items():
        theirs = [topic for topic in topics if institution_of(release, topic) == name]
        has_to_do = bool(theirs) or (writers is not None and name in writers)
        if has_to_do and not wanted.isdisjoint(_names(name, title)):
            whole = () if writers is None else (all_of(name),)
            return NamedTopics((*theirs, *whole), title)
    return None


def institution_of(release: Release, topic: str) -> str:
    """Returns whose a topic is; nothing, which is the deployment's own, where no menu says it."""
    return topic.removeprefix(EVERYTHING) if is_of_all(topic) else release.institution_of(topic)


def _names(name: str, title: LocalisedText | None) -> Iterator[str]:
    yield fold(name)
    for template in title.by_language.values() if title else ():
        yield fold("".join(template.pieces[::2]))

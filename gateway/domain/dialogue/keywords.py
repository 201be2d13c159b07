"""What an SMS begins with: a reserved word, a service's keyword, or neither.

People glue words together, put spaces and signs between letters, write the digits of their script,
and misspell. What can only mean one thing is read as that; what is likely is marked as a guess.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from gateway.domain.dialogue.courtesy import (
    MOST_WORDS,
    asks_for_no_more,
    folded_words,
    is_courtesy,
    without_courtesy,
)
from gateway.domain.menu.release import Release, ReservedWords
from gateway.domain.reading.folding import fold
from gateway.domain.text.misspellings import Meaning, Vocabulary, nearest, vocabulary
from gateway.domain.text.numerals import ascii_digits
from gateway.domain.text.syllables import spelt

#: A keyword glued to a word needs this many letters, and the word that many: REPORTwater. They are
#: counted as words are spelt: a syllable as two.
_GLUED_KEYWORD, _GLUED_WORD = 5, 3
#: A word of so many letters has no plural of a keyword: AS, CAS.
_SHORTEST_PLURAL = 4
#: So many characters of the first word are looked at for a keyword: three times the longest one,
#: for accents and signs between its letters. Whatever is longer costs no more to read.
LONGEST_OPENING = 60
#: Signs that stand for a space, as in RESULT*10231456*2025.
_SIGNS = re.compile(r"[*#,;:/|+=<>()፡።፣፤፥፦،؛]+")


class Opening(enum.StrEnum):
    """What the first word of an SMS is.

    `LEAVE` is the wish for no more SMS in other words than STOP: it is asked about.
    """

    STOP = "stop"
    LEAVE = "leave"
    START = "start"
    HELP = "help"
    MENU = "menu"
    SERVICE = "service"
    UNKNOWN = "unknown"


#: What a word may be reserved for in any text.
_RESERVED = (Opening.STOP, Opening.START, Opening.HELP, Opening.MENU)


@dataclass(frozen=True, slots=True)
class Read:
    """An SMS as far as its first word tells; `words` are those that follow it.

    `meant` is set when the word was guessed: the keyword as the menu has it. `keyword` is that
    which opens a service, folded; a line of its first screen may be called so.
    """

    opening: Opening
    service: str = ""
    language: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)
    meant: str = ""
    keyword: str = field(default="", compare=False)


def read(release: Release, text: str, language: str = "") -> Read:
    """Returns what an SMS asks for. STOP and START count only alone, or with mere courtesy.

    `language` is the subscriber's, for a guess that several languages share.
    """
    words = tuple(text.split())
    for first, rest in _readings(words):
        found = None if len(first) > LONGEST_OPENING else _exact(release, fold(first), rest)
        if found is not None:
            return found
    return (
        _shortcut(release, words)
        or _courteous(release, words, language)
        or _guess(release, words, language)
        or Read(Opening.UNKNOWN)
    )


def says_yes(release: Release, text: str) -> bool:
    """Returns whether a text is nothing but a word of the deployment for yes, and courtesy."""
    return _says(release.reserved, release.reserved.yes, text)


def says_no(release: Release, text: str) -> bool:
    """Returns whether a text is nothing but a word of the deployment for no, and courtesy."""
    return _says(release.reserved, release.reserved.no, text)


def bare_number(text: str) -> str:
    """Returns the digits of a text that is nothing but a number, such as `2.`; else nothing.

    >>> bare_number(" (٢) "), bare_number("2 bags")
    ('2', '')
    """
    folded = fold(ascii_digits(text))
    return folded if folded.isascii() and folded.isdigit() else ""


def _readings(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields the first word and the rest, as written, and with spaces put in where they lack."""
    if not words:
        return
    first, rest = words[0], words[1:]
    yield first, rest
    if len(words) <= LONGEST_OPENING and all(_is_letter(word) for word in words):
        yield "".join(words), ()  # S T O P
    parts = tuple(part for part in _SIGNS.split(first) if part)
    head = parts[0] if parts else first
    if len(parts) > 1:
        rest = (*parts[1:], *rest)
        yield head, rest
    at = _seam(head[: LONGEST_OPENING + 1])  # what is longer is no keyword
    if at:
        yield head[:at], (head[at:], *rest)


def _is_letter(word: str) -> bool:
    return len(word) <= LONGEST_OPENING and len(fold(word)) == 1


def _seam(word: str) -> int:
    """Returns where a number, or another script, begins within a word; 0 when neither does."""
    for place, char in enumerate(word):
        if unicodedata.numeric(char, -1) >= 0:
            return place
        if place and not (char.isascii() and word[place - 1].isascii()):
            before, after = _script(word[place - 1]), _script(char)
            if before and after and before != after:
                return place
    return 0


def _script(char: str) -> str:
    """Returns the script of a letter; an empty text for any other character."""
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


def _exact(release: Release, first: str, rest: tuple[str, ...]) -> Read | None:
    opening = _reserved_as(release.reserved, first)
    if opening is not None:
        language = release.reserved.languages.get(first, "")
        if _is_courtesy(release.reserved, rest):
            return Read(opening, language=language)
        if opening is Opening.HELP and fold(first + rest[0]) not in release.keywords:
            return Read(opening, language=language, words=rest)
        return None
    forms = in_either_number(first)
    found = next((release.keywords[form] for form in forms if form in release.keywords), None)
    if found is not None:
        service, language = found
        return Read(Opening.SERVICE, service, language, rest, keyword=first)
    return None


def _reserved_as(reserved: ReservedWords, word: str) -> Opening | None:
    """Returns what a folded word is reserved for."""
    for opening in _RESERVED:
        if word in getattr(reserved, opening.value):
            return opening
    return None


def _says(reserved: ReservedWords, answers: Set[str], text: str) -> bool:
    if fold(text) in answers:
        return True
    said = folded_words(text.split(maxsplit=MOST_WORDS)) or ()
    return "".join(word for word in said if word not in reserved.courtesy) in answers


def _is_courtesy(reserved: ReservedWords, words: Sequence[str]) -> bool:
    folded = folded_words(words)
    return folded is not None and is_courtesy(reserved, folded)


def _courteous(release: Release, words: tuple[str, ...], language: str) -> Read | None:
    """Returns what a text asks for behind courtesy, and a wish for no more SMS in other words."""
    reserved = release.reserved
    for place, word in enumerate(words[:MOST_WORDS]):
        folded = fold(word[:LONGEST_OPENING])
        if folded in reserved.help:
            rest = () if _is_courtesy(reserved, words[place + 1 :]) else words[place + 1 :]
            return Read(Opening.HELP, "", reserved.languages.get(folded, ""), rest)
        if folded and folded not in reserved.courtesy | reserved.menu:
            break
    every = folded_words(words)
    if every is None:
        return None
    said = without_courtesy(reserved, every)
    opening = _reserved_as(reserved, "".join(said))
    if opening is not None:
        return Read(opening, language=reserved.languages.get("".join(said), ""))
    if not asks_for_no_more(reserved, every):
        return None
    theirs = [reserved.languages.get(word, "") for word in said]
    spoken = next(filter(None, theirs), language)
    stop = min(reserved.stop, key=lambda word: (reserved.languages.get(word, "") != spoken, word))
    return Read(Opening.LEAVE, language=spoken, meant=stop.upper())


def singular(word: str) -> str:
    """Returns a folded word without the s of a plural; short words have none."""
    return word[:-1] if len(word) > _SHORTEST_PLURAL and word.endswith("s") else word


def in_either_number(word: str) -> tuple[str, ...]:
    """Returns a folded word as it is, without the s of a plural, and with it.

    >>> in_either_number("alerte"), in_either_number("cas")
    (('alerte', 'alerte', 'alertes'), ('cas', 'cas', 'cas'))
    """
    plural = f"{word}s" if len(word) > _SHORTEST_PLURAL else word
    return word, singular(word), plural


def _shortcut(release: Release, words: tuple[str, ...]) -> Read | None:
    """Returns the service whose shortcut comes first; signs behind it part answers, as a star does.

    A date that begins with the same digits is read so, too: nobody opens a dialogue with a date.
    """
    if not words:
        return None
    parts = tuple(part for part in _SIGNS.split(words[0]) if part) or words[:1]
    number = bare_number(parts[0]) if len(parts[0]) <= LONGEST_OPENING else ""
    if number not in release.shortcuts:
        return None
    return Read(Opening.SERVICE, release.shortcuts[number], "", (*parts[1:], *words[1:]))


def _guess(release: Release, words: tuple[str, ...], language: str) -> Read | None:
    """Returns what the first word is most likely to be."""
    if len(words) > 1 and len(words[0] + words[1]) <= LONGEST_OPENING:
        joined = _exact(release, fold(words[0] + words[1]), words[2:])
        if joined is not None and joined.opening is Opening.SERVICE:
            return replace(joined, meant=_written(release, fold(words[0] + words[1])))
    for first, rest in _readings(words):
        if len(first) > LONGEST_OPENING:
            continue
        meaning = nearest(_vocabulary(release), fold(first), language)
        if meaning is None or (rest and meaning.opening != Opening.SERVICE):
            continue
        if meaning.opening == Opening.STOP and fold(meaning.written).endswith(fold(first)):
            continue  # SUBSCRIBE is the opposite of UNSUBSCRIBE
        return Read(
            Opening(meaning.opening),
            meaning.service,
            meaning.language,
            rest,
            meaning.written,
            fold(meaning.written),
        )
    return _glued(release, words)


def _glued(release: Release, words: tuple[str, ...]) -> Read | None:
    """Returns the longest keyword that the first word begins with, if a word is left of it."""
    first = words[0] if words else ""
    for end in range(min(len(first) - 1, LONGEST_OPENING), 0, -1):
        folded = fold(first[:end])
        if folded not in release.keywords or len(spelt(folded)) < _GLUED_KEYWORD:
            continue
        if len(spelt(fold(first[end : end + LONGEST_OPENING]))) >= _GLUED_WORD:
            service, language = release.keywords[folded]
            rest = (first[end:], *words[1:])
            meant = _written(release, folded)
            return Read(Opening.SERVICE, service, language, rest, meant, folded)
    return None


def _written(release: Release, folded: str) -> str:
    """Returns a keyword as the menu has it."""
    service, language = release.keywords[folded]
    known = release.services[service].keywords.get(language, ())
    return next((word for word in known if fold(word) == folded), folded.upper())


#: The releases served of late with their words: those that are being left, and the current one.
_compiled: tuple[tuple[Release, Vocabulary], ...] = ()


def _vocabulary(release: Release) -> Vocabulary:
    """Returns the words of a release, compiled once."""
    global _compiled  # replaced whole, so that threads need no lock
    for known, words in _compiled:
        if known is release:
            return words
    words = vocabulary(_meanings(release))
    _compiled = ((release, words), *_compiled[:3])
    return words


def _meanings(release: Release) -> Iterator[tuple[str, Meaning]]:
    for opening in _RESERVED:
        for word in sorted(getattr(release.reserved, opening.value)):
            language = release.reserved.languages.get(word, "")
            yield word, Meaning(opening.value, "", language, word.upper())
    for word, (service, language) in release.keywords.items():
        yield word, Meaning(Opening.SERVICE.value, service, language, _written(release, word))

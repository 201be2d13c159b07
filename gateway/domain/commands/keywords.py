"""What an SMS begins with: a reserved word, a service's keyword, or neither.

People glue words together, put spaces and signs between letters, write the digits of their script,
and misspell. What can only mean one thing is read as that; what is likely is marked as a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from gateway.domain.commands.courtesy import (
    MOST_WORDS,
    asks_for_no_more,
    folded_words,
    is_courtesy,
    without_courtesy,
)
from gateway.domain.commands.first_words import LONGEST_OPENING, SIGNS, readings
from gateway.domain.commands.keyword_guesses import guess
from gateway.domain.commands.labels import labelled
from gateway.domain.commands.openings import RESERVED, Opening, Read
from gateway.domain.commands.service_keywords import named
from gateway.domain.menu.release import Release, ReservedWords
from gateway.domain.reading.folding import fold
from gateway.domain.text.numerals import ascii_digits

#: What phones and apps put before a text that is answered or passed on; French ones, too.
_PASSED_ON = re.compile(r"(?:\s*(?:re|fwd?|tr)\s*:\s*)+", re.IGNORECASE)


def read(release: Release, text: str, language: str = "", texted: str = "") -> Read:
    """Returns what an SMS asks for. STOP and START count only alone, or with mere courtesy.

    `language` is the subscriber's, for a guess that several languages share; `texted` is the number
    that was texted: `STOP 20880` says no more than STOP.
    """
    passed_on = _PASSED_ON.match(text)
    words = tuple(text[passed_on.end() if passed_on else 0 :].split())
    by_label = labelled(release, words)
    if by_label is not None:
        return by_label
    for first, rest in readings(words):
        found = None if len(first) > LONGEST_OPENING else _exact(release, fold(first), rest)
        if found is not None:
            return found
    return (
        _shortcut(release, words)
        or _courteous(release, words, language)
        or _to_our_number(release, words, language, texted)
        or _above_a_signature(release, text, language)
        or guess(release, words, language)
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


def _exact(release: Release, first: str, rest: tuple[str, ...]) -> Read | None:
    opening = _reserved_as(release.reserved, first)
    if opening is not None:
        language = release.reserved.languages.get(first, "")
        if _is_courtesy(release.reserved, rest):
            return Read(opening, language=language)
        if opening is Opening.HELP and fold(first + rest[0]) not in release.keywords:
            return Read(opening, language=language, words=rest)
        return None
    return named(release, first, rest)


def _reserved_as(reserved: ReservedWords, word: str) -> Opening | None:
    """Returns what a folded word is reserved for."""
    for opening in RESERVED:
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
    meant = {_reserved_as(reserved, word) for word in said}
    if len(meant) == 1 and (again := meant.pop()):  # "stop stop" is said louder, and no less meant
        return Read(again, language=reserved.languages.get(said[0], ""))
    if not asks_for_no_more(reserved, every):
        return None
    theirs = [reserved.languages.get(word, "") for word in said]
    return _asked(reserved, next(filter(None, theirs), language))


def _asked(reserved: ReservedWords, spoken: str) -> Read:
    """Returns the wish for no more SMS that is asked about in a language."""
    stop = min(reserved.stop, key=lambda word: (reserved.languages.get(word, "") != spoken, word))
    return Read(Opening.LEAVE, language=spoken, meant=stop.upper())


def _above_a_signature(release: Release, text: str, language: str) -> Read | None:
    """Returns the wish of who texts STOP on a line of its own, above a name or a signature.

    Phones put one below each text. What stands there may be meant as well, so it is asked.
    """
    first, *others = [line for line in text.splitlines() if line.strip()] or [""]
    if not others or len(first) > LONGEST_OPENING:
        return None
    wanted = read(release, first, language)
    if wanted.opening is not Opening.STOP or wanted.meant:
        return None
    return _asked(release.reserved, wanted.language or language)


def _to_our_number(
    release: Release, words: tuple[str, ...], language: str, texted: str
) -> Read | None:
    """Returns the wish for no more SMS that names the number texted, as networks have people write.

    Of a service the same digits are an answer: a year, or an amount.
    """
    number = bare_number(texted)
    if not number or len(words) > MOST_WORDS or max(map(len, words), default=0) > LONGEST_OPENING:
        return None
    said, found = re.subn(rf"(?<!\d){number}(?!\d)", " ", ascii_digits(" ".join(words)))
    wanted = read(release, said, language) if found else Read(Opening.UNKNOWN)
    wishes = wanted.opening in (Opening.STOP, Opening.LEAVE)
    return replace(wanted, words=(number,)) if wishes else None


def _shortcut(release: Release, words: tuple[str, ...]) -> Read | None:
    """Returns the service whose shortcut comes first; signs behind it part answers, as a star does.

    A date that begins with the same digits is read so, too: nobody opens a dialogue with a date.
    """
    if not words:
        return None
    parts = tuple(part for part in SIGNS.split(words[0]) if part) or words[:1]
    number = bare_number(parts[0]) if len(parts[0]) <= LONGEST_OPENING else ""
    if number not in release.shortcuts:
        return None
    return Read(Opening.SERVICE, release.shortcuts[number], "", (*parts[1:], *words[1:]))

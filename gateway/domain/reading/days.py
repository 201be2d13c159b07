"""Words for days: yesterday, and what stands around a date, such as "Monday, the 3rd of May"."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from gateway.domain.reading.lines import words_of
from gateway.domain.reading.small_words import SMALL_WORDS
from gateway.domain.text.homophones import said_alike
from gateway.domain.text.value_formats import locale_of

#: Days before today, as people call them, folded.
_AGO: Mapping[str, int] = {
    **dict.fromkeys(("today", "leo", "aujourdhui", "ዛሬ"), 0),
    **dict.fromkeys(("yesterday", "jana", "hier", "ትናንት", "ትላንት", "ትናንትና", "ትላንትና"), 1),
    **dict.fromkeys(("juzi", "avanthier"), 2),
}
#: In two words or more, they say another day than the last of them does.
_AGO_IN_WORDS: Mapping[tuple[str, ...], int] = {
    ("last", "night"): 1, ("jana", "usiku"): 1, ("usiku", "jana"): 1, ("hier", "soir"): 1,
    ("before", "yesterday"): 2, ("day", "before", "yesterday"): 2, ("avant", "hier"): 2,
    ("ከትናንት", "ወዲያ"): 2, ("ከትናንትና", "ወዲያ"): 2, ("ከትላንት", "ወዲያ"): 2,
}  # fmt: skip
_LONGEST = 5
#: They say nothing more in a date than its numbers and its month do.
_AROUND = """
    of the on in at it was is born date dated day month year since le la du de ne nee date jour mois
    annee an en tarehe siku mwezi mwaka ya wa alizaliwa nilizaliwa mnamo ቀን ወር ዓመት አመት ዓም ተወለደ
    ተወለደች ተወለድኩ በ e.c ec
"""


def days_ago(typed: str) -> int | None:
    """Returns how many days before today a text says; None where it says no such day.

    >>> days_ago("it was yesterday"), days_ago("day before yesterday"), days_ago("one day")
    (1, 2, None)
    """
    words = words_of(typed) if len(typed) <= 60 else []
    said = tuple(word for word in words if word in _AGO or word not in _SAYING_NOTHING)
    if said in _AGO_IN_WORDS:
        return _AGO_IN_WORDS[said]
    whole = tuple(words)
    if whole in _AGO_IN_WORDS:
        return _AGO_IN_WORDS[whole]
    return _AGO.get(said[0]) if len(said) == 1 and len(words) <= _LONGEST else None


@lru_cache(maxsize=64)
def words_around(language: str) -> frozenset[str]:
    """Returns what says no part of a date in a language: weekdays, "of", "tarehe", "le"."""
    return _AROUND_A_DATE | _weekdays("en") | (_weekdays(language) if language else frozenset())


def plain_letters(word: str) -> str:
    """Returns a word without capitals, accents and a dot, and with one letter for each sound."""
    letters = unicodedata.normalize("NFKD", word.casefold().strip("."))
    return said_alike("".join(char for char in letters if not unicodedata.combining(char)))


def _weekdays(language: str) -> frozenset[str]:
    days = locale_of(language).days["format"]
    return frozenset(
        plain_letters(name) for width in ("abbreviated", "wide") for name in days[width].values()
    )


_AROUND_A_DATE = frozenset(map(plain_letters, _AROUND.split()))
_SAYING_NOTHING = (SMALL_WORDS | _AROUND_A_DATE) - {"before", "day"}

"""Times that are typed by the clock that begins at six: saa saba mchana, ከቀኑ 7:05.

The hour alone says nothing: of two hours of the day the part of the day tells one. Where none is
written, the time is refused and asked for with it, rather than guessed six or twelve hours off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gateway.domain.reading.folding import fold
from gateway.domain.text.numerals import ascii_digits

#: A time that is taken, for the sentence that asks for one.
EXAMPLES: Mapping[str, str] = {"sw": "saa 8:30 mchana", "am": "ከቀኑ 8:30"}

#: The part of the day to its hours from 0 to 23, as people use the words: wider than what is shown.
_PARTS: Mapping[str, Mapping[str, range]] = {
    "sw": {
        "alfajiri": range(3, 7),
        "asubuhi": range(4, 12),
        "mchana": range(11, 17),
        "alasiri": range(14, 18),
        "jioni": range(15, 21),
        "usiku": range(18, 30),
    },
    "am": {
        "ጠዋት ጠዋቱ ከጠዋቱ ጥዋት ጥዋቱ ከጥዋቱ በጠዋት ረፋድ ረፋዱ ከረፋዱ": range(6, 12),
        "ቀን ቀኑ ከቀኑ በቀን ከሰዓት ከሰአት ከሰዓትበኋላ": range(11, 18),
        "ምሽት ምሽቱ ከምሽቱ ማታ ማታው ከማታው በማታ": range(17, 25),
        "ሌሊት ሌሊቱ ከሌሊቱ በሌሊት ንጋት ንጋቱ ከንጋቱ": range(23, 31),
    },
}
_NUMBERS: Mapping[str, str] = {
    "sw": "moja mbili tatu nne tano sita saba nane tisa kumi",
    "am": "አንድ ሁለት ሦስት አራት አምስት ስድስት ሰባት ስምንት ዘጠኝ አሥር",
}
#: Words of a time that say nothing by themselves.
_SMALL: Mapping[str, str] = {"sw": "saa ya wa tarehe dakika na manane", "am": "ሰዓት ሰአት ላይ በ ደቂቃ"}
#: Minutes in a word; a minus takes them from the hour.
_MINUTES: Mapping[str, Mapping[str, int]] = {
    "sw": {"nusu": 30, "robo": 15},
    "am": {"ተኩል": 30, "ሩብ": 15, "ከሩብ": 15, "ሩብጉዳይ": -15},
}
_LESS, _OF_MINUTES = "kasoro", "dakika"
_MOST_WORDS, _LONGEST = 9, 60
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]([0-5][0-9]))?")
_HOURS, _MINUTES_OF_HOUR = 12, 60


def time_from_six(typed: str, language: str) -> tuple[int, int] | None:
    """Returns the hour from 0 to 23 and the minute; None for what is no time of this clock.

    >>> time_from_six("saa 7:05 mchana", "sw"), time_from_six("ጠዋት ሁለት ሰዓት ተኩል", "am")
    ((13, 5), (8, 30))
    >>> time_from_six("7:05", "sw") is None
    True
    """
    base = language.partition("-")[0]
    words = ascii_digits(typed[:_LONGEST]).replace("：", ":").split()
    if base not in _PARTS or len(typed) > _LONGEST or len(words) > _MOST_WORDS:
        return None
    hours, rest = _part_of_day(base, words)
    if hours is None:
        return None
    found = _hour_and_minute(base, rest)
    if found is None:
        return None
    hour, minute = found
    # What is said as the seventh hour is 1 or 13 on other clocks; with "kasoro robo", before it.
    of_clock = [each * _MINUTES_OF_HOUR + minute for each in _both_halves(hour)]
    day = 2 * _HOURS * _MINUTES_OF_HOUR
    fits = {
        each % day
        for each in of_clock
        if each // _MINUTES_OF_HOUR % 24 in hours or each // _MINUTES_OF_HOUR % 24 + 24 in hours
    }
    return divmod(fits.pop(), _MINUTES_OF_HOUR) if len(fits) == 1 else None


def _both_halves(hour: int) -> tuple[int, int]:
    first = (hour + 6) % _HOURS
    return first, first + _HOURS


def _part_of_day(language: str, words: Sequence[str]) -> tuple[range | None, list[str]]:
    """Returns the hours of the part of the day that is named once, and the words beside it."""
    named, rest = [], []
    at = 0
    while at < len(words):
        pair = fold("".join(words[at : at + 2]))
        for run, taken in ((pair, 2), (fold(words[at]), 1)):
            hours = _FOLDED[language].get(run)
            if hours is not None and not (taken == 2 and at + 1 >= len(words)):
                named.append(hours)
                at += taken
                break
        else:
            rest.append(words[at])
            at += 1
    return (named[0] if len(named) == 1 else None), rest


def _hour_and_minute(language: str, words: Sequence[str]) -> tuple[int, int] | None:
    """Returns the hour from 1 to 12 and the minutes, which may be taken from it."""
    less, minute, of_minutes = False, 0, False
    hours: list[int] = []
    figures: list[str] = []  # as each of the hours was written; empty where it was a word
    minutes: list[int] = []
    for word in words:
        clock, folded = _CLOCK.fullmatch(word), fold(word)
        behind = word[:1] == "ከ" and word[1:].isdecimal()  # ከ5 ደቂቃ
        number = int(word[1:]) if behind else _NUMBER_WORDS[language].get(folded)
        if clock is not None:
            number, minute = int(clock[1]), minute + int(clock[2] or 0)
        if number is not None and (of_minutes or behind):
            minutes.append(number)
        elif number is not None:
            hours.append(number)
            figures.append(word if clock is not None else "")
        elif folded in _MINUTE_WORDS[language]:
            minute += _MINUTE_WORDS[language][folded] * (-1 if less else 1)
        elif folded in _SMALL_WORDS[language]:
            of_minutes = of_minutes or folded == _OF_MINUTES
        elif folded == _LESS:
            less = True
        else:
            return None
    if len(hours) == 2:
        has_minutes = bool(minute or minutes)
        in_words = hours[0] == 10 and hours[1] in (1, 2) and figures == ["", ""]
        if in_words and (has_minutes or not less):
            hours = [sum(hours)]  # ten and two are twelve
        elif has_minutes or not (hours[1] > 2 or len(figures[1]) == 2 or less):
            return None  # "one, two" may be either of them
        else:
            hours, minutes = hours[:1], hours[1:]  # 7 05
    hour, told = sum(hours), sum(minutes)
    if not 1 <= hour <= _HOURS or told >= _MINUTES_OF_HOUR or len(hours) > 1:
        return None
    return hour, minute + (-told if less else told)


def _folded(named: Mapping[str, range]) -> Mapping[str, range]:
    return {fold(word): hours for words, hours in named.items() for word in words.split()}


_FOLDED = {language: _folded(named) for language, named in _PARTS.items()}
_NUMBER_WORDS = {
    language: {fold(word): number for number, word in enumerate(words.split(), start=1)}
    for language, words in _NUMBERS.items()
}
_NUMBER_WORDS["am"][fold("አሥራ")] = 10
_SMALL_WORDS = {
    language: {fold(word) for word in words.split()} for language, words in _SMALL.items()
}
_MINUTE_WORDS = {
    language: {fold(word): minutes for word, minutes in words.items()}
    for language, words in _MINUTES.items()
}

"""What stands around a word and changes nothing, and sentences that ask for no more SMS.

Words come folded (keywords.py) and in their order; a sign alone folds to nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.domain.menu.release import ReservedWords

#: A longer text is a sentence about something: its words are not looked at one by one.
MOST_WORDS = 12
#: A word for STOP that was cut short, such as UNSUB, needs as many letters.
_SHORTENED = 5


def is_courtesy(reserved: ReservedWords, words: Sequence[str]) -> bool:
    """Returns whether there are few words, or none, and all of them are mere courtesy."""
    return len(words) <= MOST_WORDS and reserved.courtesy.issuperset(words)


def without_courtesy(reserved: ReservedWords, words: Sequence[str]) -> list[str]:
    """Returns the words that are neither mere courtesy nor a greeting, as before a wish."""
    return [word for word in words if word not in reserved.courtesy | reserved.menu]


def asks_for_no_more(reserved: ReservedWords, words: Sequence[str]) -> bool:
    """Returns whether a short text says nothing but that our SMS shall end, in its own words.

    Such are "stop sending me messages", "remove me" and "unsub". One word beside these, as in "stop
    the corruption", makes it a sentence about something else.
    """
    said = without_courtesy(reserved, words)
    if not said or len(words) > MOST_WORDS or not reserved.stop:
        return False
    if len(said) == 1:
        return len(said[0]) >= _SHORTENED and any(
            each.startswith(said[0]) for each in reserved.stop
        )
    known = reserved.stop | reserved.leave | reserved.our_sms | reserved.beside
    if not known.issuperset(said):
        return False
    if not reserved.stop.isdisjoint(said):
        return True
    return not (reserved.leave.isdisjoint(said) or reserved.our_sms.isdisjoint(said))

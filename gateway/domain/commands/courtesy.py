"""What stands around a word and changes nothing, and sentences that ask for no more SMS.

Words come folded and in their order; a sign alone folds to nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.domain.menu.release import ReservedWords
from gateway.domain.reading.folding import fold

#: A text of more words, or of longer ones, is a sentence about something: they are not looked at.
MOST_WORDS, LONGEST_WORD = 12, 60
#: A word for STOP that was cut short, such as UNSUB, needs as many letters.
_SHORTENED = 5


def folded_words(words: Sequence[str]) -> list[str] | None:
    """Returns the words of a short text, folded and without mere signs; None for a longer text."""
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        return None
    return [folded for folded in map(fold, words) if folded]


def is_courtesy(reserved: ReservedWords, words: Sequence[str]) -> bool:
    """Returns whether all words are mere courtesy, if there are any."""
    return reserved.courtesy.issuperset(words)


def without_courtesy(reserved: ReservedWords, words: Sequence[str]) -> list[str]:
    """Returns the words that are neither mere courtesy nor a greeting, as before a wish."""
    return [word for word in words if word not in reserved.courtesy | reserved.menu]


def asks_for_no_more(reserved: ReservedWords, words: Sequence[str]) -> bool:
    """Returns whether the words of a short text say nothing but that our SMS shall end.

    Such are "stop sending me messages", "remove me" and "unsub", and a word that says it alone, as
    "niondoe" does: it stands among those for leaving and among those for our SMS. One word beside
    these, as in "stop the corruption", makes it a sentence about something else.
    """
    said = without_courtesy(reserved, words)
    if not said or not reserved.stop:
        return False
    if len(said) == 1:
        (word,) = said
        is_cut = any(each.startswith(word) for each in reserved.stop)
        return (is_cut and len(word) >= _SHORTENED) or word in reserved.leave & reserved.our_sms
    known = reserved.stop | reserved.leave | reserved.our_sms | reserved.beside
    if not known.issuperset(said):
        return False
    if not reserved.stop.isdisjoint(said):
        return True
    return not (reserved.leave.isdisjoint(said) or reserved.our_sms.isdisjoint(said))

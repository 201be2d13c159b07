"""Proposals for a name that is not known: "Did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.domain.faults_and_errors.sentence import Sentence

#: Of 100. Below this a proposal is more often a riddle than a help: `next`/`nxet` scores 75.
_ALIKE = 60


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns a sentence with the most similar known name, led by a space; or an empty text.

    >>> did_you_mean("nxet", ["text", "next"])
    " Did you mean 'next'?"
    >>> did_you_mean("zebra", ["text", "next"])
    ''
    """
    found = closest(word, known)
    return Sentence(" Did you mean '%(name)s'?", name=found) if found else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Returns the known name that was most likely meant; an empty text where none is alike.

    >>> closest("nxet", ["text", "next"])
    'next'
    """
    # Imported here: only a fault needs it, and a clean check should start at once.
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    found = process.extractOne(
        word, sorted(set(known)), scorer=DamerauLevenshtein.normalized_similarity
    )
    if found is None or found[1] * 100 < _ALIKE:
        return ""
    return str(found[0])

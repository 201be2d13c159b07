"""A sentence that keeps its values apart, so that a page says it in its reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Sentence(str):
    """A text like any other, made of an English sentence and the values that stand in it.

    Whoever refuses something says why by it: `Refused(Sentence("No case %(id)s.", id=reference))`.
    Commands print it as it is. The console looks the sentence up in its translations, and fills the
    values in afterwards; a value may be a `Sentence` itself, or a day, which is written as readers
    of the language write days. A sentence with values has no other per cent signs.

    >>> told = Sentence("There is no %(what)s %(name)s.", what=Sentence("draft"), name="maji")
    >>> told
    'There is no draft maji.'
    >>> told.sentence, told.values["name"]
    ('There is no %(what)s %(name)s.', 'maji')
    """

    __slots__ = ("sentence", "values")

    sentence: str
    values: Mapping[str, object]

    def __new__(cls, sentence: str, /, **values: object) -> Sentence:
        """Returns the sentence with its values in it."""
        said = super().__new__(cls, sentence % values if values else sentence)
        said.sentence, said.values = sentence, values
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        """Lets it pass from process to process, as what it was made of."""
        return _again, (self.sentence, dict(self.values))


def _again(sentence: str, values: dict[str, object]) -> Sentence:
    return Sentence(sentence, **values)

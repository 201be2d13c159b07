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

    What to do next is another thing for who types commands and for who reads a page: `by_command`
    follows where it is printed, `on_page` where a page says it, and neither stands in the other's.

    >>> told = Sentence("There is no %(what)s %(name)s.", what=Sentence("draft"), name="maji")
    >>> told
    'There is no draft maji.'
    >>> told.sentence, told.values["name"]
    ('There is no %(what)s %(name)s.', 'maji')
    >>> Sentence("No case %(id)s.", id=7, by_command="See: gateway cases list")
    'No case 7. See: gateway cases list'
    """

    __slots__ = ("by_command", "on_page", "sentence", "values")

    sentence: str
    values: Mapping[str, object]
    by_command: str
    on_page: Sentence | None

    def __new__(
        cls,
        sentence: str,
        /,
        *,
        by_command: str = "",
        on_page: Sentence | None = None,
        **values: object,
    ) -> Sentence:
        """Returns the sentence with its values in it, and in the next step by command."""
        parts = (sentence, by_command) if by_command else (sentence,)
        told = " ".join(part % values if values else part for part in parts)
        said = super().__new__(cls, told)
        said.sentence, said.values = sentence, values
        said.by_command, said.on_page = by_command, on_page
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        """Lets it pass from process to process, as what it was made of."""
        return _again, (self.sentence, self.by_command, self.on_page, dict(self.values))


def _again(
    sentence: str, by_command: str, on_page: Sentence | None, values: dict[str, object]
) -> Sentence:
    return Sentence(sentence, by_command=by_command, on_page=on_page, **values)

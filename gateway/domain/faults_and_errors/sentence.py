"""A sentence that keeps its values apart, so that a page says it in its reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any


class Sentence(str):
    """A text like any other, made of an English sentence and the values that stand in it.

    Whoever refuses something says why by it: `Refused(Sentence("No case %(id)s.", id=reference))`.
    Commands print it as it is. The console looks the sentence up in its translations, and fills the
    values in afterwards; a value may be a `Sentence` itself, or a day, which is written as readers
    of the language write days. A sentence with values has no other per cent signs.

    What to do next is another thing for who types commands and for who reads a page: `by_command`
    follows where it is printed, `on_page` where a page says it, and neither stands in the other's.

    What is added to a sentence by `+` stays a sentence of its own, and is said behind it.

    Where a number is said with what it counts, `singular` is the sentence for one of them, and
    `counts` names the value that decides: languages have one such form, or two, or six.

    >>> told = Sentence("There is no %(what)s %(name)s.", what=Sentence("draft"), name="maji")
    >>> told
    'There is no draft maji.'
    >>> told.sentence, told.values["name"]
    ('There is no %(what)s %(name)s.', 'maji')
    >>> Sentence("No case %(id)s.", id=7, by_command="See: gateway cases list")
    'No case 7. See: gateway cases list'
    >>> (Sentence("No screen %(id)s.", id="yaer") + Sentence(" Look below.")).then
    (' Look below.',)
    >>> [Sentence("%(number)s rows", singular="%(number)s row", number=each) for each in (0, 1, 2)]
    ['0 rows', '1 row', '2 rows']
    """

    __slots__ = ("by_command", "counts", "on_page", "sentence", "singular", "then", "values")

    sentence: str
    values: Mapping[str, object]
    by_command: str
    on_page: Sentence | None
    singular: str
    counts: str
    then: tuple[str, ...]

    def __new__(
        cls,
        sentence: str,
        /,
        *,
        by_command: str = "",
        on_page: Sentence | None = None,
        singular: str = "",
        counts: str = "number",
        **values: object,
    ) -> Sentence:
        """Returns the sentence with its values in it, and in the next step by command."""
        here = singular if singular and values.get(counts) == 1 else sentence
        parts = (here, by_command) if by_command else (here,)
        told = " ".join(part % values if values else part for part in parts)
        said = super().__new__(cls, told)
        said.sentence, said.values = sentence, values
        said.by_command, said.on_page, said.then = by_command, on_page, ()
        said.singular, said.counts = singular, counts
        return said

    def __add__(self, more: str) -> Sentence:
        """Returns this sentence and another text behind it, both as they are."""
        return again(parts_of(self), (*self.then, more) if more else self.then)

    @property
    def first(self) -> Sentence:
        """Returns the sentence without what is put behind it.

        >>> (Sentence("No day.") + Sentence(" Write the year first.")).first
        'No day.'
        """
        return again(parts_of(self), ())

    def __reduce__(self) -> tuple[Any, ...]:
        """Lets it pass from process to process, as what it was made of."""
        return again, (parts_of(self), self.then)


#: What a sentence is made of: itself, both next steps, that for one, what counts, and its values.
Parts = tuple[str, str, Sentence | None, str, str, dict[str, object]]


def parts_of(sentence: Sentence) -> Parts:
    """Returns what a sentence is made of, but for what is said behind it."""
    kept = (sentence.sentence, sentence.by_command, sentence.on_page)
    return *kept, sentence.singular, sentence.counts, dict(sentence.values)


def again(parts: Parts, then: tuple[str, ...]) -> Sentence:
    """Returns the sentence that is made of these parts, and what is said behind it."""
    sentence, by_command, on_page, singular, counts, values = parts
    first = Sentence(
        sentence, by_command=by_command, on_page=on_page, singular=singular, counts=counts, **values
    )
    if not then:
        return first
    said = str.__new__(Sentence, "".join((first, *then)))
    said.sentence, said.values = first.sentence, first.values
    said.by_command, said.on_page, said.then = by_command, on_page, then
    said.singular, said.counts = singular, counts
    return said


def said_by(error: Exception) -> Sentence:
    """Returns what an error says; a text that is no sentence is one without values."""
    told = error.args[0] if error.args else ""
    return told if isinstance(told, Sentence) else Sentence(str(told))


def under_each_other(lines: Sequence[Sentence]) -> Sentence:
    """Returns sentences as one that says each on a line of its own; there is one at least.

    >>> under_each_other([Sentence("There is no %(id)s.", id="a"), Sentence("Nor b.")])
    'There is no a.\\nNor b.'
    """
    first, *more = lines
    behind = (part for line in more for part in ("\n", line))
    return again(parts_of(first), (*first.then, *behind))


def replaced_in(text: str, before: str, after: str) -> str:
    """Returns a text, or a sentence with its values, in which a part is another.

    >>> replaced_in(Sentence("No %(file)s.", file="/tmp/menus/a.yaml"), "/tmp/menus/", "").values
    {'file': 'a.yaml'}
    """
    if before not in text:
        return text
    if not isinstance(text, Sentence):
        return text.replace(before, after)
    kept = {
        name: replaced_in(value, before, after) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    then = tuple(replaced_in(each, before, after) for each in text.then)
    sentence, by_command, on_page, singular, counts, _ = parts_of(text)
    return again((sentence, by_command, on_page, singular, counts, kept), then)


def either(names: Sequence[str]) -> str:
    """Returns names of which one is meant, as a sentence lists them.

    >>> either(["en", "fr", "sw"])
    'en, fr or sw'
    """
    if len(names) < 2:
        return "".join(names)
    return Sentence("%(one)s or %(other)s", one=", ".join(names[:-1]), other=names[-1])


def both(names: Sequence[str]) -> str:
    """Returns names that are all meant, as a sentence lists them.

    >>> both(["en", "fr"])
    'en and fr'
    """
    if len(names) < 2:
        return "".join(names)
    return Sentence("%(one)s and %(other)s", one=", ".join(names[:-1]), other=names[-1])


def one_after_another(facts: Iterable[Sentence]) -> Sentence:
    """Returns facts as a sentence lists them, each as it is; there is one at least.

    >>> one_after_another([Sentence("shortcut added"), Sentence("is sensitive now")])
    'shortcut added; is sensitive now'
    """
    return reduce(lambda one, other: Sentence("%(one)s; %(other)s", one=one, other=other), facts)

"""What a translation must keep of the text it stands for: every value, in the same sort of form."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.localised_text import Template
from gateway.domain.text.value_formats import Filter

#: A language may count with its plural, or say the bare number: both show the same value.
_COUNTS = frozenset({"plural", "number"})


def lost(source: Template, translation: Template) -> Iterator[Sentence]:
    """Yields what a translation loses of its source, each as the end of a sentence about it.

    A value may come in another place, more often, and as a date of another length; a plural may be
    a bare number where a language has no plurals, and the other way round.

    >>> list(lost(Template.parse("Pay {sum|money} by {day|date}"), Template.parse("By {day}")))
    ['lacks {sum|money}', 'shows {day} where {day|date} belongs']
    """
    written = list(_placeholders(translation))
    for name, kind in dict.fromkeys(_placeholders(source)):
        forms = [form for named, form in written if named == name]
        if not forms:
            yield Sentence("lacks %(value)s", value=_shown(name, kind))
        elif not any(_is_same(kind, form) for form in forms):
            yield Sentence(
                "shows %(value)s where %(wanted)s belongs",
                value=_shown(name, forms[0]),
                wanted=_shown(name, kind),
            )


def _placeholders(template: Template) -> Iterator[tuple[str, str]]:
    """Yields each name and the form of its value; of money, the currency belongs to it."""
    filters = template.filters or (None,) * len(template.names)
    for name, filter in zip(template.names, filters, strict=True):
        yield name, _form(filter) if filter else ""


def _form(filter: Filter) -> str:
    is_currency = filter.kind == "money" and filter.argument
    return f"{filter.kind}:{filter.argument}" if is_currency else filter.kind


def _is_same(wanted: str, form: str) -> bool:
    if wanted == "plural":
        return form in (*_COUNTS, "")
    return form == wanted or (wanted in (*_COUNTS, "") and form in _COUNTS)


def _shown(name: str, form: str) -> str:
    return f"{{{name}|{form}}}" if form else f"{{{name}}}"

"""The languages of the console, and what its pages say in them.

English stands in the pages. The others are PO files in `translations/`, read when somebody first
wants the language: there is no compiled file that could be older than they are. What checks say of
menus, forms and data stands in `translations/checks/`, and is read when there is first such a word.
"""

from __future__ import annotations

import gettext as standard
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, g, request, session

from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act, Role
from gateway.domain.text.counts import Count
from gateway.domain.text.language_names import LanguageName
from gateway.use_cases.analytics.sentences import sentences
from gateway.use_cases.institutions.authorise import REFUSED

FOLDER = Path(__file__).parent / "translations"
#: Each by its own name, as its readers look for it.
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "sw": "Kiswahili",
    "ar": "العربية",
}
#: What stands in no page and in no `Sentence`, and is in the PO files too: what tables of figures
#: say of themselves, and the names of roles and acts as commands have them.
SENTENCES = (*sentences(), *Role, *(each.value.replace("_", " ") for each in Act), REFUSED)


#: What stands in a sentence and is read from left to right in any language: YAML and its files.
#: A day is no number to the rules of writing (UAX 9, W2 and W4): behind Arabic letters its parts
#: would stand the other way round, and so would the parts of a time zone.
_CODE = re.compile(
    r"`[^`]*`|\{[^{}]*\}|[\w/.()%-]+\.(?:yaml|md|py)\b|\d+(?:-\d+)+(?:T[\d:]+(?:[+-][\d:]+)?)?"
)
#: Unicode's isolates: left to right, by its first letter, and their end (UAX 9).
_FROM_LEFT, _BY_ITSELF, _END = "\u2066", "\u2068", "\u2069"

#: Words of rows, which programs read as they are.
_PLAIN = {"half_open": "half open", "help_desk": "help desk"}


class _English(standard.NullTranslations):
    """English stands in the pages, but for the few words that programs read, too."""

    def gettext(self, message: str) -> str:
        """Returns a sentence as it is."""
        return _PLAIN.get(message, message)


@cache
def translations(language: str) -> standard.NullTranslations:
    """Returns what the pages say in a language."""
    if language == "en":
        return _English()
    found = _read(FOLDER, language)
    found.add_fallback(_OfChecks(language))
    return found


def _read(folder: Path, language: str) -> standard.GNUTranslations:
    with (folder / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return standard.GNUTranslations(compiled)


@cache
def _checks(language: str) -> standard.GNUTranslations:
    return _read(FOLDER / "checks", language)


class _OfChecks(standard.NullTranslations):
    """What checks say in a language, read when it is first asked for."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        """Returns a sentence in the language; as it is where nobody has translated it."""
        return _checks(self._language).gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Returns a sentence in the language, as it is said of so many."""
        return _checks(self._language).ngettext(one, many, number)


def chosen() -> str:
    """Returns the language of this request: the chosen one, else one that the browser wants."""
    language = session.get("language")
    if language in LANGUAGES:
        return str(language)
    for wanted in request.accept_languages.values():  # the most wanted first
        language = wanted.partition("-")[0].casefold()
        if language in LANGUAGES:
            return language
    return "en"


def _(sentence: str, /, **values: object) -> str:
    """Returns a sentence in the language of this request, with its values."""
    said = translations(g.language).gettext(sentence)
    return said % values if values else said


def said(text: str) -> str:
    """Returns what a use case said, in the language of this request: its values within, too.

    The next step is the one on a page: which command it would be, nobody can type there.
    """
    if not isinstance(text, Sentence):
        return _apart(_(text))
    told = _apart(_of_so_many(text))
    if text.values:
        told %= {name: _value(value) for name, value in text.values.items()}
    told += "".join(map(said, text.then))
    return told if text.on_page is None else f"{told} {said(text.on_page)}"


def _of_so_many(text: Sentence) -> str:
    known, number = translations(g.language), text.values.get(text.counts)
    if not text.singular or not isinstance(number, int):
        return known.gettext(text.sentence)
    return known.ngettext(text.singular, text.sentence, number)


def _apart(told: str) -> str:
    """Returns a sentence with the code in it set apart, where the language is read from right."""
    if direction(g.language) == "ltr":
        return told
    return _CODE.sub(lambda code: f"{_FROM_LEFT}{code.group()}{_END}", told)


def _value(value: object) -> object:
    match value:
        case Sentence():
            return said(value)
        case Count():
            return format_decimal(int(value), locale=g.language)
        case LanguageName():
            return language_in(value.code, value)
        case date():
            return format_date(value, "d MMM y", locale=g.language)
        case str() if direction(g.language) == "rtl" and value:
            return f"{_BY_ITSELF}{value}{_END}"
        case _:
            return value


def language_in(code: str, otherwise: str = "") -> str:
    """Returns what the reader of this request calls a language; the code where nothing is known."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(g.language)
    except (UnknownLocaleError, ValueError):
        name = ""
    return name or otherwise or code


def why(error: Exception) -> str:
    """Returns what an error says, in the language of this request."""
    if isinstance(error, FilesInvalid):
        return "\n".join(map(fault_said, error.faults))
    return said(error.args[0] if error.args and isinstance(error.args[0], Sentence) else str(error))


def fault_said(fault: Fault, *, placed: bool = True) -> str:
    """Returns a fault in the language of this request, with its code and with its place."""
    place = f"{fault.file}:{fault.line}:{fault.column}: " if placed else ""
    begin = f"{place}[{fault.code}]"
    if direction(g.language) == "rtl":
        begin = f"{_FROM_LEFT}{begin}{_END}"
    return f"{begin} {said(fault.sentence)}"


def number_in(number: int, language: str) -> str:
    """Returns a whole number as the readers of a language write it."""
    return str(format_decimal(number, locale=language))


def moment_in(moment: datetime, language: str) -> str:
    """Returns a moment to the minute: the month is a word, since 11/12 is two days."""
    return str(format_datetime(moment, "d MMM y, HH:mm", locale=language))


def second_in(moment: datetime, language: str) -> str:
    """Returns a moment to the second."""
    return str(format_datetime(moment, "d MMM y, HH:mm:ss", locale=language))


def direction(language: str) -> str:
    """Returns in which direction a language is written: ltr or rtl.

    >>> direction("ar"), direction("sw")
    ('rtl', 'ltr')
    """
    return Locale.parse(language).text_direction


def add_words(console: Flask) -> None:
    """Has every page of the console speak the language of its reader."""

    @console.before_request
    def choose() -> None:
        g.language = chosen()

    console.jinja_env.add_extension("jinja2.ext.i18n")
    console.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # the extension's
        lambda sentence: translations(g.language).gettext(sentence),
        lambda one, many, number: translations(g.language).ngettext(one, many, number),
        newstyle=True,
    )

    @console.context_processor
    def words() -> dict[str, object]:
        return {
            "language": g.language,
            "direction": direction(g.language),
            "languages": LANGUAGES,
            "said": said,
            "fault_said": fault_said,
        }

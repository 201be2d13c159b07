"""What an answer means to a screen: which line of a choice, which way of a branch."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.domain.dialogue.scope import rows_of, texts_known
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.handler_contract.service_call import Row, Writes
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    InputScreen,
    Listing,
    Option,
    ServiceScreen,
    one_word,
)
from gateway.domain.reading.folding import fold
from gateway.domain.reading.lines import line_meant, lines_meant
from gateway.domain.text.localised_text import LocalisedText, Template


def options_shown(session: Session, screen: ChoiceScreen) -> list[Option]:
    """Returns the options that are there: those without a condition, and those whose holds.

    Of a list of which several rows are taken, each row is one.
    """
    if screen.listing is not None and screen.several is not None:
        return _rows_as_options(session, screen.listing)
    options = list(screen.options.values())
    if not [True for option in options if option.when]:
        return options
    known = {**texts_known(session), "language": session.language}
    return [option for option in options if option.when is None or option.when.holds(known)]


def _rows_as_options(session: Session, listing: Listing) -> list[Option]:
    label, language = listing.label[session.language], session.language
    return [
        Option(
            key=str(number),
            label=LocalisedText({language: Template((label.fill(row),))}),
            value=one_word(row.get(listing.value, "")),
            goto=listing.goto,
        )
        for number, row in enumerate(rows_of(session, listing), start=1)
    ]


def option_of(session: Session, screen: ChoiceScreen, typed: str) -> Option | None:
    """Returns the option with this key, with this label in the session's language, or word.

    Else the one line that is meant with other words around it, such as `1. Water` or `option 1`.
    """
    options = options_shown(session, screen)
    found = screen.options.get(typed)
    if found in options:
        return found
    by_word = options_by_word(session, screen).get(fold(typed))
    if by_word is not None:
        return by_word
    # Of another language only where nothing of the session's own is meant.
    own = _lines(options, (session.language,))
    all_languages = {**_words(options), **_lines(options)}
    key = line_meant(own, typed) or line_meant(all_languages, typed)
    return next((option for option in options if option.key == key), None)


def options_of(session: Session, screen: ChoiceScreen, typed: str) -> list[Option]:
    """Returns the options that a text names where several are taken; none if it says more."""
    options = options_shown(session, screen)
    keys = lines_meant(_lines(options, (session.language,)), typed) or lines_meant(
        _lines(options), typed
    )
    return [option for option in options if option.key in keys]


def _lines(options: list[Option], languages: Iterable[str] = ()) -> dict[str, str]:
    """Returns the labels of options in some languages, or in all, to their keys.

    Of two rows that are called alike a text means the first; the other is meant by its key.
    """
    lines: dict[str, str] = {}
    for option in options:
        for language in languages or option.label.by_language:
            label = "".join(option.label[language].pieces[::2])
            if lines.get(label, option.key) != option.key:
                label = f"{option.key}. {label}"
            lines[label] = option.key
    return lines


def _words(options: list[Option]) -> dict[str, str]:
    """Returns the words that options answer to beside their labels, to their keys."""
    return {word: option.key for option in options for word in option.also}


def options_by_word(session: Session, screen: ChoiceScreen) -> dict[str, Option]:
    """Returns the options that are there by what they answer to, folded, beside their keys.

    Where a word of one is the label of another, as a word of another language may be, it is that.
    """
    options = options_shown(session, screen)
    labels = {
        fold("".join(option.label[session.language].pieces[::2])): option
        for option in reversed(options)  # of two with one label the first is meant
    }
    words = {word: option for option in options for word in option.also}
    return {word: option for word, option in {**words, **labels}.items() if word}


def listed(language: str, listing: Listing, rows: list[Row], typed: str) -> Row | None:
    """Returns the row with this number, or with this label, whatever is said around it."""
    if typed.isascii() and typed.isdigit() and typed[0] != "0" and len(typed) < 4:
        number = int(typed)
        return rows[number - 1] if number <= len(rows) else None
    wanted = fold(typed)
    label = listing.label[language]
    found = next((row for row in rows if wanted and fold(label.fill(row)) == wanted), None)
    if found is not None or not wanted:
        return found
    lines = {label.fill(row): str(number) for number, row in reversed([*enumerate(rows, start=1)])}
    key = line_meant(lines, typed)
    return rows[int(key) - 1] if key else None


def begun_with(language: str, listing: Listing, rows: list[Row], typed: str) -> list[Row]:
    """Returns the rows whose label begins with what was typed; none for a number."""
    wanted = fold(typed)
    if not wanted or wanted.isdigit():
        return []
    label = listing.label[language]
    return [row for row in rows if fold(label.fill(row)).startswith(wanted)]


def way_of(session: Session, screen: BranchScreen) -> str:
    """Returns where the first condition that holds leads; empty when none does."""
    known = {**texts_known(session), "language": session.language}
    ways = screen.ways
    return next((goto for condition, goto in ways if not condition or condition.holds(known)), "")


def reads_back(release: Release, session: Session) -> bool:
    """Returns whether the screen reads back what is written with one of its lines."""
    screen = release.screens.get(session.at)
    return isinstance(screen, ChoiceScreen) and screen.reads_back


def writes_a_record(release: Release, step: Step) -> bool:
    """Returns whether a step writes what has to be read back first."""
    screen = release.screens.get(step.session.at)
    if step.event is not Event.CALL or not isinstance(screen, ServiceScreen):
        return False
    return screen.writes is Writes.RECORD


def takes_free_text(release: Release, session: Session) -> bool:
    """Returns whether the screen takes whatever is typed, `*` and spaces included."""
    screen = release.screens.get(session.at)
    return isinstance(screen, InputScreen) and KINDS[screen.accepts.kind].anything

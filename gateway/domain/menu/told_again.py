"""What citizens have told, in the words of the menu that asked them, for who wants to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gateway.domain.datasets.column_kinds import Day, Moment
from gateway.domain.handler_contract.form import Form
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import AskingScreen, ChoiceScreen, Screen, ServiceScreen
from gateway.domain.text.value_formats import Filter

#: A longer question is left out: its answer says enough, or it was no question.
_LONGEST_QUESTION = 60


def title_of(release: Release, back_end: str, language: str) -> str:
    """Returns what the service is called that asks a back end; the name itself where none does.

    A service that goes by its own name, as a case does, is called by its title.
    """
    service = back_end if back_end in release.services else _service_of(release, back_end)
    return _plain(release.services[service].title[language].pieces) if service else back_end


def lines_of(
    release: Release, form: Form, row: Mapping[str, str], language: str, *, width: int, most: int
) -> list[str]:
    """Returns what a row says, each answer behind its question; nothing of it is cut.

    A longer answer takes several lines of `width`. Where the row has more than `most` lines, the
    answers stand without their questions, several on a line; what is even more ends with `...`.
    """
    service = _service_of(release, form.back_end)
    told = [(column, row[column.name]) for column in form.columns if row.get(column.name)]
    pairs = []
    for column, value in told:
        screen = _screen_of(release, form, service, column.name)
        answer = _label(screen, value, language) or value
        if isinstance(column.kind, Day | Moment):
            answer = Filter(kind="date", language=language).show(value)
        pairs.append((_question(screen, row, language), answer))
    lines = []
    for question, answer in pairs:
        both = f"{question} {answer}".strip()
        together = [both] if len(both) <= width else [question, answer]
        lines += [line for text in together for line in _wrapped(text, width)]
    if len(lines) > most:
        lines = list(_wrapped(", ".join(answer for _, answer in pairs), width))
    return [*lines[: most - 1], "..."] if len(lines) > most else lines


def _service_of(release: Release, back_end: str) -> str:
    """Returns the service with a screen that asks a back end; empty for none."""
    return next(
        (
            screen.id.partition(".")[0]
            for screen in release.screens.values()
            if isinstance(screen, ServiceScreen) and screen.handler == back_end
        ),
        "",
    )


def _screen_of(release: Release, form: Form, service: str, column: str) -> Screen | None:
    """Returns the screen that asks for a column, which may have another name than the column."""
    stores = [
        screen.arguments
        for screen in release.screens.values()
        if isinstance(screen, ServiceScreen)
        and screen.id.startswith(f"{service}.")
        and screen.handler == form.back_end
    ]
    asked = next((each[column] for each in stores if column in each), column)
    return release.screens.get(f"{service}.{asked}")


def _question(screen: Screen | None, row: Mapping[str, str], language: str) -> str:
    if not isinstance(screen, AskingScreen) or language not in screen.text.by_language:
        return ""
    template = screen.text[language]
    first = template.fill(row).strip().partition("\n")[0]
    return first if len(first) <= _LONGEST_QUESTION and set(template.names) <= row.keys() else ""


def _label(screen: Screen | None, value: str, language: str) -> str:
    """Returns what the lines say that have this value; empty for an answer that is no line."""
    if not isinstance(screen, ChoiceScreen) or screen.listing is not None:
        return ""
    labels = {option.value: option.label for option in reversed([*screen.options.values()])}
    values = value.split() if screen.several else [value]
    if not all(each in labels for each in values):
        return ""
    return ", ".join(_plain(labels[each][language].pieces) for each in values)


def _plain(pieces: Sequence[str]) -> str:
    return " ".join("".join(pieces[::2]).split())


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yields a text in lines of so many letters at most; a longer word is parted."""
    line = ""
    for word in text.split():
        while len(word) > width:
            if line:
                yield line
                line = ""
            yield word[:width]
            word = word[width:]
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line

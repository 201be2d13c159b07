"""What may stand in the texts of a service: the citizen's answers, and what handlers give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.faults_and_errors.did_you_mean import closest
from gateway.domain.handler_contract.look_up import PREFIX, LookUp
from gateway.domain.handler_contract.service_call import TextField
from gateway.domain.input_kinds.kinds import longest
from gateway.domain.menu.screens import (
    AskingScreen,
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
    Several,
)
from gateway.domain.menu_checks.candidate import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownValues:
    """Names that a service knows, with the longest value in characters.

    `lists` maps a list to the fields of its rows; `rows` says how many there can be; `secrets` are
    answers that no text may show. `labels` are the longest lines of choices in each language: what
    a text shows of a choice. `complete` is false where a handler or screen is unknown, so that
    a name may well be known after all.
    """

    texts: Mapping[str, int]
    labels: Mapping[str, Mapping[str, int]]
    lists: Mapping[str, Mapping[str, int]]
    rows: Mapping[str, int]
    answers: frozenset[str]
    secrets: frozenset[str]
    complete: bool

    def widths(self, language: str) -> Mapping[str, int]:
        """Returns the names with the longest form in a text of this language."""
        return {**self.texts, **self.labels.get(language, {})}


def known_values(review: Review, service: str) -> KnownValues:
    """Returns what the texts of a service may use.

    Whether a value is there on every way to a screen is not asked: a name that is not yet known
    leaves a gap in the text and breaks nothing.
    """
    if service not in review.known:
        review.known[service] = _known_values(review, service)
    known: KnownValues = review.known[service]
    return known


def _known_values(review: Review, service: str) -> KnownValues:
    screens = review.menu.screens_of(service)
    handlers = {screen.handler for screen in screens.values() if isinstance(screen, ServiceScreen)}
    texts: dict[str, int] = {}
    lists: dict[str, dict[str, int]] = {}
    rows: dict[str, int] = {}
    # A slip of the pen in a handler's name is told; it gives what the one that was meant gives.
    contracts = review.contracts
    known = {
        # A look-up has the name of its own screen: what is unknown is its dataset, told as such.
        name if name in contracts or name.startswith(PREFIX) else closest(name, contracts)
        for name in handlers
    }
    for look_up in _without_dataset(review, handlers):
        for name in look_up.given_names:
            _widen(texts, name, 0)
    for name in known & contracts.keys():
        for values in contracts[name].outcomes.values():
            for field, given in values.items():
                if isinstance(given, TextField):
                    _widen(texts, field, given.max)
                else:
                    _widen(rows, field, given.rows)
                    for column, text in given.fields.items():
                        _widen(lists.setdefault(field, {}), column, text.max)
    for name, screen in screens.items():
        width = _width_of_answer(screen, lists)
        if width is not None and not _is_secret(screen):
            _widen(texts, name, width)
    return KnownValues(
        texts=texts,
        labels={
            language: _labels(review, language, screens, texts, lists)
            for language in review.menu.release.languages
        },
        lists=lists,
        rows=rows,
        answers=frozenset(n for n, s in screens.items() if isinstance(s, AskingScreen)),
        secrets=frozenset(name for name, screen in screens.items() if _is_secret(screen)),
        complete=review.menu.is_whole(service) and known <= contracts.keys(),
    )


def _without_dataset(review: Review, handlers: Set[str]) -> Iterator[LookUp]:
    """Yields the look-ups whose dataset is told as a fault: they name what they give themselves."""
    for look_up in review.menu.release.look_ups.values():
        if look_up.back_end in handlers and look_up.back_end not in review.contracts:
            yield look_up


def _labels(
    review: Review,
    language: str,
    screens: Mapping[str, Screen],
    texts: Mapping[str, int],
    lists: Mapping[str, Mapping[str, int]],
) -> dict[str, int]:
    """Returns how long the lines of each choice are at most, where no handler gives its name."""
    given = _given(review, screens)
    widths: dict[str, int] = {}
    for name, screen in screens.items():
        if not isinstance(screen, ChoiceScreen) or name in given:
            continue
        if screen.listing is not None:
            known = lists.get(screen.listing.rows, {})
            if screen.several is not None:
                row = screen.listing.label.by_language.get(language)
                width = len(row.longest(known, "W")) if row else 0
                widths[name] = _together(screen.several.most, width, ", ")
                continue
            lines = [(screen.listing.label, known)]
        else:
            lines = [(option.label, texts) for option in screen.options.values()]
            if screen.several is not None:
                widths[name] = _widest_of_several(screen, screen.several, language, texts)
                continue
            # A filter shows the value itself, as in {amount|money}.
            numbers = [len(option.value) for option in screen.options.values()]
            _widen(widths, name, max(numbers, default=0) if _all_digits(screen) else 0)
        for label, known in lines:
            template = label.by_language.get(language)
            if template is not None:
                _widen(widths, name, len(template.longest(known, "W")))
    return widths


def _widest_of_several(
    screen: ChoiceScreen, several: Several, language: str, texts: Mapping[str, int]
) -> int:
    """Returns how long the lines that can be chosen at once are, with what stands between them."""
    labels = [option.label.by_language.get(language) for option in screen.options.values()]
    lines = sorted((len(label.longest(texts, "W")) for label in labels if label), reverse=True)
    chosen = lines[: several.most]
    return sum(chosen) + len(", ") * max(0, len(chosen) - 1)


def _together(most: int, width: int, between: str) -> int:
    """Returns how long so many values of one width are, with what stands between them."""
    return most * width + (most - 1) * len(between)


def _all_digits(screen: ChoiceScreen) -> bool:
    return all(option.value.isdigit() for option in screen.options.values())


def _given(review: Review, screens: Mapping[str, Screen]) -> set[str]:
    """Returns the texts that the handlers of a service give."""
    handlers = {screen.handler for screen in screens.values() if isinstance(screen, ServiceScreen)}
    return {
        name
        for handler in handlers & review.contracts.keys()
        for values in review.contracts[handler].outcomes.values()
        for name, field in values.items()
        if isinstance(field, TextField)
    }


def _widen(widths: dict[str, int], name: str, width: int) -> None:
    widths[name] = max(width, widths.get(name, 0))


def _width_of_answer(screen: Screen, lists: Mapping[str, Mapping[str, int]]) -> int | None:
    match screen:
        case InputScreen():
            return longest(screen.accepts)
        case ChoiceScreen():
            if screen.listing is not None:
                width = lists.get(screen.listing.rows, {}).get(screen.listing.value, 0)
                return _together(screen.several.most if screen.several else 1, width, " ")
            lengths = sorted((len(each.value) for each in screen.options.values()), reverse=True)
            chosen = lengths[: screen.several.most if screen.several else 1]
            return sum(chosen) + max(0, len(chosen) - 1)
        case EndScreen() | ServiceScreen() | OpenScreen() | BranchScreen():
            return None
        case _:
            assert_never(screen)


def _is_secret(screen: Screen) -> bool:
    return isinstance(screen, InputScreen) and screen.secret

"""What has changed on one screen, in plain language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace

from gateway.domain.menu.screens import ChoiceScreen, InputScreen, Option, Screen
from gateway.domain.menu_views.option_moves import kept, label_of, moves, under_keys_of_now
from gateway.domain.text.language_names import differing, language_name
from gateway.domain.text.localised_text import LocalisedText

_NO_TEXT = LocalisedText({})
#: How moves on the first screen begin.
ON_HOME = "on the home screen"
#: Texts that are said after a wrong answer only, and told by themselves.
_NOT_SHOWN = ("/complaint", "/example")
#: What is said of a field that is not as it was; of others, that there is another one.
_DIFFERS = {
    "accepts": "takes other answers",
    "arguments": "gives its handler other answers",
    "complaint": "complains in other words",
    "listing": "has another list",
    "outcomes": "leads elsewhere after some outcomes",
    "several": "takes several lines otherwise",
    "ways": "leads elsewhere under some conditions",
}


def reworded(before: Screen, after: Screen, language: str) -> Sequence[str]:
    """Returns the languages in which a text differs that both screens show as they are.

    An option that has moved is compared with itself; what an option says is known by `language`.
    """
    if isinstance(before, ChoiceScreen) and isinstance(after, ChoiceScreen):
        before = under_keys_of_now(before, after, language)
    old, new = dict(_texts(before)), dict(_texts(after))
    return sorted(
        {
            language
            for place in old.keys() & new.keys()
            if place not in _NOT_SHOWN
            for language in differing(old[place].by_language, new[place].by_language)
        }
    )


def screen_changes(name: str, before: Screen, after: Screen, language: str) -> Iterator[str]:
    """Yields what is different but the words; labels are told in one language."""
    if type(before) is not type(after):
        yield f"'{name}' is another kind of screen"
        return
    match before, after:  # what is told of a kind beside its fields
        case ChoiceScreen(), ChoiceScreen():
            yield from _options(name, before.options, after.options, language)
        case InputScreen(), InputScreen():
            yield from _after_wrong_answers(name, before, after)
    for field in fields(after):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.name not in ("options", "example") and _without_texts(one) != _without_texts(
            other
        ):
            yield _field(name, field.name, one, other)


def _after_wrong_answers(name: str, before: InputScreen, after: InputScreen) -> Iterator[str]:
    if before.example != after.example:
        which = "no" if after.example is None else "another"
        yield f"'{name}' has {which} example"
    if before.complaint is not None and after.complaint is not None:
        for language in differing(before.complaint.by_language, after.complaint.by_language):
            yield f"'{name}' complains in other words in {language_name(language)}"


def _options(
    name: str, before: Mapping[str, Option], after: Mapping[str, Option], language: str
) -> Iterator[str]:
    place = ON_HOME if name == "home" else f"on '{name}'"
    yield from moves(place, before, after, language)
    pairs = kept(before, after, language)
    for key, option in before.items():
        label = label_of(option, language)
        if key in pairs:
            yield from _option(name, option, after[pairs[key]], label)
        else:
            yield f"option {key} '{label}' removed from '{name}'"
    for key, option in after.items():
        if key not in pairs.values():
            yield f"option {key} '{label_of(option, language)}' added to '{name}'"


def _option(name: str, before: Option, after: Option, label: str) -> Iterator[str]:
    if before.goto != after.goto:
        yield (
            f"option {after.key} '{label}' of '{name}' leads to "
            f"{_one_for_another(after.goto, before.goto)}"
        )
    # The words that choose it, too, are the deployment's, and told as such.
    # Where an option is worth its key, that has moved with it.
    rest = [
        replace(
            each,
            key="",
            goto="",
            label=_NO_TEXT,
            also=frozenset(),
            value="" if before.value == before.key and after.value == after.key else each.value,
        )
        for each in (before, after)
    ]
    if rest[0] != rest[1]:
        yield f"option {after.key} '{label}' of '{name}' means something else"


def _field(name: str, field: str, before: object, after: object) -> str:
    match field:
        case "goto":
            if _short(str(after)) != _short(str(before)):
                return f"'{name}' leads to '{_short(str(after))}' now"
            return f"'{name}' leads to {_one_for_another(str(after), str(before))}"
        case "handler":
            return f"'{name}' calls '{after}' instead of '{before}'"
        case "sms":
            return (
                f"'{name}' is {'sent as an SMS, too' if after else 'not sent as an SMS any more'}"
            )
        case "secret":
            return f"'{name}' is {'secret now' if after else 'not secret any more'}"
        case _:
            other = f"has another {field.replace('_', ' ')}"
            return f"'{name}' {_DIFFERS.get(field, other)}"


def _one_for_another(after: str, before: str) -> str:
    """Names two screens; with their services where their own names are the same."""
    same = _short(after) == _short(before)
    one, other = (after, before) if same else (_short(after), _short(before))
    return f"'{one}' instead of '{other}'"


def _short(screen: str) -> str:
    service, _, name = screen.partition(".")
    return service if name in ("?", "home") else name


def _texts(value: object, place: str = "") -> Iterator[tuple[str, LocalisedText]]:
    """Yields every text of a screen with its place in it."""
    if isinstance(value, LocalisedText):
        yield place, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, f"{place}/{key}")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{place}/{field.name}")


def _without_texts(value: object) -> object:
    """Returns a value that is equal when everything but the words is."""
    if isinstance(value, LocalisedText):
        return None
    if isinstance(value, Mapping):
        return {key: _without_texts(each) for key, each in value.items()}
    if is_dataclass(value):
        return {each.name: _without_texts(getattr(value, each.name)) for each in fields(value)}
    return value

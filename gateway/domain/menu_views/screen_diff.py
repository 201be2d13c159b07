"""What has changed on one screen, in plain language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace

from gateway.domain.menu.release import ChoiceScreen, InputScreen, Option, Screen, ServiceScreen
from gateway.domain.text.language_names import differing, language_name
from gateway.domain.text.localised_text import LocalisedText

_NO_TEXT = LocalisedText({})
#: Texts that are said after a wrong answer only, and told by themselves.
_NOT_SHOWN = ("/complaint", "/example")


def reworded(before: Screen, after: Screen) -> Sequence[str]:
    """Returns the languages in which a text differs that both screens show as they are."""
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
    if isinstance(before, ChoiceScreen) and isinstance(after, ChoiceScreen):
        yield from _options(name, before.options, after.options, language)
    if isinstance(before, InputScreen) and isinstance(after, InputScreen):
        yield from _after_wrong_answers(name, before, after)
    for field in fields(after):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.name not in ("options", "example") and _without_texts(one) != _without_texts(
            other
        ):
            yield _field(name, field.name, before, after)


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
    added = {_label(after[key], language): key for key in after if key not in before}
    for key, option in before.items():
        label = _label(option, language)
        if key in after:
            yield from _option(name, option, after[key], label)
        elif label in added:
            yield f"option {key} '{label}' of '{name}' is now option {added.pop(label)}"
        else:
            yield f"option {key} '{label}' removed from '{name}'"
    for label, key in added.items():
        yield f"option {key} '{label}' added to '{name}'"


def _option(name: str, before: Option, after: Option, label: str) -> Iterator[str]:
    if before.goto != after.goto:
        yield (
            f"option {after.key} '{label}' of '{name}' leads to '{_short(after.goto)}' "
            f"instead of '{_short(before.goto)}'"
        )
    # The words that choose it, too, are the deployment's, and told as such.
    rest = [replace(each, goto="", label=_NO_TEXT, also=frozenset()) for each in (before, after)]
    if rest[0] != rest[1]:
        yield f"option {after.key} '{label}' of '{name}' means something else"


def _field(name: str, field: str, before: Screen, after: Screen) -> str:
    if field == "ways":
        return f"'{name}' leads elsewhere under some conditions"
    if field == "goto":
        return f"'{name}' leads to '{_short(getattr(after, field))}' now"
    if field == "sms":
        sent = (
            "is sent as an SMS, too" if getattr(after, field) else "is not sent as an SMS any more"
        )
        return f"'{name}' {sent}"
    if field == "secret":
        return f"'{name}' is {'secret now' if getattr(after, field) else 'not secret any more'}"
    if field == "complaint":
        return f"'{name}' complains in other words"
    if field == "listing":
        return f"'{name}' has another list"
    if isinstance(after, InputScreen) and field == "accepts":
        return f"'{name}' takes other answers"
    if isinstance(after, ServiceScreen) and isinstance(before, ServiceScreen):
        if field == "handler":
            return f"'{name}' calls '{after.handler}' instead of '{before.handler}'"
        if field == "outcomes":
            return f"'{name}' leads elsewhere after some outcomes"
        if field == "arguments":
            return f"'{name}' gives its handler other answers"
    return f"'{name}' has another {field.replace('_', ' ')}"


def _label(option: Option, language: str) -> str:
    template = option.label.by_language.get(language)
    return "".join(template.pieces) if template else ""


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

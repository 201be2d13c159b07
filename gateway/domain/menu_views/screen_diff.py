"""What has changed on one screen, in plain language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.screens import ChoiceScreen, InputScreen, Option, Screen
from gateway.domain.menu_views.option_moves import kept, label_of, moves, under_keys_of_now
from gateway.domain.text.language_names import differing, language_name
from gateway.domain.text.localised_text import LocalisedText

_NO_TEXT = LocalisedText({})
#: How moves on the first screen begin.
ON_HOME = "On the home screen"
#: Texts that are said after a wrong answer only, and told by themselves.
_NOT_SHOWN = ("/complaint", "/example")
#: What is said of a field that is not as it was; of others, that there is another one.
_DIFFERS = {
    "accepts": Sentence("takes other answers"),
    "arguments": Sentence("gives its handler other answers"),
    "complaint": Sentence("complains in other words"),
    "listing": Sentence("has another list"),
    "outcomes": Sentence("leads elsewhere after some outcomes"),
    "several": Sentence("takes several lines otherwise"),
    "ways": Sentence("leads elsewhere under some conditions"),
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


def screen_changes(name: str, before: Screen, after: Screen, language: str) -> Iterator[Sentence]:
    """Yields what is different but the words; labels are told in one language."""
    if type(before) is not type(after):
        yield Sentence("'%(name)s' is another kind of screen", name=name)
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


def _after_wrong_answers(name: str, before: InputScreen, after: InputScreen) -> Iterator[Sentence]:
    if before.example != after.example:
        if after.example is None:
            yield Sentence("'%(name)s' has no example", name=name)
        else:
            yield Sentence("'%(name)s' has another example", name=name)
    if before.complaint is not None and after.complaint is not None:
        for language in differing(before.complaint.by_language, after.complaint.by_language):
            yield Sentence(
                "'%(name)s' complains in other words in %(language)s",
                name=name,
                language=language_name(language),
            )


def _options(
    name: str, before: Mapping[str, Option], after: Mapping[str, Option], language: str
) -> Iterator[Sentence]:
    yield from moves("" if name == "home" else name, before, after, language)
    pairs = kept(before, after, language)
    for key, option in before.items():
        label = label_of(option, language)
        if key in pairs:
            yield from _option(name, option, after[pairs[key]], label)
        else:
            yield Sentence(
                "option %(key)s '%(label)s' removed from '%(name)s'",
                key=key,
                label=label,
                name=name,
            )
    for key, option in after.items():
        if key not in pairs.values():
            yield Sentence(
                "option %(key)s '%(label)s' added to '%(name)s'",
                key=key,
                label=label_of(option, language),
                name=name,
            )


def _option(name: str, before: Option, after: Option, label: str) -> Iterator[Sentence]:
    if before.goto != after.goto:
        one, other = _one_for_another(after.goto, before.goto)
        yield Sentence(
            "option %(key)s '%(label)s' of '%(name)s' leads to '%(one)s' instead of '%(other)s'",
            key=after.key,
            label=label,
            name=name,
            one=one,
            other=other,
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
        yield Sentence(
            "option %(key)s '%(label)s' of '%(name)s' means something else",
            key=after.key,
            label=label,
            name=name,
        )


def _field(name: str, field: str, before: object, after: object) -> Sentence:
    match field:
        case "goto":
            if _short(str(after)) != _short(str(before)):
                return Sentence(
                    "'%(name)s' leads to '%(screen)s' now", name=name, screen=_short(str(after))
                )
            one, other = _one_for_another(str(after), str(before))
            return Sentence(
                "'%(name)s' leads to '%(one)s' instead of '%(other)s'",
                name=name,
                one=one,
                other=other,
            )
        case "handler":
            return Sentence(
                "'%(name)s' calls '%(one)s' instead of '%(other)s'",
                name=name,
                one=after,
                other=before,
            )
        case "sms" if after:
            return Sentence("'%(name)s' is sent as an SMS, too", name=name)
        case "sms":
            return Sentence("'%(name)s' is not sent as an SMS any more", name=name)
        case "secret" if after:
            return Sentence("'%(name)s' is secret now", name=name)
        case "secret":
            return Sentence("'%(name)s' is not secret any more", name=name)
        case _:
            other_one = Sentence("has another %(field)s", field=field.replace("_", " "))
            what = _DIFFERS.get(field, other_one)
            return Sentence("'%(name)s' %(why)s", name=name, why=what)


def _one_for_another(after: str, before: str) -> tuple[str, str]:
    """Names two screens; with their services where their own names are the same."""
    same = _short(after) == _short(before)
    return (after, before) if same else (_short(after), _short(before))


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

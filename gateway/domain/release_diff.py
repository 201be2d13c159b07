"""What has changed from one release to another, in plain language, for those who publish menus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from gateway.domain.localised_text import LocalisedText, Template
from gateway.domain.menu import HOME_SERVICE, Release, Screen, Service
from gateway.domain.screen_diff import reworded, screen_changes

#: Parts of a release that are told service by service, or that follow from other parts.
_TOLD_ELSEWHERE = frozenset({"id", "services", "screens", "languages", "shortcuts", "keywords"})


def describe(old: Release, new: Release) -> list[str]:
    """Returns one line for each service and part that changed; none when the releases are equal.

    A line reads: Health › Find a clinic: option 3 'Kisumu' removed from 'region'; 2 screens
    reworded in Swahili
    """
    lines = [*_services(old, new), *_languages(old, new)]
    for field in fields(Release):
        if field.name not in _TOLD_ELSEWHERE:
            lines += _part(field.name, getattr(old, field.name), getattr(new, field.name))
    return lines


def _services(old: Release, new: Release) -> Iterator[str]:
    for id in dict.fromkeys([*new.services, *old.services]):
        before, after = old.services.get(id), new.services.get(id)
        if after is None and before is not None:
            yield f"{_name(old, before)}: removed"
        elif before is None and after is not None:
            yield f"{_name(new, after)}: added"
        elif before is not None and after is not None:
            facts = [*_header(before, after), *_screens(id, old, new)]
            if facts:
                yield f"{_name(new, after)}: {'; '.join(facts)}"


def _name(release: Release, service: Service) -> str:
    if service.id == HOME_SERVICE:
        return "Home"
    title = "".join(service.title[release.default_language].pieces)
    if not service.institution:
        return title
    return f"{service.institution.replace('_', ' ').capitalize()} › {title}"


def _header(before: Service, after: Service) -> Iterator[str]:
    if before.shortcut != after.shortcut:
        yield _one_for_another("shortcut", before.shortcut, after.shortcut)
    for sign, some, others in (("added", after, before), ("removed", before, after)):
        words = [
            f"'{word}'"
            for language, said in some.keywords.items()
            for word in said
            if word not in others.keywords.get(language, ())
        ]
        if words:
            yield f"keyword{'s' * (len(words) > 1)} {', '.join(words)} {sign}"
    for field in fields(Service):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if one == other or field.name in ("id", "shortcut", "keywords"):
            continue
        if isinstance(one, LocalisedText) and isinstance(other, LocalisedText):
            for language in _differing(one.by_language, other.by_language):
                yield f"{_words(field.name)} reworded in {language_name(language)}"
        else:
            yield f"{_words(field.name)} changed"


def _one_for_another(what: str, before: str, after: str) -> str:
    if not before:
        return f"{what} {after} added"
    return f"{what} {before} is now {after}" if after else f"{what} {before} removed"


def _screens(service: str, old: Release, new: Release) -> Iterator[str]:
    before, after = _of(service, old), _of(service, new)
    for sign, some, others in (("removed", before, after), ("added", after, before)):
        names = [f"'{name}'" for name in some if name not in others and "?" not in name]
        if names:
            yield f"screen{'s' * (len(names) > 1)} {', '.join(names)} {sign}"
    counts: dict[str, int] = {}
    for name, screen in after.items():
        if name in before and before[name] != screen:
            shown = name.partition("?")[0]  # a branch is told as the screen it belongs to
            yield from screen_changes(shown, before[name], screen, new.default_language)
            for language in reworded(before[name], screen):
                counts[language] = counts.get(language, 0) + 1
    for language, count in counts.items():
        yield f"{count} screen{'s' * (count > 1)} reworded in {language_name(language)}"


def _of(service: str, release: Release) -> dict[str, Screen]:
    parts = {name: name.partition(".") for name in release.screens}
    return {
        short: release.screens[name]
        for name, (owner, _, short) in parts.items()
        if owner == service
    }


def _languages(old: Release, new: Release) -> Iterator[str]:
    if old.languages != new.languages:
        told = ", ".join(new.languages.values())
        yield f"Languages: {told} (before: {', '.join(old.languages.values())})"


def _part(name: str, before: Any, after: Any) -> Iterator[str]:
    """Yields what changed in a part of a release that no service owns."""
    if before == after:
        return
    title = _words(name).capitalize()
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield f"{title}: changed"
        return
    facts = []
    for sign, keys in (
        ("added", [key for key in after if key not in before]),
        ("removed", [key for key in before if key not in after]),
        ("changed", [key for key in after if key in before and before[key] != after[key]]),
    ):
        if keys:
            facts.append(f"{', '.join(keys)} {sign}")
    yield f"{title}: {'; '.join(facts)}" if facts else f"{title}: another order"


def _differing(before: Mapping[str, Template], after: Mapping[str, Template]) -> Sequence[str]:
    languages = dict.fromkeys([*before, *after])
    return [each for each in languages if before.get(each) != after.get(each)]


def language_name(code: str) -> str:
    """Returns the English name of a language, or its code where none is known.

    >>> language_name("sw")
    'Swahili'
    """
    from babel import Locale, UnknownLocaleError  # a check on every save must not wait for it

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def _words(name: str) -> str:
    return name.replace("_seconds", "").replace("_", " ")

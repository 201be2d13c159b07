"""What has changed from one release to another, in plain language, for those who publish menus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.domain.menu.release import HOME_SERVICE, Release, ReservedWords, Service
from gateway.domain.menu.screens import Screen
from gateway.domain.menu_views.normalised import as_written
from gateway.domain.menu_views.screen_diff import ON_HOME, reworded, screen_changes
from gateway.domain.menu_views.service_diff import header_changes
from gateway.domain.text.language_names import language_name

#: Parts of a release that no service owns and that are told by the names in them.
PARTS: Mapping[str, str] = {
    "phrases": "Phrases",
    "institutions": "Institutions",
    "topics": "Topics",
    "datasets": "Datasets",
    "forms": "Forms",
    "look_ups": "Look-ups",
    "calls": "Calls",
    "messages": "Messages",
    "message_values": "Values of messages",
}


def describe(old: Release, new: Release) -> list[str]:
    """Returns one line for each service and part that changed; none when the releases are equal.

    A line reads: Health › Find a clinic: option 3 'Kisumu' removed from 'region'; 2 screens
    reworded in Swahili
    """
    relettered = old.transliterated ^ new.transliterated
    before, after = as_written(old, relettered), as_written(new, relettered)
    lines = [*_services(before, after), *_main(before, after)]
    for name, title in PARTS.items():
        lines += _part(title, getattr(before, name), getattr(after, name))
    return lines


def _services(old: Release, new: Release) -> Iterator[str]:
    for id in dict.fromkeys([*new.services, *old.services]):
        before, after = old.services.get(id), new.services.get(id)
        if after is None and before is not None:
            yield f"{_name(old, before)}: removed"
        elif before is None and after is not None:
            yield f"{_name(new, after)}: added"
        elif before is not None and after is not None:
            facts = [*header_changes(before, after), *_screens(id, old, new)]
            if id == HOME_SERVICE:  # its moves are what callers notice first
                yield from (_sentence(told) for told in facts if told.startswith(ON_HOME))
                facts = [told for told in facts if not told.startswith(ON_HOME)]
            if facts:
                yield f"{_name(new, after)}: {'; '.join(facts)}"


def _sentence(fact: str) -> str:
    return f"{fact[0].upper()}{fact[1:]}."


def _name(release: Release, service: Service) -> str:
    if service.id == HOME_SERVICE:
        return "Home"
    title = "".join(service.title[release.default_language].pieces)
    if not service.institution:
        return title
    return f"{service.institution.replace('_', ' ').capitalize()} › {title}"


def _screens(service: str, old: Release, new: Release) -> Iterator[str]:
    before, after = _of(service, old), _of(service, new)
    for sign, some, others in (("removed", before, after), ("added", after, before)):
        names = [f"'{name}'" for name in some if name not in others and "?" not in name]
        if names:
            yield f"screen{'s' * (len(names) > 1)} {', '.join(names)} {sign}"
    yield from _by_sms(service, old, new)
    counts: dict[str, int] = {}
    for name, screen in after.items():
        if name in before and before[name] != screen:
            shown = name.partition("?")[0]  # a branch is told as the screen it belongs to
            yield from screen_changes(shown, before[name], screen, new.default_language)
            for language in reworded(before[name], screen, new.default_language):
                counts[language] = counts.get(language, 0) + 1
    for language, count in counts.items():
        yield f"{count} screen{'s' * (count > 1)} reworded in {language_name(language)}"


def _by_sms(service: str, old: Release, new: Release) -> Iterator[str]:
    """Yields which screens stop those whom no SMS can reach, and which do so no more."""
    kept = {
        name for name in new.screens if name in old.screens and new.service_of(name).id == service
    }
    for names, are in (
        (new.sms_only - old.sms_only, "for those whom SMS reach"),
        (old.sms_only - new.sms_only, "for everybody now"),
    ):
        told = ", ".join(f"'{name.partition('.')[2]}'" for name in sorted(names & kept))
        if told:
            yield f"{told} {are}"


def _of(service: str, release: Release) -> dict[str, Screen]:
    parts = {name: name.partition(".") for name in release.screens}
    return {
        short: release.screens[name]
        for name, (owner, _, short) in parts.items()
        if owner == service
    }


def _main(old: Release, new: Release) -> Iterator[str]:
    """Yields what changed in main.yaml for all services together."""
    if old.languages != new.languages:
        told = ", ".join(new.languages.values())
        yield f"Languages: {told} (before: {', '.join(old.languages.values())})"
    if old.ask_language != new.ask_language:
        asked = "are asked" if new.ask_language else "are not asked any more"
        yield f"Languages: new callers {asked} for theirs"
    if old.currency != new.currency:
        before = f" (before: {old.currency})" if old.currency else ""
        yield f"Amounts: {f'in {new.currency}' if new.currency else 'of no currency'}{before}"
    for language in (each for each in new.languages if each in old.languages):
        if (language in old.ethiopic) != (language in new.ethiopic):
            calendar = "Ethiopian" if language in new.ethiopic else "Gregorian"
            yield f"Dates: {calendar} calendar in {language_name(language)}"
        if (language in old.from_six) != (language in new.from_six):
            clock = "from six" if language in new.from_six else "from midnight"
            yield f"Times: hours count {clock} in {language_name(language)}"
        if (language in old.transliterated) != (language in new.transliterated):
            letters = "in those of GSM-7" if language in new.transliterated else "as it is written"
            yield f"Letters: {language_name(language)} is shown {letters}"
    yield from _reserved(old.reserved, new.reserved)


def _reserved(before: ReservedWords, after: ReservedWords) -> Iterator[str]:
    facts = []
    for name in ("stop", "start", "help", "menu", "yes", "no"):
        old, new = getattr(before, name), getattr(after, name)
        for sign, words in ((f"added to {name}", new - old), (f"removed from {name}", old - new)):
            if words:
                facts.append(f"{', '.join(sorted(word.upper() for word in words))} {sign}")
    for word, language in after.languages.items():
        if before.languages.get(word, language) != language:
            facts.append(f"{word.upper()} is {language_name(language)} now")
    if facts:
        yield f"Reserved words: {'; '.join(facts)}"


def _part(title: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yields what changed in a part of a release that no service owns."""
    if before == after:
        return
    facts = []
    for sign, keys in (
        ("added", [key for key in after if key not in before]),
        ("removed", [key for key in before if key not in after]),
        ("changed", [key for key in after if key in before and before[key] != after[key]]),
    ):
        if keys:
            facts.append(f"{', '.join(keys)} {sign}")
    yield f"{title}: {'; '.join(facts)}"

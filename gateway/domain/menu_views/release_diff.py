"""What has changed from one release to another, in plain language, for those who publish menus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.domain.faults_and_errors.sentence import Sentence, one_after_another
from gateway.domain.menu.release import HOME_SERVICE, Release, ReservedWords, Service
from gateway.domain.menu.screens import Screen
from gateway.domain.menu_views.normalised import as_written
from gateway.domain.menu_views.screen_diff import ON_HOME, reworded, screen_changes
from gateway.domain.menu_views.service_diff import header_changes
from gateway.domain.text.language_names import language_name

#: Parts of a release that no service owns and that are told by the names in them.
PARTS: Mapping[str, Sentence] = {
    "phrases": Sentence("Phrases"),
    "institutions": Sentence("Institutions"),
    "topics": Sentence("Topics"),
    "datasets": Sentence("Datasets"),
    "forms": Sentence("Forms"),
    "look_ups": Sentence("Look-ups"),
    "calls": Sentence("Calls"),
    "messages": Sentence("Messages"),
    "message_values": Sentence("Values of messages"),
}


def describe(old: Release, new: Release) -> list[Sentence]:
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


def _services(old: Release, new: Release) -> Iterator[Sentence]:
    for id in dict.fromkeys([*new.services, *old.services]):
        before, after = old.services.get(id), new.services.get(id)
        if after is None and before is not None:
            yield Sentence("%(name)s: removed", name=_name(old, before))
        elif before is None and after is not None:
            yield Sentence("%(name)s: added", name=_name(new, after))
        elif before is not None and after is not None:
            facts = [*header_changes(before, after), *_screens(id, old, new)]
            if id == HOME_SERVICE:  # its moves are what callers notice first
                yield from (told for told in facts if told.startswith(ON_HOME))
                facts = [told for told in facts if not told.startswith(ON_HOME)]
            if facts:
                yield _told(_name(new, after), facts)


def _told(name: str, facts: Iterable[Sentence]) -> Sentence:
    return Sentence("%(name)s: %(facts)s", name=name, facts=one_after_another(facts))


def _name(release: Release, service: Service) -> str:
    if service.id == HOME_SERVICE:
        return Sentence("Home")
    title = "".join(service.title[release.default_language].pieces)
    if not service.institution:
        return title
    return f"{service.institution.replace('_', ' ').capitalize()} › {title}"


def _screens(service: str, old: Release, new: Release) -> Iterator[Sentence]:
    before, after = _of(service, old), _of(service, new)
    gone = [f"'{name}'" for name in before if name not in after and "?" not in name]
    come = [f"'{name}'" for name in after if name not in before and "?" not in name]
    if len(gone) == 1:
        yield Sentence("screen %(names)s removed", names=gone[0])
    elif gone:
        yield Sentence("screens %(names)s removed", names=", ".join(gone))
    if len(come) == 1:
        yield Sentence("screen %(names)s added", names=come[0])
    elif come:
        yield Sentence("screens %(names)s added", names=", ".join(come))
    yield from _by_sms(service, old, new)
    counts: dict[str, int] = {}
    for name, screen in after.items():
        if name in before and before[name] != screen:
            shown = name.partition("?")[0]  # a branch is told as the screen it belongs to
            yield from screen_changes(shown, before[name], screen, new.default_language)
            for language in reworded(before[name], screen, new.default_language):
                counts[language] = counts.get(language, 0) + 1
    for language, count in counts.items():
        called = language_name(language)
        yield Sentence(
            "%(number)s screens reworded in %(language)s",
            singular="%(number)s screen reworded in %(language)s",
            number=count,
            language=called,
        )


def _by_sms(service: str, old: Release, new: Release) -> Iterator[Sentence]:
    """Yields which screens stop those whom no SMS can reach, and which do so no more."""
    kept = {
        name for name in new.screens if name in old.screens and new.service_of(name).id == service
    }
    if told := _named((new.sms_only - old.sms_only) & kept):
        yield Sentence("%(names)s for those whom SMS reach", names=told)
    if told := _named((old.sms_only - new.sms_only) & kept):
        yield Sentence("%(names)s for everybody now", names=told)


def _named(screens: Iterable[str]) -> str:
    return ", ".join(f"'{name.partition('.')[2]}'" for name in sorted(screens))


def _of(service: str, release: Release) -> dict[str, Screen]:
    parts = {name: name.partition(".") for name in release.screens}
    return {
        short: release.screens[name]
        for name, (owner, _, short) in parts.items()
        if owner == service
    }


def _main(old: Release, new: Release) -> Iterator[Sentence]:
    """Yields what changed in main.yaml for all services together."""
    if old.languages != new.languages:
        yield Sentence(
            "Languages: %(names)s (before: %(before)s)",
            names=", ".join(new.languages.values()),
            before=", ".join(old.languages.values()),
        )
    if new.ask_language and not old.ask_language:
        yield Sentence("Languages: new callers are asked for theirs")
    if old.ask_language and not new.ask_language:
        yield Sentence("Languages: new callers are not asked any more for theirs")
    if old.currency != new.currency:
        yield _currency(old.currency, new.currency)
    for language in (each for each in new.languages if each in old.languages):
        yield from _shown(language, old, new)
    yield from _reserved(old.reserved, new.reserved)


def _currency(before: str, after: str) -> Sentence:
    if after:
        told = Sentence("Amounts: in %(currency)s", currency=after)
    else:
        told = Sentence("Amounts: of no currency")
    return told + (Sentence(" (before: %(currency)s)", currency=before) if before else "")


def _shown(language: str, old: Release, new: Release) -> Iterator[Sentence]:
    """Yields how days, times and letters of a language are shown otherwise."""
    called = language_name(language)
    if language in new.ethiopic - old.ethiopic:
        yield Sentence("Dates: Ethiopian calendar in %(language)s", language=called)
    if language in old.ethiopic - new.ethiopic:
        yield Sentence("Dates: Gregorian calendar in %(language)s", language=called)
    if language in new.from_six - old.from_six:
        yield Sentence("Times: hours count from six in %(language)s", language=called)
    if language in old.from_six - new.from_six:
        yield Sentence("Times: hours count from midnight in %(language)s", language=called)
    if language in new.transliterated - old.transliterated:
        yield Sentence("Letters: %(language)s is shown in those of GSM-7", language=called)
    if language in old.transliterated - new.transliterated:
        yield Sentence("Letters: %(language)s is shown as it is written", language=called)


def _reserved(before: ReservedWords, after: ReservedWords) -> Iterator[Sentence]:
    facts = []
    for name in ("stop", "start", "help", "menu", "yes", "no"):
        old, new = getattr(before, name), getattr(after, name)
        if come := ", ".join(sorted(word.upper() for word in new - old)):
            facts.append(Sentence("%(words)s added to %(name)s", words=come, name=name))
        if gone := ", ".join(sorted(word.upper() for word in old - new)):
            facts.append(Sentence("%(words)s removed from %(name)s", words=gone, name=name))
    for word, language in after.languages.items():
        if before.languages.get(word, language) != language:
            called = language_name(language)
            facts.append(
                Sentence("%(word)s is %(language)s now", word=word.upper(), language=called)
            )
    if facts:
        yield _told(Sentence("Reserved words"), facts)


def _part(
    title: Sentence, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Sentence]:
    """Yields what changed in a part of a release that no service owns."""
    if before == after:
        return
    facts = []
    if come := ", ".join(key for key in after if key not in before):
        facts.append(Sentence("%(names)s added", names=come))
    if gone := ", ".join(key for key in before if key not in after):
        facts.append(Sentence("%(names)s removed", names=gone))
    changed = [key for key in after if key in before and before[key] != after[key]]
    if changed:
        facts.append(Sentence("%(names)s changed", names=", ".join(changed)))
    yield _told(title, facts)

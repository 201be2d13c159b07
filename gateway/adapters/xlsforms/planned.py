"""Where a form goes in a menu: its service, title, shortcut and keyword, asked for or proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.adapters.shipped_languages.languages import form_words
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel, Keys
from gateway.domain.xlsforms.form.findings import Findings, Spot
from gateway.domain.xlsforms.form.languages import Tongues, code_of
from gateway.domain.xlsforms.form.sheets import SETTINGS, RawSheet, rows_of
from gateway.domain.xlsforms.plan import Plan
from gateway.domain.xlsforms.screens.names import slug

#: Shortcuts that are proposed.
_SHORTCUTS = range(21, 98)
_LONGEST_KEYWORD = 20
#: A longer title has no room in the sentences that name a service.
_LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody says of the service that is made of a form; what is empty is proposed."""

    service: str = ""
    title: str = ""
    institution: str = ""
    shortcut: str = ""
    keyword: str = ""
    language: str = ""
    rounds: int = 3


def planned(
    asked: Asked,
    release: Release,
    channels: Sequence[Channel],
    sheets: Mapping[str, RawSheet],
    stem: str,
    found: Findings,
) -> tuple[Plan, str]:
    """Returns where the form goes, and the language of texts that name none.

    `stem` is the name of the workbook, by which a form without an id is known.
    """
    spoken, keys = release.languages, keys_of(channels)
    if asked.language and asked.language not in spoken:
        raise Refused(f"'{asked.language}' is no language of main.yaml: {', '.join(spoken)}.")
    nothing = Tongues(spoken, release.default_language, Findings())
    rows = rows_of(sheets["settings"], SETTINGS, (), nothing, found) if "settings" in sheets else []
    settings = rows[0] if rows else None

    def of_form(column: str) -> str:
        return "" if settings is None else settings[column]

    service = slug(asked.service or of_form("form_id") or stem, "form")
    title = " ".join((asked.title or of_form("form_title") or service.replace("_", " ")).split())
    spot = Spot() if settings is None else settings.spot("form_title")
    if len(title) > _LONGEST_TITLE:
        over = len(title) - _LONGEST_TITLE
        found.fault(spot, f"The title is {over} letters too long: give a shorter one with --title.")
    elif len(spoken) > 1:
        found.decide(spot, f"The title is '{title}' in every language: translate it.")
    unnamed = asked.language or code_of(of_form("default_language"), spoken)
    word = (asked.keyword or service.replace("_", ""))[:_LONGEST_KEYWORD].upper()
    plan = Plan(
        service=service,
        spoken=spoken,
        words=form_words(spoken),
        keys=keys,
        title=dict.fromkeys(spoken, title.replace("{", "{{").replace("}", "}}")),
        institution=asked.institution or _only_institution(release),
        shortcut=asked.shortcut or _free_shortcut(release, keys, service),
        keywords={release.default_language: [word]},
        rounds=asked.rounds,
    )
    return plan, unnamed or release.default_language


def keys_of(channels: Sequence[Channel]) -> frozenset[str]:
    """Returns the keys that mean something else on one of the channels."""
    keys = [channel.keys for channel in channels] or [Keys()]
    return frozenset(key for each in keys for key in (each.back, each.home, each.more))


def _only_institution(release: Release) -> str:
    return next(iter(release.institutions)) if len(release.institutions) == 1 else ""


def _free_shortcut(release: Release, keys: frozenset[str], service: str) -> str:
    """Returns the shortcut that the service has already, or the first that nothing has."""
    if service in release.services and release.services[service].shortcut:
        return release.services[service].shortcut
    home = release.screens.get("home.home")
    taken = {*release.shortcuts, *keys, *getattr(home, "options", {})}
    return next((str(each) for each in _SHORTCUTS if str(each) not in taken), "")

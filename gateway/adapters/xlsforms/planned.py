"""Where a form goes in a menu: its service, title, shortcut and keyword, asked for or proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.adapters.shipped_languages.languages import form_words
from gateway.adapters.yaml import documents
from gateway.domain.faults_and_errors.errors import FilesInvalid, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel, Keys
from gateway.domain.xlsforms.form.findings import Findings, Spot
from gateway.domain.xlsforms.form.languages import Tongues, code_of
from gateway.domain.xlsforms.form.sheets import SETTINGS, RawSheet, rows_of
from gateway.domain.xlsforms.plan import Plan, Tree
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
    written: Callable[[str], str | None] = lambda service: None,
) -> tuple[Plan, str]:
    """Returns where the form goes, and the language of texts that name none.

    `stem` is the name of the workbook, by which a form without an id is known. `written` tells the
    text of a service's file where there is one: what people have written above its screens stays,
    such as its title in other languages.
    """
    spoken, keys = release.languages, keys_of(channels)
    if asked.language and asked.language not in spoken:
        raise Refused(
            Sentence(
                "'%(language)s' is no language of main.yaml: %(names)s.",
                language=asked.language,
                names=", ".join(spoken),
            )
        )
    nothing = Tongues(spoken, release.default_language, Findings())
    rows = rows_of(sheets["settings"], SETTINGS, (), nothing, found) if "settings" in sheets else []
    settings = rows[0] if rows else None

    def of_form(column: str) -> str:
        return "" if settings is None else settings[column]

    service = slug(asked.service or of_form("form_id") or stem, "form")
    kept = _header_of(written(service))
    title = " ".join((asked.title or of_form("form_title") or service.replace("_", " ")).split())
    spot = Spot() if settings is None else settings.spot("form_title")
    if len(title) > _LONGEST_TITLE:
        over, title = len(title) - _LONGEST_TITLE, _shortened(title)
        sentence = Sentence(
            "The title is %(over)s letters too long: it is '%(title)s' until you say.",
            over=over,
            title=title,
        )
        found.decide(spot, sentence)
    titles: Mapping[str, str] = dict.fromkeys(spoken, _as_text(title))
    before = kept.get("title")
    if isinstance(before, Mapping) and before.get(release.default_language) == _as_text(title):
        titles = {code: str(text) for code, text in before.items()}
    elif before == _as_text(title):
        titles = dict.fromkeys(spoken, str(before))
    elif len(spoken) > 1:
        found.decide(
            spot, Sentence("The title is '%(title)s' in every language: translate it.", title=title)
        )
    unnamed = asked.language or code_of(of_form("default_language"), spoken)
    word = (asked.keyword or service.replace("_", ""))[:_LONGEST_KEYWORD].upper()
    plan = Plan(
        service=service,
        spoken=spoken,
        words=form_words(spoken),
        keys=keys,
        title=titles,
        institution=asked.institution
        or str(kept.get("institution", ""))
        or _only_institution(release),
        shortcut=asked.shortcut or _free_shortcut(release, keys, service),
        keywords=_keywords(kept, {release.default_language: [word]}, anew=bool(asked.keyword)),
        rounds=asked.rounds,
        kept=kept,
    )
    return plan, unnamed or release.default_language


def _header_of(text: str | None) -> Mapping[str, Tree]:
    """Returns what stands above the screens of a service's file; nothing where none can be read."""
    if text is None:
        return {}
    try:
        tree = documents.parse(text.encode(), "", "M").tree
    except FilesInvalid:
        return {}
    written = tree.items() if isinstance(tree, dict) else ()
    return {key: each for key, each in written if key != "screens"}


def _shortened(title: str) -> str:
    """Returns the words of a title for which a line has room."""
    words = title[: _LONGEST_TITLE + 1].rpartition(" ")[0].rstrip(" -–—:;,.(/")
    return words or title[:_LONGEST_TITLE]


def _as_text(title: str) -> str:
    return title.replace("{", "{{").replace("}", "}}")


def _keywords(
    kept: Mapping[str, Tree], proposed: Mapping[str, list[str]], *, anew: bool
) -> Mapping[str, Sequence[str]]:
    """Returns the words that open the service: those that people have written, if there are any."""
    written = kept.get("keywords")
    if not isinstance(written, Mapping):
        return proposed
    words = {
        code: [str(word) for word in each] if isinstance(each, list) else [str(each)]
        for code, each in written.items()
    }
    return {**words, **proposed} if anew else words


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

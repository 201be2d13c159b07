"""What the editor's pages show: the tree of files and screens, a file's cards, and the phones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.adapters.menu_files.forms.fields import Card, FileForm
from gateway.adapters.yaml.documents import Tree, parse
from gateway.deployment.menu_of_texts import ReadMenu
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu.draft import MAIN_FILE, Draft, is_dialogue
from gateway.domain.menu_views.phone_pages import Phone, channels_of, phones

_SERVICE = re.compile(r"^service:[ ]*[\"']?([a-z][a-z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A file in the tree: its title, how many faults it has, and whether it was changed."""

    path: str
    title: str
    faults: int
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card with its faults; it is `chosen` where the phones show its screen."""

    card: Card
    screen: str
    faults: Sequence[Fault]
    chosen: bool
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """A screen on the phones of one kind of page, and which kinds there are."""

    screen: str
    each: Sequence[Phone]
    channels: Sequence[str] = field(default=())


def rows(draft: Draft, menu: ReadMenu, faults: Sequence[Fault]) -> list[Row]:
    """Returns the files of a draft, but its dialogues: main.yaml, the services, then the others."""
    files = {path: text for path, text in draft.files.items() if not is_dialogue(path)}
    changed = set(draft.changed_files)
    found = [
        Row(
            path=path,
            title=_title(path, text, menu),
            faults=sum(fault.file == path for fault in faults),
            changed=path in changed,
        )
        for path, text in files.items()
    ]
    return sorted(found, key=lambda row: _order(row, files[row.path]))


def _order(row: Row, text: str) -> tuple[int, str]:
    if row.path == MAIN_FILE:
        return 0, ""
    is_service = "/" not in row.path and _SERVICE.search(text) is not None
    return (1 if is_service else 2), (row.title or row.path).casefold()


def _title(path: str, text: str, menu: ReadMenu) -> str:
    service = _SERVICE.search(text)
    if service is None or "/" in path or menu.review is None:
        return ""
    release = menu.review.menu.release
    known = release.services.get(service[1])
    title = None if known is None else known.title.by_language.get(release.default_language)
    return "" if title is None else title.fill({})


def cards(
    form: FileForm, path: str, chosen: str, draft: Draft, faults: Sequence[Fault]
) -> list[CardView]:
    """Returns the cards of a file; the first screen is chosen where nothing else is."""
    mine = [fault for fault in faults if fault.file == path]
    before, now = (_tree(files.get(path, "")) for files in (draft.base_files, draft.files))
    screens = [_screen_of(form, card) for card in form.cards]
    chosen = chosen if chosen and chosen in screens else next(filter(None, screens), "")
    return [
        CardView(
            card=card,
            screen=screen,
            faults=_of_card(card, form.cards, mine),
            chosen=bool(screen) and screen == chosen,
            changed=_at(before, card.path) != _at(now, card.path) if card.path else False,
        )
        for card, screen in zip(form.cards, screens, strict=True)
    ]


def _of_card(card: Card, all_cards: Sequence[Card], mine: Sequence[Fault]) -> list[Fault]:
    """Returns the faults within a card; what is in no card is of the one above all."""

    def within(one: Card, fault: Fault) -> bool:
        return one.line <= fault.line <= one.last_line

    if card.path:
        return [fault for fault in mine if within(card, fault)]
    others = [each for each in all_cards if each.path]
    return [fault for fault in mine if not any(within(each, fault) for each in others)]


def _screen_of(form: FileForm, card: Card) -> str:
    if card.path[:1] == ("screens",):
        return card.name
    return "home" if card.path == ("home",) else ""


def _tree(text: str) -> Tree:
    try:
        return parse(text.encode(), "", "M").tree
    except (FilesInvalid, UnicodeEncodeError):
        return text


def _at(tree: Tree, path: Sequence[str]) -> Tree | None:
    for name in path:
        if not isinstance(tree, dict) or name not in tree:
            return None
        tree = tree[name]
    return tree


def phones_of(menu: ReadMenu, service: str, screen: str, channels: str) -> Phones:
    """Returns a screen of a file as phones show it; none where nobody sees it."""
    id = f"{service}.{screen}"
    if menu.review is None or not screen or id not in menu.review.menu.release.screens:
        return Phones(screen=screen, each=())
    return Phones(
        screen=screen,
        each=phones(menu.review, id, channels),
        channels=channels_of(menu.review, id),
    )


def names_of(menu: ReadMenu) -> Mapping[str, str]:
    """Returns the languages of a menu, each by its own name."""
    return {} if menu.review is None else menu.review.menu.release.languages

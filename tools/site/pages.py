"""Which pages the site has, for whom, and how a page of the repository becomes one of the site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

HOME = Path(__file__).parents[2]

#: The first page. It is the README: its words stand once.
LANDING = "README"

#: The pages by reader, in reading order; those of a folder stand by themselves.
NAVIGATION: Mapping[str, Sequence[str]] = {
    "Citizens' services": (
        "docs/start",
        "docs/first-services",
        "docs/menus",
        "docs/texts",
        "docs/datasets",
        "docs/xlsforms",
        "docs/forms",
        "docs/sms",
        "docs/dialogues",
        "docs/publishing",
        "docs/broadcasts",
        "docs/alerts",
        "docs/consent",
        "docs/glossary",
    ),
    "Developers in a ministry": (
        "docs/calls",
        "docs/handlers",
        "docs/reference/handler-api",
    ),
    "Engineer on call": (
        "docs/operations",
        "docs/overview",
        "docs/messages",
        "docs/channels",
        "docs/first-warning",
        "docs/institutions",
        "docs/console",
        "docs/desk",
        "docs/ledger",
        "docs/upgrading",
        "docs/settings",
        "docs/providers",
        "docs/hsenid",
        "docs/smpp",
        "docs/orange",
        "docs/rapidpro",
        "docs/presets",
        "docs/first-line",
        "docs/android",
        "docs/performance",
        "docs/privacy",
        "docs/security",
        "CHANGELOG",
    ),
    "Look up": (
        "docs/reference/commands",
        "docs/reference/menu-files",
        "docs/reference/settings",
        "docs/reference/fault-codes",
        "docs/reference/metrics",
        "docs/reference/first-lines",
    ),
    "Contributors": (
        "CONTRIBUTING",
        "docs/architecture",
        "docs/decisions/README",
        "docs/dependencies",
        "docs/licences",
        "gateway/adapters/drawings/fonts/README",
        "docs/dpg",
        "SECURITY",
        "CODE_OF_CONDUCT",
    ),
}

#: Folders whose README lists the other pages in them.
LISTED = ("docs/decisions",)

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])+)\]\(([^()#\s]+)(#[^()\s]*)?\)")


def patterns() -> list[str]:
    """Returns the files that are pages, as Sphinx wants them."""
    named = [f"{page}.md" for pages in NAVIGATION.values() for page in pages]
    return [f"{LANDING}.md", *named, "docs/**/*.md"]


def prepared(page: str, text: str) -> str:
    """Returns the text of a page as the site needs it.

    A link to a folder leads to its README, as it does where the repository is read; one to a folder
    without any keeps its words only, since a site has no lists of files.
    """
    folder = (HOME / page).parent

    def mended(link: re.Match[str]) -> str:
        words, target, anchor = link[1], link[2], link[3] or ""
        if "://" in target or not (folder / target).is_dir():
            return link[0]
        readme = Path(target) / "README.md"
        return f"[{words}]({readme.as_posix()}{anchor})" if (folder / readme).is_file() else words

    return _LINK.sub(mended, text) + _trees(page)


def _trees(page: str) -> str:
    """Returns the lists that Sphinx makes the navigation of."""
    if page == LANDING:
        return "".join(_tree(pages, caption) for caption, pages in NAVIGATION.items())
    folder, _, name = page.rpartition("/")
    if folder in LISTED and name == "README":
        others = sorted(each.stem for each in (HOME / folder).glob("[0-9]*.md"))
        return _tree([f"{folder}/{each}" for each in others])
    return ""


def _tree(pages: Sequence[str], caption: str = "") -> str:
    head = [":hidden:", f":caption: {caption}" if caption else ""]
    lines = [*filter(None, head), "", *(f"/{page}" for page in pages)]
    return "\n\n```{toctree}\n" + "\n".join(lines) + "\n```\n"

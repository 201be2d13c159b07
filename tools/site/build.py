"""Builds the site strictly: what Sphinx warns of is a fault, and so is an anchor that is not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tools.site.pages import HOME


def build(folder: Path) -> str:
    """Builds the site into a folder; returns what is wrong, a line each, or nothing."""
    configuration, warnings = HOME / "tools" / "site", io.StringIO()
    with patch_docutils(configuration), docutils_namespace():
        Sphinx(
            HOME, configuration, folder, folder.with_name(f"{folder.name}-doctrees"), "html",
            status=None, warning=warnings, freshenv=True,
        ).build()  # fmt: skip
    return warnings.getvalue() + "".join(f"{fault}\n" for fault in faults(folder))


def faults(folder: Path) -> Iterator[str]:
    """Yields a sentence for each link within the built site that leads nowhere.

    Sphinx checks what it resolves itself; this reads what a browser will.
    """
    pages = {path.resolve(): _read(path) for path in sorted(folder.rglob("*.html"))}
    for path, page in pages.items():
        where = path.relative_to(folder.resolve())
        for link in page.links:
            target, anchor = urldefrag(link)
            if "://" in target or target.startswith(("data:", "mailto:")):
                continue
            file = (path.parent / unquote(target.partition("?")[0])).resolve() if target else path
            if not file.exists():
                yield f"{where}: the link to {link} leads nowhere."
            elif anchor and file in pages and unquote(anchor) not in pages[file].anchors:
                yield f"{where}: {link} names a heading that is not there."


class _Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = {"top"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps what leads somewhere, and where one may lead."""
        for name, value in attrs:
            if name in {"href", "src"} and value and tag != "form":
                self.links.add(value)
            elif name == "id" and value:
                self.anchors.add(value)


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page

"""The configuration of Sphinx: `make docs` builds the site into build/site."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

sys.path.insert(0, str(Path(__file__).parents[2]))  # Sphinx runs this file by itself

from tools.site import pages
from tools.site.accessible import mended

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Citizen gateway"
author = "The citizen gateway's authors"
copyright = f"2026 {author}"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = pages.LANDING
include_patterns = pages.patterns()
exclude_patterns = [".venv", "build", "dist", "data"]
nitpicky = True
smartquotes = False  # it would make a dash of the signs before an option

# Anchors are those that platforms make where the repository is read.
myst_heading_anchors = 6
myst_enable_extensions = ["html_image"]
myst_links_external_new_tab = False

# Nothing is fetched, by who builds or by who reads: letters are those of the reader's system.
html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": False}
highlight_language = "none"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


def _prepare(app: Sphinx, page: str, text: list[str]) -> None:
    text[0] = pages.prepared(page, text[0])


def _finish(app: Sphinx, error: Exception | None) -> None:
    """Mends every page, and gives the first the name under which a server looks for it."""
    if error is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    for path in folder.rglob("*.html"):
        path.write_text(mended(path.read_text("utf-8")), "utf-8")
    shutil.copy(folder / f"{root_doc}.html", folder / "index.html")


def setup(app: Sphinx) -> None:
    """Connects what this file adds."""
    app.add_lexer("csv", TextLexer)  # nothing in rows of data needs a colour
    app.connect("source-read", _prepare)
    app.connect("build-finished", _finish)

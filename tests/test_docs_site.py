"""The documentation site builds strictly, fetches nothing, and its references are current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.reference import markdown
from tools.reference.__main__ import FOLDER, PAGES
from tools.site import pages
from tools.site.build import faults

HOME = Path(__file__).parent.parent


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_says_what_the_code_says(name: str) -> None:
    assert PAGES[name]() == (FOLDER / name).read_text("utf-8"), "run: make reference"


def test_no_reference_stays_when_nothing_writes_it_any_more() -> None:
    assert set(PAGES) == {path.name for path in FOLDER.iterdir()}


def test_the_site_builds_without_a_warning_and_every_page_is_reached(site: Path) -> None:
    first = (site / "index.html").read_text("utf-8")

    for named in pages.NAVIGATION.values():
        for page in named:
            assert f'href="{page}.html"' in first
    for reader in pages.NAVIGATION:
        assert reader.replace("'", "&#39;") in first or reader in first


def test_the_landing_page_is_the_readme(site: Path) -> None:
    title = (HOME / "README.md").read_text("utf-8").partition("\n")[0].removeprefix("# ")

    assert f"<h1>{title}<" in (site / "index.html").read_text("utf-8")


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"<(?:link|script|img|iframe|source)\b[^>]*(?:href|src)=\"(?:\w+:)?//")
    styles = re.compile(r"(?:@import|url\()\s*[\"']?(?:\w+:)?//")

    found = [path.name for path in site.rglob("*.html") if fetched.search(path.read_text("utf-8"))]
    found += [path.name for path in site.rglob("*.css") if styles.search(path.read_text("utf-8"))]

    assert [] == found


def test_a_link_and_an_anchor_that_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#here">1</a><a href="b.html#gone">2</a><a href="c.html">3</a>'
        '<img src="no.png"><a href="https://example.org/#x">4</a><a href="#self">5</a>',
        "utf-8",
    )
    (tmp_path / "b.html").write_text('<h2 id="here">Here</h2>', "utf-8")

    told = sorted(faults(tmp_path))

    assert [
        "a.html: #self names a heading that is not there.",
        "a.html: b.html#gone names a heading that is not there.",
        "a.html: the link to c.html leads nowhere.",
        "a.html: the link to no.png leads nowhere.",
    ] == told


@pytest.mark.parametrize(
    ("page", "written", "shown"),
    [
        ("README", "[why](docs/decisions/)", "[why](docs/decisions/README.md)"),
        ("docs/dpg", "[tests](../tests) pass", "tests pass"),
        ("docs/dpg", "[one](menus.md#texts)", "[one](menus.md#texts)"),
        ("docs/dpg", "[far](https://example.org/)", "[far](https://example.org/)"),
    ],
)
def test_a_link_to_a_folder_becomes_one_to_its_readme_or_words(
    page: str, written: str, shown: str
) -> None:
    assert pages.prepared(page, written).startswith(shown)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("With --url they wait.", "With `--url` they wait."),
        ("or in GATEWAY_HOME.", "or in `GATEWAY_HOME`."),
        ("a `--flag` and *384*2026#", "a `--flag` and \\*384\\*2026\\#"),
        ("national_id, [default: 2] -- so", "national\\_id, \\[default: 2\\] -- so"),
    ],
)
def test_words_of_the_code_are_shown_as_they_are(said: str, shown: str) -> None:
    assert shown == markdown.plain(said)


def test_no_sign_of_a_page_is_made_prettier(site: Path) -> None:
    assert "through Africa's Talking" in (site / "index.html").read_text("utf-8")

"""The table of docs/menus.md about texts says how they are read."""

from __future__ import annotations

import re

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from tests.menus.sample import CHANNELS, FILES, write
from tests.test_docs_menus import MENUS, _handlers, example

TABLE = re.findall(
    r"^\| `([^`|]+)` \| (nothing|`[^|]+`) \| ([^|]+) \|$",
    MENUS.partition("## How a text is understood")[2].partition("\n## ")[0],
    re.M,
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The example of the page."""
    names = ("main.yaml", "exam_results.yaml", "water.yaml")
    files = {name: example(MENUS, name) for name in names}
    folder = tmp_path_factory.mktemp("menus")
    return load(
        write(folder, {**files, "phrases.yaml": FILES["phrases.yaml"]}), _handlers(), CHANNELS[:1]
    )


def as_written(release: Release, found: Read) -> str:
    """Returns what was found as the table writes it."""
    if found.opening is Opening.UNKNOWN:
        return "nothing"
    if found.opening is Opening.LEAVE:
        return "a wish for no more SMS"
    if found.opening is not Opening.SERVICE:
        return f"`{found.opening.value.upper()}`"
    keywords = release.services[found.service].keywords
    first = keywords[found.language or release.default_language][0]
    return " ".join(f"`{word}`" for word in (first, *found.words))


@pytest.mark.parametrize(("text", "shown", "how"), TABLE)
def test_a_text_is_read_as_the_page_says(release: Release, text: str, shown: str, how: str) -> None:
    found = read(release, text)

    assert shown == as_written(release, found)
    assert how.startswith("a guess") == bool(found.meant)
    asks_in_general = found.opening is Opening.LEAVE
    assert (
        asks_in_general
        or not found.meant
        or fold(found.meant) in {fold(word) for word in re.findall("`(.+?)`", shown)}
    )


def test_the_page_has_as_many_refusals_and_guesses_as_a_reader_needs() -> None:
    assert len(TABLE) >= 15
    assert {"nothing"} < {shown for _, shown, _ in TABLE}

"""In which language a text is written, by the words of the menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.menu_files.load import load
from gateway.domain.inbound.text_language import language_of_text
from gateway.domain.menu.release import Release
from tests.handlers.desk import HANDLERS
from tests.phones import CHANNEL

MENUS = Path(__file__).parents[2] / "menus"
TEXTS = {
    "en": [
        "what is this", "where is the nearest hospital", "my mother is sick", "hello",
        "the road to Wendu is broken since monday", "I don't understand",
    ],
    "fr": [
        "Bonjour, je voudrais connaître le prix du maïs", "merci beaucoup madame",
        "je ne comprends rien", "où est le centre de santé de Mbale", "ça ne marche pas",
        "quand est-ce que la pension sera payée", "BONJOUR JE NE SAIS PAS",
    ],
    "sw": [
        "Habari, naomba kujua bei ya mahindi Mbale", "sielewi chochote", "nisaidie tafadhali",
        "kituo cha afya kiko wapi", "mtoto wangu anaumwa sana", "barabara imeharibika",
    ],
    "am": ["ምን ማለት ነው", "የበቆሎ ዋጋ ስንት ነው", "ሠላም"],
    # names, numbers, signs, and words of no language or of several
    "": [
        "", "2", "?", "👍", "Mbale", "Asha Musa", "John Mwangi Kamau", "Jean Moussa", "lol",
        "10231456", "SMS", "xyzzy plugh", "Wendu Mbale Kolwe", "Asha Musa Juma le Mbale",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def release() -> Release:
    return load(MENUS, HANDLERS, [CHANNEL])


@pytest.mark.parametrize(
    ("text", "language"), [(text, each) for each, texts in TEXTS.items() for text in texts]
)
def test_a_text_is_of_the_language_whose_words_it_has(
    text: str, language: str, release: Release
) -> None:
    assert language == language_of_text(release, text)


@given(text=st.text(max_size=200))
def test_any_text_is_of_one_of_the_languages_or_of_none(text: str, release: Release) -> None:
    assert language_of_text(release, text) in {*release.languages, ""}


def test_a_long_text_is_read_at_its_beginning(release: Release) -> None:
    text = "je ne comprends rien. " * 30 + "the road is broken " * 500

    assert "fr" == language_of_text(release, text)

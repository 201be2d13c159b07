"""Texts that ask for the same stand together; what is not alike stays apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.inbound.alike import grouped
from gateway.domain.reading.folding import fold


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("school fees how much", "How much are SCHOOL fees?", "school"),
        ("clinic", "clinik", "clinic"),
        ("how much is maize", "price of maize", "maize"),
        ("naomba pasipoti", "paspoti bei gani", "pasipoti"),
        ("lesseni ya gari", "leseni ya udereva", "lesseni"),
        ("فاتورة الكهرباء مرتفعة", "فاتوره الكهربا", "الكهرباء"),
        ("i lost my vaccination card", "vaxination card", "vaccination"),
        ("kliniki iko wapi", "KLINIKI wapi iko", "kliniki"),
        ("ቀበሌ መታወቂያ", "ቀበሌ መታወቂያ የት", "መታወቂያ"),
        ("विद्यालय कहाँ", "विद्यालय कहाँ है", "विद्यालय"),
        ("carte d'identité", "Carte d'identite perdue", "didentité"),
    ],
)
def test_what_is_alike_is_one_group_with_its_commonest_word(
    one: str, other: str, word: str
) -> None:
    (group,) = grouped([one, other])

    assert ((0, 1), word) == (group.places, group.word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("how much is maize", "how much is milk"),
        ("my bill", "my mill"),
        ("my cow is sick", "school fees"),
        ("hello", "help"),
        ("መታወቂያ", "ክትባት"),
        ("12345", "67890"),
    ],
)
def test_what_is_not_alike_stays_apart(one: str, other: str) -> None:
    assert [(0,), (1,)] == [group.places for group in grouped([one, other])]


def test_the_largest_group_comes_first_and_signs_alone_are_in_none() -> None:
    found = grouped(["hello", "???", "school fees", "fees school", "", "School fees!"])

    assert [(2, 3, 5), (0,)] == [group.places for group in found]


def test_a_word_that_is_written_in_many_ways_makes_one_group() -> None:
    """They are as citizens write; each would be answered by the keyword that is taught."""
    texts = [
        "passport how much", "how much is pasport", "passaport fee", "cost of passport please",
        "paspot inatoka lini", "PASSPORT", "power bill high", "umeme bill too high",
    ]  # fmt: skip

    found = [(group.places, group.word) for group in grouped(texts)]

    assert [((0, 1, 2, 3, 4, 5), "passport"), ((6, 7), "bill")] == found


@given(st.lists(st.text(max_size=30), max_size=20))
def test_each_text_with_a_letter_or_digit_is_in_one_group(texts: list[str]) -> None:
    places = sorted(place for group in grouped(texts) for place in group.places)

    said = [place for place, text in enumerate(texts) if any(map(fold, text.split()[:12]))]
    assert said == places

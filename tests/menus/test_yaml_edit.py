"""Texts are changed in a YAML file in place: whatever else stands there, stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.adapters.yaml.documents import parse
from gateway.adapters.yaml.edit_in_place import NotEditable, edited
from gateway.domain.faults_and_errors.source_location import Path
from tests.hard_to_write import HARD

SOURCE = """\
# What is above stays.
title:   # behind a key
  en: "Hello"   # behind a text
  sw: 'It''s'

  # above the next key
flow: {en: One, sw: "Two"}   # behind a map
asked: {en: Is there water?, sw: Kuna maji?}
over_lines: {en: "A",
             sw: B,
}
block:
  en: |
    one
    two
  sw: >
    folded
    text
plain:
  en: a plain text
    that goes on
  fr: x
list:
  - {label: {en: L}}
"""


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("title", "en"), '"Hello"', '"New"'),
        (("title", "sw"), "'It''s'", '"New"'),
        (("title", "am"), "  sw: 'It''s'\n", "  sw: 'It''s'\n  am: \"New\"\n"),
        (("flow", "en"), "One", '"New"'),
        (("flow", "am"), '"Two"}', '"Two", am: "New"}'),
        (("asked", "sw"), "Kuna maji?", '"New"'),
        (("over_lines", "am"), "sw: B,", 'sw: B, am: "New",'),
        (("block", "en"), "|\n    one\n    two\n", '"New"\n'),
        (("block", "am"), "    text\n", '    text\n  am: "New"\n'),
        (("plain", "en"), "a plain text\n    that goes on", '"New"'),
        (("plain", "no"), "  fr: x\n", '  fr: x\n  "no": "New"\n'),
        (("list", "0", "label", "sw"), "{en: L}", '{en: L, sw: "New"}'),
    ],
)
def test_one_text_is_changed_and_nothing_else(path: Path, old: str, new: str) -> None:
    assert 1 == SOURCE.count(old)

    assert SOURCE.replace(old, new) == edited(SOURCE, {path: "New"})


def test_a_byte_order_mark_stays_in_front_and_moves_nothing() -> None:
    changed = edited(f"\ufeff{SOURCE}", {("flow", "en"): "New"})

    assert changed == "\ufeff" + SOURCE.replace("One", '"New"')


def test_several_texts_are_changed_at_once() -> None:
    changed = edited(SOURCE, {("title", "en"): "1", ("flow", "sw"): "2", ("flow", "am"): "3"})

    assert changed == SOURCE.replace('"Hello"', '"1"').replace('"Two"}', '"2", am: "3"}')


@pytest.mark.parametrize(
    "path", [("title",), ("nothing", "en"), ("title", "en", "deeper"), ("list", "0", "x", "en")]
)
def test_what_is_no_text_is_left_alone(path: Path) -> None:
    with pytest.raises(NotEditable):
        edited(SOURCE, {path: "New"})


_SPOTS = st.sampled_from([("title", "en"), ("title", "am"), ("flow", "am"), ("block", "en")])


@given(_SPOTS, st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(HARD)))
@example(("title", "en"), "".join(HARD))
@example(("block", "en"), "\ufffe")
@example(("flow", "am"), "\ufeff")
@example(("title", "am"), "a\x85b\u2028c\u2029 d\r\n\te")
@example(("flow", "am"), "\U0001fffe\U0010ffff\ud7ff\ue000")
def test_a_text_is_read_back_as_it_was_written(path: Path, text: str) -> None:
    document = parse(edited(SOURCE, {path: text}).encode(), "f", "M")

    tree = document.tree
    assert isinstance(tree, dict)
    assert isinstance(texts := tree[path[0]], dict)
    assert text == texts[path[1]]
    assert () == document.faults


@pytest.mark.parametrize("char", HARD)
def test_what_no_file_holds_as_it_is_survives_in_every_spot(char: str) -> None:
    for path in (("title", "en"), ("flow", "am"), ("block", "en"), ("plain", "en")):
        tree = parse(edited(SOURCE, {path: f"a{char}b"}).encode(), "f", "M").tree
        assert isinstance(tree, dict)
        assert isinstance(texts := tree[path[0]], dict)
        assert f"a{char}b" == texts[path[1]]


@pytest.mark.parametrize("half", ["\ud800", "a\udcffb"])
def test_half_a_character_is_refused_with_its_place(half: str) -> None:
    with pytest.raises(NotEditable, match=r"title\.en cannot be written: it holds half of a char"):
        edited(SOURCE, {("title", "en"): half})

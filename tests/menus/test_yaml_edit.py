"""Texts are changed in a YAML file in place: whatever else stands there, stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.yaml.documents import parse
from gateway.adapters.yaml.edit_in_place import NotEditable, edited
from gateway.domain.faults_and_errors.source_location import Path

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


@given(_SPOTS, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_a_text_is_read_back_as_it_was_written(path: Path, text: str) -> None:
    document = parse(edited(SOURCE, {path: text}).encode(), "f", "M")

    tree = document.tree
    assert isinstance(tree, dict)
    assert isinstance(texts := tree[path[0]], dict)
    assert text == texts[path[1]]
    assert () == document.faults

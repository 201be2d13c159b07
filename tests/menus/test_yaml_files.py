"""YAML as text: nothing is guessed, every value has its place, and nothing breaks the reader."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr

from gateway.adapters.yaml.documents import MAX_DEPTH, Tree, parse, read
from gateway.adapters.yaml.parser_problems import problem_of
from gateway.adapters.yaml.validate import validate
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place


def parsed(source: str | bytes) -> Tree:
    """Returns the tree of a source without faults."""
    document = parse(source if isinstance(source, bytes) else source.encode(), "f.yaml", "M")
    assert document.faults == ()
    return document.tree


@pytest.mark.parametrize(
    "written",
    ["00", "0", "010", "no", "Yes", "on", "1:30", "~", "null", "1e3", "0x1F", "2026-01-01", ".inf"],
)
def test_a_value_is_the_text_that_is_written(written: str) -> None:
    assert {written: written} == parsed(f"{written}: {written}")
    assert [written] == parsed(f"[{written}]")


def test_home_and_back_are_two_keys() -> None:
    assert {"0": "back", "00": "home"} == parsed("0: back\n00: home\n")


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a:", {"a": ""}),
        ("a: 'it''s'", {"a": "it's"}),
        ('a: "\\u1218"', {"a": "መ"}),
        ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
        ("a: [b, {c: d}]", {"a": ["b", {"c": "d"}]}),
        ("- a\n- b", ["a", "b"]),
        ("text", "text"),
        ("", ""),
        ("# nothing but a comment", ""),
        ("<<: a", {"<<": "a"}),
        (b"\xef\xbb\xbfa: b", {"a": "b"}),
    ],
)
def test_what_stands_in_a_file(source: str | bytes, tree: Tree) -> None:
    assert tree == parsed(source)


def test_every_key_and_value_has_its_place() -> None:
    document = parse("ትምህርት: {b: c}\nd:\n  - e\n  - f: g\n".encode(), "f.yaml", "M")

    assert Place("f.yaml", 1, 1) == document.spots[("ትምህርት",)].key
    assert Place("f.yaml", 1, 8) == document.spots[("ትምህርት",)].value
    assert Place("f.yaml", 1, 9) == document.spots[("ትምህርት", "b")].key
    assert Place("f.yaml", 1, 12) == document.spots[("ትምህርት", "b")].value
    assert Place("f.yaml", 3, 5) == document.spots[("d", "0")].value
    assert Place("f.yaml", 4, 8) == document.spots[("d", "1", "f")].value


def test_what_is_missing_is_placed_where_it_should_stand() -> None:
    document = parse(b"a:\n  b: c\n", "f.yaml", "M")

    assert Place("f.yaml", 2, 6) == document.at(("a", "b", "x", "y")).value
    assert Place("f.yaml", 1, 1) == document.at(("z",)).key


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        (b"a: 1\nb: 2\na: 3\n", [(3, 1, "M005")]),
        (b"a: &x 1\nb: *x\n", [(1, 4, "M006"), (2, 4, "M006")]),
        (b"a: !!int 1\nb: !own {c: d}\n", [(1, 4, "M006"), (2, 4, "M006")]),
        (b"a: ! b\n", [(1, 4, "M006")]),
        (b"[a]: b\n{c: d}: e\n", [(1, 1, "M004"), (2, 1, "M004")]),
        (b"a: b\n---\nc: d\n", [(2, 1, "M004")]),
        (b"a: {b: 1, b: 2}\nc: *d\n", [(1, 11, "M005"), (2, 4, "M006")]),
    ],
)
def test_all_faults_that_leave_the_rest_readable_come_at_once(
    source: bytes, faults: list[tuple[int, int, str]]
) -> None:
    found = parse(source, "f.yaml", "M").faults

    assert faults == [(fault.line, fault.column, fault.code) for fault in found]


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        (b"a: b: c\n", 1, "S004"),
        (b"a: [b\n", 1, "S004"),
        (b"a: 'b\n", 1, "S004"),
        (b"a:\n\tb: c\n", 2, "S004"),
        (b"a: b\n c: d\n", 2, "S004"),
        (b'a: "\\ud800"\n', 1, "S004"),
        (b"%YAML 9.9\n---\na: b\n", 1, "S004"),
        (b"a: b\nc: \xff\n", 2, "S007"),
        ("a: b".encode("utf-16"), 1, "S007"),
        (b"a: \x00\n", 1, "S007"),
        (b"a: \x1b[31m\n", 1, "S007"),
        (b"[" * 500_000, 1, "S008"),
        (b"{a: " * 500_000, 1, "S008"),
        (b"- " * 300_000, 1, "S008"),
        (b"[" + b"a," * 150_000 + b"]", 1, "S008"),
        (b"a: " + b"b" * (1024 * 1024), 1, "S008"),
    ],
)
def test_a_file_without_a_readable_end_is_refused(source: bytes, line: int, code: str) -> None:
    with pytest.raises(FilesInvalid) as caught:
        parse(source, "f.yaml", "S")

    assert [(line, code)] == [(fault.line, fault.code) for fault in caught.value.faults]


def test_keys_within_keys_do_not_hide_the_depth() -> None:
    with pytest.raises(FilesInvalid) as caught:
        parse(b"? " * 300_000, "f.yaml", "M")

    assert "M008" in {fault.code for fault in caught.value.faults}


def test_twenty_levels_are_read_and_no_more() -> None:
    deepest = "[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH

    assert parsed(deepest)
    with pytest.raises(FilesInvalid):
        parsed(f"[{deepest}]")


def test_a_missing_file_is_a_fault_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FilesInvalid) as caught:
        read(tmp_path / "main.yaml", "M")

    assert ["M007"] == [fault.code for fault in caught.value.faults]
    assert "No such file" in str(caught.value)


def test_a_file_under_the_working_directory_is_shown_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "menus").mkdir()
    (tmp_path / "menus" / "main.yaml").write_text("a: b", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert "menus/main.yaml" == read(tmp_path / "menus" / "main.yaml", "M").file


YAMLISH = st.text(alphabet="ab:-?[]{},&*!|>'\"%@`#\n\t \\0አ\u00a0", max_size=60)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=80), YAMLISH.map(str.encode), st.text(max_size=60).map(str.encode))
)
def test_no_bytes_raise_anything_but_faults(source: bytes) -> None:
    try:
        spots = parse(source, "f.yaml", "M").spots
    except FilesInvalid as invalid:
        spots = {}
        told = invalid.faults
    else:
        told = ()

    assert spots or told
    assert all(spot.key.line <= len(source) + 1 for spot in spots.values())


class Secrets(BaseModel):
    """What is bounded: a secret, a list and a text."""

    password: SecretStr = Field(max_length=8)
    names: list[str] = Field(max_length=2)
    title: str = Field(min_length=1)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("password: 123456789\nnames: []\ntitle: a", "Expected at most 8 characters."),
        ("password: a\nnames: [a, b, c]\ntitle: a", "Expected at most 2 entries."),
        ('password: a\nnames: []\ntitle: ""', "Expected at least 1 character."),
    ],
)
def test_what_is_too_long_is_told_by_what_it_is(written: str, says: str) -> None:
    with pytest.raises(FilesInvalid) as caught:
        validate(Secrets, parse(written.encode(), "f.yaml", "M"))

    assert [says] == [each.sentence for each in caught.value.faults]


#: What each is must stay what libyaml calls it: it passes its English on.
STUMBLED = {
    "a: [1, 2": "a comma or ] is missing",
    "a: {b: 1": "a comma or } is missing",
    "a:\n - b\n c: d": "a line of a list is expected here",
    "a: |x\n b": "only a line break can stand behind | or >",
    'a: "\\q"': "a backslash stands before a sign that it cannot stand before",
    'a: "b': "the file ends within a text or a bracket",
    "a: b: c": "a colon stands where none can be",
    "a: - b": "a line of a list stands where none can be",
    "a: b\n  c\nd\n": "a key here has no colon behind it",
    "a: @b": "a tab, @, ` or % stands where a text, a key or a list begins",
}


@pytest.mark.parametrize("text", STUMBLED)
def test_what_the_parser_stumbles_over_is_said_in_our_words(text: str) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        list(yaml.parse(text, Loader=yaml.CSafeLoader))

    told = problem_of(caught.value)
    assert isinstance(told, Sentence)
    assert STUMBLED[text] == told

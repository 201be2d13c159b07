"""An edit of a menu file changes what was meant: each other octet of the file stays as it was."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.yaml.documents import Tree, parse
from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.adapters.yaml.edits.apply import apply
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import Edit, Move, Put, Remove, Rename, Replace, SetText
from tests.hard_to_write import HARD

HOME = FilePath(__file__).parents[2]
FILES = {
    path.relative_to(HOME).as_posix(): path.read_bytes().decode()
    for folder in ("menus", "menus/glossary", "datasets")
    for path in sorted((HOME / folder).glob("*.yaml"))
} | {
    "menus/dialogues/x.yaml": (HOME / "menus/dialogues/school_places_am.dialogue.yaml").read_text(
        "utf-8"
    )
}

SOURCE = """\
# About the file.

title: {en: "Water", sw: Maji}\t# behind\ta map
screens:
  # Asks for the year.
  year:
    text: {en: Which year?, am: "የትኛው?"}
    choice:
      1: {label: "2024", next: show}
      # The newest.
      2: {label: "2025", next: show}   # behind

      # Of no year.
      3:
        label: 'It''s none'
        next: show

  show:
    end: |-
      one
      two
    says: [year, other]
empty:
spread: {a: x,  # of a
  b: y}
ar: {ar: "سنة"}
list:
  - one
  - {two: 2}
"""
_2024 = '1: {label: "2024", next: show}'
_OPEN = "        open: water"
_2025 = '# The newest.\n      2: {label: "2025", next: show}   # behind'


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (SetText(path=("title", "en"), text="Tap"), '"Water"', '"Tap"'),
        (SetText(path=("title", "sw"), text="Bomba"), "Maji", "Bomba"),
        (SetText(path=("title", "sw"), text="Bomba: ndiyo"), "Maji", '"Bomba: ndiyo"'),
        (SetText(path=("title", "sw"), text="A, b"), "Maji", '"A, b"'),
        (SetText(path=("title", "fr"), text="Eau ?"), "sw: Maji}", 'sw: Maji, fr: "Eau ?"}'),
        (SetText(path=("title", "no"), text="Vann"), "sw: Maji}", 'sw: Maji, "no": Vann}'),
        (SetText(path=("ar", "ar"), text="سنة أخرى"), '"سنة"', '"سنة أخرى"'),
        (
            SetText(path=("screens", "year", "choice", "3", "label"), text="It's all"),
            "It''s none",
            "It''s all",
        ),
        (
            SetText(path=("screens", "show", "end"), text="three\nfour"),
            "one\n      two",
            "three\n      four",
        ),
        (
            SetText(path=("screens", "show", "end"), text="five "),
            "|-\n      one\n      two",
            "|-\n      five ",
        ),
        (
            SetText(path=("screens", "show", "end"), text="five\n"),
            "|-\n      one\n      two",
            '"five\\n"',
        ),
        (SetText(path=("empty",), text="now"), "empty:", "empty: now"),
        (SetText(path=("list", "0"), text="- x"), "- one", '- "- x"'),
        (Rename(path=("screens", "year"), name="when"), "  year:\n", "  when:\n"),
        (Rename(path=("screens", "year", "choice", "1"), name="01"), "1: {label", "01: {label"),
        (
            Move(path=("screens", "year", "choice", "1"), up=False),
            f"{_2024}\n      {_2025}\n",
            f"{_2025}\n      {_2024}\n",
        ),
        (Move(path=("title", "sw"), up=True), 'en: "Water", sw: Maji', 'sw: Maji, en: "Water"'),
        (Move(path=("list", "1"), up=True), "- one\n  - {two: 2}", "- {two: 2}\n  - one"),
        (
            Remove(path=("screens", "year", "choice", "2")),
            '\n      # The newest.\n      2: {label: "2025", next: show}   # behind',
            "",
        ),
        (
            Remove(path=("screens", "year", "choice", "1")),
            '1: {label: "2024", next: show}\n      # The',
            "# The",
        ),
        (Remove(path=("title", "en")), 'en: "Water", ', ""),
        (Remove(path=("screens", "show", "says", "1")), ", other", ""),
        (
            Put(
                path=("screens", "year", "choice", "4"),
                value={"label": {"en": "Other"}, "open": "water"},
                after="1",
            ),
            "next: show}\n      # The newest.",
            f"next: show}}\n      4:\n        label: {{en: Other}}\n{_OPEN}\n      # The newest.",
        ),
        (
            Put(path=("screens", "bye"), value={"end": {"en": "Bye.", "sw": "Kwaheri."}}),
            "    says: [year, other]\n",
            '    says: [year, other]\n  bye:\n    end: {en: "Bye.", sw: "Kwaheri."}\n',
        ),
        (Put(path=("screens", "show", "says", "2"), value="third"), "other]", "other, third]"),
        (Replace(path=("screens", "show", "says"), value=["year"]), "[year, other]", "[year]"),
        (
            Replace(
                path=("screens", "year", "choice", "3", "next"),
                value=[{"when": "a == 'b'", "goto": "x"}],
            ),
            " show\n\n  show",
            "\n          - {when: \"a == 'b'\", goto: x}\n\n  show",
        ),
    ],
)
def test_an_edit_changes_its_own_place_and_nothing_else(edit: Edit, old: str, new: str) -> None:
    assert 1 == SOURCE.count(old), old

    changed = SOURCE.replace(old, new)
    assert changed == apply(SOURCE, [edit])
    for before, after in (("\n", "\r\n"), ("# About", "\ufeff# About")):
        assert changed.replace(before, after) == apply(SOURCE.replace(before, after), [edit])


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (SetText(path=("title",), text="x"), "title"),
        (SetText(path=("title", "en", "deeper"), text="x"), "A text has no parts."),
        (SetText(path=("none", "en"), text="x"), "There is no none.en any more."),
        (SetText(path=("title", "en"), text="\ud800"), "half of a character"),
        (Remove(path=("title", "fr")), "There is no title.fr any more."),
        (Remove(path=("screens", "show", "end", "x")), "A text has no parts."),
        (Remove(path=("spread", "b")), "A comment stands between these in braces"),
        (Move(path=("spread", "a"), up=False), "A comment stands between these in braces"),
        (Move(path=("screens", "show"), up=False), "show is the last there."),
        (Move(path=("screens", "year"), up=True), "year is the first there."),
        (Rename(path=("screens", "year"), name="show"), "There is a show already."),
        (Rename(path=("list", "0"), name="x"), "An item of a list has no name."),
        (Put(path=("screens", "year"), value="x"), "There is a year already."),
        (Put(path=("screens", "x"), value="x", after="y"), "There is no y to stand behind."),
        (Put(path=("empty", "x"), value="x"), "A text has no parts."),
    ],
)
def test_a_refused_edit_says_why(edit: Edit, why: str) -> None:
    with pytest.raises(NotEditable, match=why.replace(".", r"\.")):
        apply(SOURCE, [SetText(path=("title", "sw"), text="Bomba"), edit])


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "A text has no parts"),
        ("a: [1", "line 1"),
        ("a: 1\na: 2\n", "stands in line 1 already"),
        ("a: &x 1\nb: *x\n", "Anchor"),
        ("a: !tag 1\n", "Tag"),
        ("a: 1\n---\nb: 2\n", "second document"),
        ("only a text\n", "A text has no parts"),
        ("a:\n  b: 1\n", "last one"),
    ],
)
def test_a_file_that_cannot_be_changed_in_place_is_left_alone(source: str, why: str) -> None:
    with pytest.raises(NotEditable, match=why):
        apply(source, [Remove(path=("a", "b"))])


@given(st.sampled_from(HARD))
def test_any_text_that_a_file_can_hold_is_read_again(text: str) -> None:
    for path in (("title", "sw"), ("screens", "show", "end"), ("list", "0")):
        try:
            changed = apply(SOURCE, [SetText(path=path, text=text)])
        except NotEditable:
            continue
        assert text == at(parse(changed.encode(), "", "M").tree, path)


def at(tree: Tree, path: Path) -> Tree:
    """Returns what stands at a path."""
    for name in path:
        tree = tree[int(name)] if isinstance(tree, list) else tree[name]  # type: ignore[index]
    return tree


def paths(tree: Tree, above: Path = ()) -> list[Path]:
    """Returns all paths of a file."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    if isinstance(tree, str):
        return []
    return [
        path
        for name, each in pairs
        for path in [(*above, str(name)), *paths(each, (*above, str(name)))]
    ]


TREES = {name: parse(text.encode(), name, "M").tree for name, text in FILES.items()}
PLACES = [(name, path) for name, tree in TREES.items() for path in paths(tree)]


@settings(max_examples=25)  # of some nine thousand places, of which all were tried once
@given(
    st.sampled_from(PLACES), st.booleans(), st.sampled_from(["x", "Ça va: oui", "ጤና", "ar: سنة"])
)
def test_an_edit_and_its_inverse_give_each_file_of_the_sample_back(
    place: tuple[str, Path], crlf: bool, text: str
) -> None:
    name, path = place
    tree, group = TREES[name], at(TREES[name], path[:-1])
    source = FILES[name].replace("\n", "\r\n") if crlf else FILES[name]
    old, new = at(tree, path), (*path[:-1], "zz_new")
    ways: list[tuple[Edit, Edit]] = [(Move(path=path, up=False), Move(path=path, up=True))]
    if isinstance(old, str):
        more = f"{old} {text}"
        ways.append((SetText(path=path, text=more), SetText(path=path, text=old)))
    if isinstance(group, dict):
        value = {"label": {"en": "A: b", "am": text}, "next": "x"}
        ways.append((Rename(path=path, name="zz_new"), Rename(path=new, name=path[-1])))
        ways.append((Put(path=new, value=value, after=path[-1]), Remove(path=new)))
    for there, back in ways:
        if isinstance(there, Move) and (isinstance(group, list) or list(group)[-1] == path[-1]):
            continue
        changed = apply(source, [there])
        there_and_back = apply(changed, [back])
        if isinstance(there, SetText) and "\n" not in str(old):
            lines = zip(source.split("\n"), changed.split("\n"), strict=True)
            assert 1 == sum(before != after for before, after in lines)
        if not (isinstance(there, SetText) and quoted_now(source, changed)):
            assert source == there_and_back, there
        assert tree == parse(there_and_back.encode(), name, "M").tree


def quoted_now(source: str, changed: str) -> bool:
    """Returns whether a plain text had to be put in quotes, in which it then stays."""
    return changed.count('"') == source.count('"') + 2

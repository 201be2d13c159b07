"""What a kind decides is a `match` that ends in `assert_never`, so that a new kind is a type error.

The places that must know a new kind of screen are told in docs/architecture.md.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu import release

HOME = Path(__file__).parent.parent
SCREENS = {kind.__name__ for kind in get_args(release.Screen)}
#: Names of several kinds at once.
UNIONS = {"AskingScreen", "ShownScreen", "PassedScreen", "Screen"}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """What the files of the gateway say; too large to be kept once these tests are over."""
    return {
        str(path.relative_to(HOME)): ast.parse(path.read_text("utf-8"))
        for path in sorted((HOME / "gateway").rglob("*.py"))
    }


def parts(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is done in a function: not in those within it, nor in the filters of its loops."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.FunctionDef)
            and not (isinstance(node, ast.comprehension) and child in node.ifs)
        ]


def names(node: ast.AST) -> frozenset[str]:
    return frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def kinds_asked(function: ast.FunctionDef) -> dict[str, set[frozenset[str]]]:
    """The kinds of screen that each variable is asked for by `isinstance`."""
    asked: dict[str, set[frozenset[str]]] = defaultdict(set)
    for node in parts(function):
        if isinstance(node, ast.Call) and names(node.func) == {"isinstance"}:
            kinds = names(node.args[1]) & (SCREENS | UNIONS)
            if kinds:
                asked[ast.unparse(node.args[0])].add(kinds)
    return asked


def kinds_matched(match: ast.Match) -> set[str]:
    """The kinds of screen, or members of an enumeration, that the cases name one by one."""
    patterns = [case.pattern for case in match.cases]
    flat = [
        p for each in patterns for p in (each.patterns if isinstance(each, ast.MatchOr) else [each])
    ]
    classes = {ast.unparse(each.cls) for each in flat if isinstance(each, ast.MatchClass)}
    members = {
        ast.unparse(each.value)
        for each in flat
        if isinstance(each, ast.MatchValue) and isinstance(each.value, ast.Attribute)
    }
    return (classes & SCREENS) | {each for each in members if re.fullmatch(r"\w+\.[A-Z_]+", each)}


def ends_in_assert_never(match: ast.Match) -> bool:
    last = match.cases[-1]
    return "_" == ast.unparse(last.pattern) and names(last.body[0]) >= {"assert_never"}


def test_no_function_asks_a_screen_for_one_kind_after_another(trees: dict[str, ast.Module]) -> None:
    asked = {
        f"{name}:{function.lineno} {function.name}": kinds
        for name, tree in trees.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for kinds in kinds_asked(function).values()
        if len(kinds) > 1
    }

    # Here a kind decides: write a `match` that ends in `assert_never`.
    assert {} == asked


def test_every_match_on_kinds_names_them_all(trees: dict[str, ast.Module]) -> None:
    matches = [
        (name, node) for name, tree in trees.items() for node in ast.walk(tree)
        if isinstance(node, ast.Match) and kinds_matched(node)
    ]  # fmt: skip
    assert len(matches) > 15

    assert [] == [
        f"{name}:{node.lineno}" for name, node in matches if not ends_in_assert_never(node)
    ]


def told(heading: str) -> set[str]:
    """The files that the architecture names below a heading."""
    page = (HOME / "docs" / "architecture.md").read_text("utf-8")
    section = page.partition(f"### {heading}\n")[2].partition("\n#")[0]
    return set(re.findall(r"`(gateway/[\w/]+\.py|domain/[\w/]+\.py)`", section))


def test_the_architecture_names_every_place_that_must_know_a_new_kind_of_screen(
    trees: dict[str, ast.Module],
) -> None:
    places = {
        name.removeprefix("gateway/")
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Match) and kinds_matched(node) & SCREENS
    }

    own = {"domain/menu/screens.py"}
    assert places - own == told("A new kind of screen") - own


def test_only_the_reader_of_menu_files_asks_for_a_kind_of_input_by_its_name(
    trees: dict[str, ast.Module],
) -> None:
    comparing = {
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and ast.unparse(node.left).endswith(("accepts.kind", "shape.input"))
        and {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)} & set(KINDS)
    }

    assert {"gateway/adapters/menu_files/compiling/screens.py"} == comparing

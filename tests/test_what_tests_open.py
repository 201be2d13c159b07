"""What a test opens is its own, and closed though the test fails: else another is blamed for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

ENDED = """
@contextmanager
def opened():
    thing = open_it()
    try:
        yield thing
    finally:
        thing.close()
"""
LEFT_TO_WITH = """
@contextlib.contextmanager
def opened():
    with open_it() as thing:
        yield thing
"""
LOOKED_AT_AFTERWARDS = """
@contextmanager
def opened():
    thing = open_it()
    try:
        yield thing
    finally:
        thing.close()
    assert thing.log == []
"""
OPEN_WHEN_IT_FAILS = """
@contextmanager
def opened():
    thing = open_it()
    yield thing
    thing.close()
"""
OPEN_INSIDE_A_WITH = """
@contextlib.contextmanager
def opened():
    with folder() as name:
        thing = open_it(name)
        yield thing
        thing.close()
"""
OPEN_THOUGH_CAUGHT = """
@contextmanager
def opened():
    thing = open_it()
    try:
        yield thing
    except KeyError:
        pass
    thing.close()
"""

LISTENS_ITSELF = """
def opened():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        return listener.getsockname()[1]
"""
LOOKED_UP = """
def looked_up():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
"""
THE_ONE_BESIDE = """
def beside():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        start(port - 1)
"""


def left_open(source: str) -> Iterator[str]:
    """Yields the context managers that end what they began only where their body succeeds.

    What a `with` block began its own end ends; anything else after a `yield` stands in `finally`.
    """
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef) or not _is_context_manager(function):
            continue
        if any(_goes_on(block) for block in _blocks(function)):
            yield function.name


def _is_context_manager(function: ast.FunctionDef) -> bool:
    return any("contextmanager" in ast.unparse(each) for each in function.decorator_list)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yields each list of statements of a function, without those of functions inside it."""
    for name in ("body", "orelse", "handlers"):
        block = getattr(node, name, [])
        if block and name != "handlers":
            yield block
        for each in block:
            if not isinstance(each, ast.FunctionDef | ast.ClassDef):
                yield from _blocks(each)


def _goes_on(block: list[ast.stmt]) -> bool:
    """Returns whether a statement with a `yield` is followed by another in the same block.

    After a `finally` all has ended: what follows only looks at what was left.
    """
    return any(_yields(each) and not _ends_in_any_case(each) for each in block[:-1])


def _ends_in_any_case(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Try) and bool(statement.finalbody)


def _yields(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef):
        return False
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(statement))


@pytest.mark.parametrize("source", [ENDED, LEFT_TO_WITH, LOOKED_AT_AFTERWARDS])
def test_what_ends_in_any_case_is_seen_as_such(source: str) -> None:
    assert [] == list(left_open(source))


@pytest.mark.parametrize("source", [OPEN_WHEN_IT_FAILS, OPEN_INSIDE_A_WITH, OPEN_THOUGH_CAUGHT])
def test_what_stays_open_when_a_test_fails_is_seen(source: str) -> None:
    assert ["opened"] == list(left_open(source))


def test_every_context_manager_of_the_tests_ends_what_it_began() -> None:
    found = {
        str(path.relative_to(TESTS)): names
        for path in TESTS.rglob("*.py")
        if (names := list(left_open(path.read_text("utf-8"))))
    }

    assert {} == found


def borrowed(source: str) -> Iterator[str]:
    """Yields the functions that use a port which the system may give to anybody meanwhile.

    A port that the system chose is a test's own while the test listens there; neither afterwards
    nor the one beside it: `tests.ports.free_port` gives such.
    """
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and (
            _looks_one_up(function) or _goes_beside(function)
        ):
            yield function.name


def _looks_one_up(function: ast.FunctionDef) -> bool:
    says = ast.unparse(function)
    return ".bind(('127.0.0.1', 0))" in says and ".listen(" not in says


def _goes_beside(function: ast.FunctionDef) -> bool:
    return "getsockname" in ast.unparse(function) and any(
        isinstance(each, ast.BinOp) and ast.unparse(each).startswith("port ")
        for each in ast.walk(function)
    )


def test_a_port_on_which_a_test_listens_is_its_own() -> None:
    assert [] == list(borrowed(LISTENS_ITSELF))


@pytest.mark.parametrize(("source", "name"), [(LOOKED_UP, "looked_up"), (THE_ONE_BESIDE, "beside")])
def test_a_port_that_another_may_take_meanwhile_is_seen(source: str, name: str) -> None:
    assert [name] == list(borrowed(source))


def test_no_test_uses_a_port_that_another_may_take_meanwhile() -> None:
    found = {
        str(path.relative_to(TESTS)): names
        for path in TESTS.rglob("*.py")
        if (names := list(borrowed(path.read_text("utf-8"))))
    }

    assert {} == found

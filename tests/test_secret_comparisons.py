"""No secret is compared in a time that depends on where it differs: one helper compares them all.

A comparison is looked at by the names in it. SQL is left alone: what stands in a table is a keyed
hash, and an index finds it or not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.text.secret_comparison import is_one_of, same_secret
from tests.gateways import HOME

HELPER = Path("gateway/domain/text/secret_comparison.py")
_SECRET = re.compile(
    r"(secret|token|signature|pin|fact|digest|mac|hmac|hash|hashed|password|otp|index|cookie)s?"
)
#: Where a key is one that opens something, and not one of a phone, a menu or a map.
_KEYS_OPEN = ("gateway/web", "gateway/adapters/providers", "gateway/use_cases", "gateway/standin")
_SQL = re.compile(r"bindparam\(|\.c[.\[]|\b_?(row|mo|mt|told|earlier)\.|_row\.msisdn_index")
_IN_A_COMPARISON = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)

#: What only sounds like a secret, each with what it is.
HARMLESS = {
    "name in secret": "names of columns that are secret",
    "name in known.secrets": "names of answers that are secret",
    "name not in secrets": "names of answers that are secret",
    "'|' in token": "a piece of a template",
    "token in ('{{', '}}')": "a piece of a template",
    "name not in secret": "names of columns that are secret",
    "index != dataset.key": "the columns of an index, and those that tell a row",
    "index == dataset.key": "the columns of an index, and those that tell a row",
    "index[-2:] == columns": "the columns of an index",
    "PASSWORD not in request.form": "the name of a field",
    "service.second_fact in stored.session.answers": "the name of an answer",
    "service.second_fact not in session.answers": "the name of an answer",
    "field.name in FACTS": "names of fields",
    # Both sides are our own stores': a token tells two versions of a session apart.
    "token != (b'' if stored is None else stored.token)": "the version of a session",
    "turn.token == place.token": "the version of a session",
    "key in ('CONTENT_TYPE', 'CONTENT_LENGTH')": "the name of a header",
    "key.startswith('HTTP_')": "the name of a header",
    "answers[0] in keys": "keys of a phone",
    "owner == self._index(call)": "a condition in SQL",
    "_c.key_index == only": "a condition in SQL",
    "_c.key_index != but": "a condition in SQL",
}


def _names(node: ast.AST) -> set[str]:
    """Returns the words of the names by which something is called in a comparison."""
    match node:
        case ast.Name(id=name):
            return set(name.lower().split("_"))
        case ast.Attribute(value=value, attr=name):
            called = set(name.lower().split("_"))
            return called | _names(value) if name in ("hex", "encode", "lower") else called
        case ast.Call(func=func):
            return _names(func)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
            return _names(value) | set(name.lower().split("_"))
        case ast.Subscript(value=value):
            return _names(value)
        case _:
            return set()


def _compared(tree: ast.AST) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                if any(isinstance(op, _IN_A_COMPARISON) for op in ops):
                    yield node, [left, *others]
            case ast.Call(func=ast.Attribute(value=value, attr="startswith" | "endswith")):
                yield node, [value, *node.args]


def suspects(source: str, folder: str) -> list[str]:
    """Returns the comparisons in a module that look as if they compared a secret."""
    keys_open = folder.startswith(_KEYS_OPEN)
    found = []
    for node, operands in _compared(ast.parse(source)):
        words = set().union(*map(_names, operands))
        sounds = any(_SECRET.fullmatch(word) for word in words)
        if sounds or (keys_open and words & {"key", "keys"}):
            shown = ast.unparse(node)
            if not _SQL.search(shown):
                found.append(shown)
    return found


def _modules() -> list[Path]:
    files = [*(HOME / "gateway").rglob("*.py"), *(HOME / "handlers").rglob("*.py")]
    return sorted(file.relative_to(HOME) for file in files)


def test_secrets_are_compared_by_the_one_helper() -> None:
    found = {
        f"{file}: {shown}"
        for file in _modules()
        for shown in suspects((HOME / file).read_text("utf-8"), str(file.parent))
        if shown not in HARMLESS
    }

    assert set() == found


def test_nothing_else_calls_the_comparison_beneath_it() -> None:
    users = [file for file in _modules() if "compare_digest" in (HOME / file).read_text("utf-8")]

    assert [HELPER] == users


def test_the_list_of_harmless_ones_holds_nothing_that_is_gone() -> None:
    found = {
        shown
        for file in _modules()
        for shown in suspects((HOME / file).read_text("utf-8"), str(file.parent))
    }

    assert set() == set(HARMLESS) - found


@pytest.mark.parametrize(
    "comparison",
    [
        "given == webhook_key",
        "webhook_key.startswith(given)",
        "given in webhook_keys",
        "self.api_key != given",
        "signature(body) == given",
        "given.hex() == offer.fact",
        "row['token'] == given",
        "self._hash(text[:seen]) != stored.seen_hash",
        "pins[0] == typed",
    ],
)
def test_a_comparison_of_a_secret_is_seen(comparison: str) -> None:
    assert [comparison] == suspects(f"x = {comparison}", "gateway/web")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("s3cret", "s3cret", True),
        ("s3cret", b"s3cret", True),
        ("ድብቅ", "ድብቅ".encode(), True),
        ("", "", True),
        ("s3cret", "s3cre", False),
        ("s3cret", "", False),
        ("", "s3cret", False),
        ("s3cret", "s3creT", False),
        ("a\ud800", "a", False),
        (b"\x00\x01", b"\x00\x02", False),
    ],
)
def test_secrets_are_the_same_when_all_of_them_is(
    one: str | bytes, other: str | bytes, same: bool
) -> None:
    assert same == same_secret(one, other)
    assert same == is_one_of(one, [b"another", other])
    assert not is_one_of(one, [])

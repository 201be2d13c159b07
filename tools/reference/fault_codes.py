"""docs/reference/fault-codes.md: every code, what causes it, what to do, and an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.domain.faults_and_errors.codes import CODES, CodeText
from gateway.domain.faults_and_errors.examples import example_of
from tools.reference import markdown

_KINDS = {"M": "Menus", "S": "Settings", "D": "Data files"}


def page() -> str:
    """Returns the page."""
    head = (
        "A fault is told with its place and a code, such as `menus/exam.yaml:14:11: [M021] …`. "
        "Codes keep their meaning, so scripts and people may refer to them. "
        "`gateway menus explain M021` says the same in the terminal. The numbers 001 to 019 mean "
        "the same in every kind of file."
    )
    parts = [head]
    for prefix, title in _KINDS.items():
        of_kind = {code: text for code, text in CODES.items() if code.startswith(prefix)}
        parts += [f"## {title}", _overview(of_kind), *_codes(of_kind)]
    return markdown.page("Fault codes", "the table of fault codes", parts)


def _overview(codes: Mapping[str, CodeText]) -> str:
    rows = [(f"[{code}](#{code.lower()})", markdown.plain(text.title))
            for code, text in codes.items()]  # fmt: skip
    return markdown.table(("code", "fault"), rows)


def _codes(codes: Mapping[str, CodeText]) -> Iterator[str]:
    for code, text in codes.items():
        yield f"### {code}"
        yield f"**{markdown.plain(text.title)}.** {markdown.plain(text.cause)}"
        yield f"*What to do:* {markdown.plain(text.fix)}"
        if example := example_of(code):
            yield markdown.block("text" if code.startswith("D") else "yaml", example)

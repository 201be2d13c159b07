"""docs/institutions.md, walked from its first line to its last in one deployment."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run
from tests.cli.test_docs_commands import written
from tests.test_docs import HOME

__all__ = ["run"]

PAGE = HOME / "docs" / "institutions.md"


def test_the_page_does_what_it_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("migrate")
    told = {}
    for command in written(PAGE):
        words = shlex.split(command)
        to_file = words.index(">") if ">" in words else len(words)
        result = run(*words[1:to_file])
        assert 0 == result.exit_code, (command, result.output)
        told[command] = result.stdout
        if words[to_file:]:
            Path(words[-1]).write_text(result.stdout, encoding="utf-8")

    def of(begins: str) -> str:
        return next(output for command, output in told.items() if command.startswith(begins))

    assert re.search(r"^health .* vaccination", of("gateway institutions list"), re.MULTILINE)
    assert "of 1,600,000.00 KES" in of("gateway institutions show")
    assert "1,600,000.00 KES at 0.80 a segment" in of("gateway institutions show")
    assert "hana  read" not in of("gateway audit list --institution"), "nothing was there to read"
    assert "omar" in of("gateway audit list --institution")
    assert "Nothing was removed or changed." in of("gateway audit verify --by")
    noted = json.loads((tmp_path / "audit-2026-11-29.json").read_text(encoding="utf-8"))
    assert {"*", "health"} == {head["institution"] for head in noted["heads"]}
    lines = (tmp_path / "audit.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "institution,line,at,by,act,what,reason,subscribers" == lines[0]

    # What the page says of those who may not.
    refused = run("cases", "list", "--by", "somebody")
    assert 5 == refused.exit_code
    assert "Nobody is known as 'somebody'." in refused.stderr
    assert 5 == run("institutions", "limit", "health", "--daily", "9", "--by", "ruth").exit_code
    assert 5 == run("people", "remove", "adam", "--by", "adam").exit_code
    assert 0 == run("people", "remove", "hana", "--by", "adam").exit_code
    assert "was removed on" in run("helpdesk", "list", "--by", "hana").stderr
    again = ("people", "add", "hana", "--role", "viewer", "--institution", "health", "--by", "adam")
    assert "--back" in run(*again).stderr
    assert 0 == run(*again, "--back").exit_code
    listed = json.loads(run("people", "list", "--json", "--by", "ruth").stdout)
    assert {"health": ["viewer"]} == next(e["roles"] for e in listed if e["name"] == "hana")

"""`gateway people link`, `sessions` and `sign-out`, as docs/console.md says them."""

from __future__ import annotations

import json
import re
import shlex

from tests.cli.conftest import Run
from tests.cli.test_docs_commands import written
from tests.test_docs import HOME

PAGE = HOME / "docs" / "console.md"
#: What it says of people; the rest of the page is about drafts, cases and messages.
BY_COMMAND = re.compile(r"gateway people ")


def test_the_page_does_what_it_says_and_only_administrators_let_in(run: Run) -> None:
    run("migrate")
    first = run("people", "link", "--first", "--json")
    assert json.loads(first.stdout)["name"] == ""
    told = {}
    for command in filter(BY_COMMAND.match, written(PAGE)):
        result = run(*shlex.split(command)[1:])
        assert 0 == result.exit_code, (command, result.output)
        told[command] = result.stdout

    links = [told[f"gateway people link {who}"] for who in ("adam --by adam", "hana --by adam")]
    for link in links:
        assert re.fullmatch(r"http://\S+/console/way-in/[\w-]{43}\n", link)
    assert "Nobody is signed in.\n" == told["gateway people sessions --by adam"]
    assert "0 sessions of hana ended.\n" == told["gateway people sign-out hana --by adam"]
    assert [] == json.loads(run("people", "sessions", "hana", "--json", "--by", "adam").stdout)
    ended = run("people", "sign-out", "hana", "--json", "--by", "adam").stdout
    assert {"name": "hana", "ended": 0} == json.loads(ended)

    for words, status, said in (
        (("link", "adam", "--by", "hana"), 5, "may not administer"),
        (("sign-out", "adam", "--by", "hana"), 5, "may not administer"),
        (("sessions", "zoe", "--by", "adam"), 5, "Nobody who works here"),
        (("link", "--first"), 5, "Somebody is known already"),
        (("link",), 2, "Say for whom"),
        (("link", "hana", "--first"), 2, "Say for whom"),
    ):
        refused = run("people", *words)
        assert status == refused.exit_code, words
        assert said in refused.stderr

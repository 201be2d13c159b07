"""`gateway calls`: what is declared, and what comes of one call, without telling secrets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.redis.breakers import RedisBreakers
from gateway.adapters.redis.link import RedisLink
from gateway.cli.main import main
from gateway.domain.handler_contract.service_call import Breaker
from tests.ministry import Ministry, ministry
from tests.small_deployment import small_deployment

from .conftest import Run

FORM = "method: POST\nform: {tank: '{tank}', token: $CALL_WATER_TOKEN}"


@pytest.fixture
def water() -> Iterator[Ministry]:
    with ministry() as running:
        running.answers["/v1/tanks/117"] = (200, {"tank": {"level": 80}})
        yield running


@pytest.fixture
def small(tmp_path: Path, water: Ministry, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `gateway` on the small deployment."""
    for name, value in small_deployment(tmp_path, water, "unix:///nowhere").items():
        monkeypatch.setenv(name, value)

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run_command


def test_the_declared_calls_are_listed(small: Run) -> None:
    (row,) = json.loads(small("calls", "list", "--json").output)
    text = small("calls", "list").output

    assert ("tank_level", ["tank"], ["found", "unknown"]) == (
        row["name"],
        row["needs"],
        row["outcomes"],
    )
    assert (["CALL_WATER_TOKEN"], []) == (row["secrets"], row["secrets_missing"])
    assert "needs tank; comes to found, unknown" in text
    assert "{tank}" in text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "that is empty"),
        (b'{"tank": {"level": NaN}}', "with NaN, which is no JSON"),
        ('{"tank": "é"}'.encode("latin-1"), "that is not in UTF-8"),
        (gzip.compress(b'{"tank": {"level": 80}}', mtime=0), "that is compressed (gzip)"),
        (b'{"tank": {"level": 2200}}', "'level' in 4 characters, and declares 3 at most"),
    ],
)
def test_trying_a_call_names_what_is_wrong_with_the_reply(
    body: bytes, says: str, small: Run, water: Ministry
) -> None:
    water.answers["/v1/tanks/117"] = (200, body)

    tried = small("calls", "try", "tank_level", "--with", "tank=117")

    assert tried.exit_code == 1
    assert says in tried.output


def test_a_secret_that_is_not_set_is_named(small: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALL_WATER_TOKEN")

    listed = small("calls", "list").output
    tried = small("calls", "try", "tank_level", "--with", "tank=117")

    assert "not set: CALL_WATER_TOKEN" in listed
    assert 1 == tried.exit_code
    assert "CALL_WATER_TOKEN is not set" in tried.output


def test_a_call_is_made_and_shown(small: Run, water: Ministry) -> None:
    result = small("calls", "try", "tank_level", "--with", "tank=117")

    assert 0 == result.exit_code, result.output
    assert f"GET {water.url}/v1/tanks/117?language=en" in result.output
    assert "Authorization: Bearer ***" in result.output
    assert "Outcome: found\n  level: 80\n" in result.output
    assert "Bearer s3cret-of-water" == water.asked[0].headers["authorization"]


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_no_secret_is_shown_wherever_it_stands(
    as_json: tuple[str, ...], small: Run, water: Ministry, tmp_path: Path
) -> None:
    small_deployment(tmp_path, water, "unix:///nowhere", extra=FORM)

    result = small("calls", "try", "tank_level", "--with", "tank=117", *as_json)

    assert "s3cret" not in result.output
    assert "token=***" in result.output
    assert b"token=s3cret-of-water" in water.asked[0].body


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_secret_that_comes_back_is_not_shown_either(
    as_json: tuple[str, ...], small: Run, water: Ministry
) -> None:
    water.answers["/v1/tanks/117"] = (200, {"tank": {"level": "s3cret-of-water"}})

    result = small("calls", "try", "tank_level", "--with", "tank=117", *as_json)

    assert 0 == result.exit_code
    assert "s3c" not in result.output
    assert "***" in result.output.partition("level")[2]


def test_what_was_understood_can_be_had_as_json(small: Run) -> None:
    told = json.loads(small("calls", "try", "tank_level", "--with", "tank=117", "--json").output)

    assert {"name": "found", "values": {"level": "80"}} == told["outcome"]
    assert (200, 23) == (told["reply"]["status"], told["reply"]["bytes"])


def test_a_call_that_fails_says_why_and_exits_with_1(small: Run, water: Ministry) -> None:
    water.answers["/v1/tanks/117"] = (500, {"tank": None})

    result = small("calls", "try", "tank_level", "--with", "tank=117")

    assert 1 == result.exit_code
    assert "Failed: Call 'tank_level' got a reply of status 500" in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("tank_leval", "--with", "tank=117"), 5, "Did you mean 'tank_level'?"),
        (("tank_level",), 2, "needs tank: add --with tank="),
        (("tank_level", "--with", "tank"), 2, "not KEY=VALUE"),
        (("tank_level", "--with", "tank=1", "--with", "foo=1"), 2, "needs tank, and no 'foo'"),
        (("tank_level", "--with", "tank=1", "--language", "xx"), 2, "the menu speaks en"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], code: int, says: str, small: Run) -> None:
    result = small("calls", "try", *arguments)

    assert code == result.exit_code
    assert says in result.output


def test_without_calls_the_list_says_where_to_read(small: Run, tmp_path: Path) -> None:
    (tmp_path / "menus" / "calls.yaml").unlink()
    service = tmp_path / "menus" / "tanks.yaml"
    service.write_text(
        service.read_text("utf-8")
        .replace(
            "{call: tank_level, outcomes: {found: level, unknown: no_tank}}", "{end: Thank you.}"
        )
        .replace('  level: {end: "Tank {tank} is {level}% full."}\n', "")
        .partition("  no_tank:")[0],
        "utf-8",
    )

    assert "docs/calls.md" in small("calls", "list").output


def test_the_doctor_names_back_ends_that_are_closed_and_secrets_that_are_missing(
    tmp_path: Path, water: Ministry, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in small_deployment(tmp_path, water, valkey).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CALL_WATER_TOKEN")
    calls = tmp_path / "menus" / "calls.yaml"
    text = calls.read_text("utf-8").replace("rest_seconds: 30", "rest_seconds: 45")
    calls.write_text(text, "utf-8")
    before = _findings()
    breakers = RedisBreakers(RedisLink(valkey), lambda: 0.0)
    for _ in range(2):
        breakers.note("call:tank_level", Breaker(failures=2), well=False)

    after = _findings()
    told = CliRunner().invoke(main, ["doctor"]).stdout

    assert (True, False) == (before["back ends"], before["call tank_level"])
    assert "back ends" not in after
    assert after["back end call:tank_level"] is False
    assert "tried again by one call after every 45 s of rest" in told


def _findings() -> dict[str, bool]:
    result = CliRunner().invoke(main, ["doctor", "--json"])
    return {finding["what"]: finding["ok"] for finding in json.loads(result.stdout)}


def test_from_the_first_person_on_a_call_by_hand_takes_a_role_and_is_noted(
    small: Run, water: Ministry
) -> None:
    water.answers["/v1/tanks/117"] = (200, b'{"tank": {"level": 80}}')
    small("migrate")
    small("people", "add", "adam", "--role", "administrator", "--everywhere", "--by", "adam")
    small("people", "add", "vera", "--role", "viewer", "--everywhere", "--by", "adam")
    trying = ("calls", "try", "tank_level", "--with", "tank=117", "--by")

    refused, made = small(*trying, "vera"), small(*trying, "adam")

    assert (5, 0) == (refused.exit_code, made.exit_code), made.output
    assert "may not load" in refused.output
    assert 1 == len(water.asked)
    assert 5 == small("calls", "waiting", "--by", "nobody").exit_code
    audit = json.loads(small("audit", "list", "--json", "--by", "adam").stdout)
    told = {(each["by"], each["act"], each["what"]) for each in audit}
    assert ("vera", "refused", "load") in told
    assert ("adam", "load", "call tank_level tried") in told
    assert ("nobody", "refused", "read, by nobody who is known") in told

"""`gateway channels presets` and `gateway channels try`, and what a network may do to a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.standin.inbound_faults import DELAY_SECONDS, Trouble, Troubled
from tests import water_deployment

CHANNELS = """\
name: Small
national_region: GH
channels:
  phone: {provider: simulator, service_code: "*384*2026#", address: "2026"}
  hubtel: {provider: http, preset: hubtel-ussd, service_code: "*713*4#", api_url: standin}
  telerivet:
    provider: http
    preset: telerivet
    address: "+254710000000"
    api_url: standin
    secrets: {api_key: $KEY, project: $PROJECT, webhook_secret: $HOOK}
"""
TURN = {"SessionId": "s1", "Type": "Response", "Mobile": "233208183783", "Message": "2"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    home = tmp_path / "home"
    secrets = {"KEY": "a-secret-key", "PROJECT": "PJ77", "HOOK": "a-secret-hook"}
    for name, value in {**water_deployment.write(home), **secrets}.items():
        monkeypatch.setenv(name, value)
    (home / "config" / "gateway.yaml").write_text(CHANNELS, "utf-8")

    def run(*arguments: str, pasted: str = "") -> Result:
        return CliRunner().invoke(main, list(arguments), input=pasted)

    return run


def test_presets_are_listed_with_how_sure_each_is(run: Any) -> None:
    rows = json.loads(run("channels", "presets", "--json").stdout)

    assert {"high", "medium", "low"} == {row["confidence"] for row in rows}
    low = {row["name"]: row["unsure"] for row in rows if row["confidence"] == "low"}
    assert "still sold" in low["infobip-ussd"][0]
    assert len(low) == 1  # one that nobody has seen work of late is the exception
    assert all(row["sources"] and row["begin"] for row in rows)
    assert "hubtel-ussd" in run("channels", "presets").stdout


def test_the_requests_of_a_channel_are_shown_and_no_secret_of_it(run: Any) -> None:
    told = run("channels", "try", "telerivet")

    assert 0 == told.exit_code, told.output
    assert "POST http://127.0.0.1:" in told.stdout
    assert "/v1/projects/" in told.stdout
    for secret in ("a-secret-key", "PJ77", "a-secret-hook"):
        assert secret not in told.output


@pytest.mark.parametrize(
    "pasted",
    [
        json.dumps(TURN),
        "POST /ussd/hubtel?key=x HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
        + json.dumps(TURN),
    ],
)
def test_a_pasted_request_is_read(run: Any, pasted: str) -> None:
    told = json.loads(
        run("channels", "try", "hubtel", "--route", "ussd", "-", "--json", pasted=pasted).stdout
    )

    read = told["ussd: it is read as"]
    assert ("2", "*713*4#", "+2332•••••783") == tuple(
        read[name] for name in ("text", "service_code", "subscriber")
    )
    assert '"Type": "Response"' in told["ussd: a page is answered as"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("nobody",), 5, "There is no channel 'nobody'"),
        (("hubtel", "-"), 2, "--route"),
        (("hubtel", "--route", "sms", "-"), 5, "The channel has no webhook 'sms'"),
        (("hubtel", "--route", "ussd", "-"), 5, "The field 'SessionId' is missing."),
    ],
)
def test_what_cannot_be_tried_is_told(
    run: Any, arguments: tuple[str, ...], code: int, says: str
) -> None:
    told = run("channels", "try", *arguments, pasted='{"Mobile": "233208183783"}')

    assert code == told.exit_code
    assert says in told.output


@pytest.mark.parametrize(
    ("channel", "route", "sample", "lines"),
    [
        ("hubtel", "ussd", '{"SesionId": "s1",\n "Mobile": "233208183783"}', [
            "The field 'SessionId' is missing.",
            "The sample has: SesionId, Mobile. Did you mean 'SesionId'?",
            "hubtel-ussd.yaml:", "says where `session` stands",
            "config/providers/hubtel-ussd.yaml",
        ]),
        ("hubtel", "ussd", '{"SessionId": "s1",\n "Mobile": 233208183783,,\n}', [
            "Line 2, column 25 of the sample: this is no JSON", "below `ussd`",
        ]),
        ("hubtel", "ussd", 'POST /ussd/hubtel HTTP/1.1\r\nContent-Type: text/json\r\n\r\n{"a"}', [
            "Line 4, column 5 of the sample: this is no JSON",
        ]),
        ("telerivet", "sms", "event=incoming_message&id=1&secret=a-secret-hook&from=255700000001", [
            "The field 'content' is missing.", "The sample has: event, id, secret, from.",
            "telerivet.yaml:", "says where `text` stands",
        ]),
        ("phone", "sms", "from=+254700000001", [
            "is missing", "The sample has: from.",
            "How one should look: gateway channels try phone",
        ]),
    ],
)  # fmt: skip
def test_a_wrong_sample_is_told_where_it_is_wrong_and_what_to_do(
    run: Any, channel: str, route: str, sample: str, lines: list[str]
) -> None:
    told = run("channels", "try", channel, "--route", route, "-", pasted=sample)

    assert 5 == told.exit_code, told.output
    for line in lines:
        assert line in told.output
    for private in ("233208183783", "255700000001", "a-secret-hook", "254700000001"):
        assert private not in told.output


@pytest.mark.parametrize("trouble", [each for each in Trouble if each is not Trouble.DELAY])
def test_a_dialogue_is_the_same_whatever_the_network_does(run: Any, trouble: Trouble) -> None:
    dialled = ("dial", "*713*4#", "1", "1", "--channel", "hubtel")

    told = run(*dialled, "--trouble", trouble.value)

    assert 0 == told.exit_code, (told.output, told.exception)
    assert run(*dialled).stdout == told.stdout


def test_what_comes_late_is_waited_for() -> None:
    waited: list[float] = []
    troubled = Troubled(
        lambda _: (200, "shown"), Trouble.DELAY, "s1", waited.append, lambda each: each
    )

    assert (200, "shown") == troubled(None)  # type: ignore[arg-type]
    assert [DELAY_SECONDS] == waited


def test_the_doctor_looks_at_one_channel_and_makes_a_test_turn(run: Any) -> None:
    assert 0 == run("migrate").exit_code

    told = json.loads(run("doctor", "--channel", "hubtel", "--json").stdout)

    found = {finding["what"]: finding for finding in told}
    steps = ["configured", "public URL", "webhooks", "origin", "provider", "cost", "test turn"]
    assert steps == list(found)
    assert "It was answered: Services" == found["test turn"]["sentence"]
    assert not found["public URL"]["ok"]
    assert all(finding["fix"] for finding in told if not finding["ok"])
    assert 5 == run("doctor", "--channel", "nobody").exit_code


def test_the_doctor_asks_of_a_line_what_that_kind_of_line_needs(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORT", "a-secret")
    more = """\
  cable:
    provider: android
    username: ABC123
    password: $KEY
    signing_key: $HOOK
    address: "+233200000999"
    api_url: http://127.0.0.1:8080
    tariff: {currency: GHS, segment: 0.03}
  operator:
    provider: smpp
    host: smsc.example
    system_id: gateway
    password: $SHORT
    service_code: "*384#"
    address: "20880"
    binds: 2
    api_url: http://127.0.0.1:9
"""
    (tmp_path / "home" / "config" / "gateway.yaml").write_text(CHANNELS + more, "utf-8")
    assert 0 == run("migrate").exit_code

    cable, operator, phone = (
        {each["what"]: (each["ok"], each["sentence"]) for each in json.loads(told.stdout)}
        for told in (
            run("doctor", "--channel", name, "--json") for name in ("cable", "operator", "phone")
        )
    )

    assert all(ok for ok, _ in cable.values())
    assert "enough for what stands on this machine" in cable["public URL"][1]
    assert "0.03 GHS a segment" in cable["cost"][1]
    assert [("lines", (False, "0 of 2 to the operator are up."))] == [
        (what, told) for what, told in operator.items() if not told[0]
    ]
    assert "None is pasted" in operator["webhooks"][1]
    assert "dial it from a phone" in operator["test turn"][1]
    assert all(ok for ok, _ in phone.values())

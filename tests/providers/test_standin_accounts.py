"""Who may send what through the stand-in, and how it learns of the accounts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.adapters.providers.africastalking.webhooks import AfricasTalking
from gateway.adapters.providers.shared.standin import Account
from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.faults_and_errors.errors import ChannelMisconfigured
from gateway.standin.__main__ import main
from gateway.standin.app import create_app
from gateway.standin.config import StandinConfig, for_channels, read_config
from gateway.use_cases.ports import Provider
from tests.providers.line import PROVIDERS, open_line
from tests.providers.samples import (
    ACCOUNT_SID,
    API_KEY,
    AUTH_TOKEN,
    NUMBER,
    TEXT,
    africastalking_settings,
    outbound,
    twilio_settings,
)

ACCOUNTS = {
    "twilio": {ACCOUNT_SID: Account(secret=AUTH_TOKEN)},
    "africastalking": {"sandbox": Account(secret=API_KEY)},
}


@pytest.mark.parametrize(
    "settings", [{"auth_token": "another"}, {"account_sid": "AC" + "f" * 32}], ids=str
)
def test_twilio_knows_its_accounts(settings: dict[str, str]) -> None:
    with open_line("twilio") as line:
        stranger = Twilio("line", twilio_settings(api_url=line.standin_url, **settings), [])

        with pytest.raises(ChannelMisconfigured) as caught:
            stranger.send(outbound(), "")

    assert caught.value.detail == "20003"


@pytest.mark.parametrize("settings", [{"api_key": "another"}, {"username": "nobody"}], ids=str)
def test_africas_talking_knows_its_applications(settings: dict[str, str]) -> None:
    with open_line("africastalking") as line:
        stranger = AfricasTalking(
            "line", africastalking_settings(api_url=line.standin_url, **settings), ["a-key"]
        )

        with pytest.raises(ChannelMisconfigured) as caught:
            stranger.send(outbound(), "")

    assert caught.value.detail == "401"


def on_line(name: str, url: str) -> Provider:
    if name == "twilio":
        return Twilio("line", twilio_settings(api_url=url), [])
    return AfricasTalking("line", africastalking_settings(api_url=url), ["a-key"])


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_stand_in_that_keeps_to_its_path_takes_nothing_of_another_gateway(name: str) -> None:
    with open_line(name, path="0a1b2c", keeps_to_path=True) as line:
        for strange in ("", "/ffffff"):
            with pytest.raises(ChannelMisconfigured):
                on_line(name, line.standin_url + strange).send(outbound(), "")
        before = line.exchange.total
        on_line(name, f"{line.standin_url}/0a1b2c").send(outbound(), "")

        assert (0, 1) == (before, line.exchange.total)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_stand_in_of_its_own_takes_an_sms_with_and_without_the_path(name: str) -> None:
    with open_line(name, path="0a1b2c") as line:
        for way_in in ("", "/0a1b2c"):
            on_line(name, line.standin_url + way_in).send(outbound(), "")

        assert 2 == line.exchange.total


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "0711000001"}, 21211),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"StatusCallback": "https://under_score.example/"}, 21609),
        ({"StatusCallback": "/delivery/line"}, 21609),
    ],
    ids=str,
)
def test_twilio_checks_the_form(changes: dict[str, str], code: int) -> None:
    client = create_app(StandinConfig(accounts=ACCOUNTS)).test_client()
    form = {"To": NUMBER, "From": "+15005550006", "Body": TEXT} | changes

    answer = client.post(
        f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        data=form,
        auth=(ACCOUNT_SID, AUTH_TOKEN),
    )

    assert code == answer.get_json()["code"]


@pytest.mark.parametrize("missing", ["to", "message"])
def test_africas_talking_checks_the_form(missing: str) -> None:
    client = create_app(StandinConfig(accounts=ACCOUNTS)).test_client()
    form = {"username": "sandbox", "to": NUMBER, "message": TEXT} | {missing: ""}

    answer = client.post("/version1/messaging", data=form, headers={"apiKey": API_KEY})

    assert (answer.status_code, missing in answer.text) == (400, True)


def test_each_recipient_of_africas_talking_has_a_result_of_its_own() -> None:
    client = create_app(StandinConfig(accounts=ACCOUNTS)).test_client()
    form = {"username": "sandbox", "to": f"{NUMBER},0711", "message": TEXT}

    answer = client.post("/version1/messaging", data=form, headers={"apiKey": API_KEY})

    data = answer.get_json()["SMSMessageData"]
    assert [(101, NUMBER), (403, "0711")] == [
        (each["statusCode"], each["number"]) for each in data["Recipients"]
    ]
    assert data["Message"] == "Sent to 1/2 Total Cost: KES 0.8000"


# ---------------------------------------------------------------- its configuration


def test_a_deployments_channels_tell_the_stand_in_its_accounts() -> None:
    channels = {"at-ke": africastalking_settings(), "us": twilio_settings()}

    config = for_channels(channels, {"at-ke": "http://gateway/delivery/at-ke?key=k"}, delay_ms=5)

    expected = StandinConfig(
        accounts={
            "twilio": {ACCOUNT_SID: Account(secret=AUTH_TOKEN)},
            "africastalking": {
                "sandbox": Account(
                    secret=API_KEY, delivery_url="http://gateway/delivery/at-ke?key=k"
                )
            },
        },
        delay_ms=5,
    )
    assert expected == config
    for secret in (AUTH_TOKEN, API_KEY, "key=k"):
        assert secret not in repr(config)


def test_a_file_tells_the_stand_in_its_accounts(tmp_path: Path) -> None:
    path = tmp_path / "standin.json"
    applications = {
        "sandbox": {"api_key": API_KEY, "delivery_url": "/delivery/at-ke?key=k"},
        "quiet": {"api_key": API_KEY},
    }
    document = {"twilio": {ACCOUNT_SID: AUTH_TOKEN}, "africastalking": applications}
    path.write_text(json.dumps(document))

    config = read_config(path, "http://127.0.0.1:8384")

    assert {ACCOUNT_SID: Account(secret=AUTH_TOKEN)} == config.accounts["twilio"]
    assert {
        "sandbox": "http://127.0.0.1:8384/delivery/at-ke?key=k",
        "quiet": "",
    } == {name: account.delivery_url for name, account in config.accounts["africastalking"].items()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"vonage": {}}',
        '{"africastalking": {"sandbox": {}}}',
        '{"africastalking": {"sandbox": {"api_key": "a", "url": "b"}}}',
        "{",
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_nothing_starts(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "standin.json"
    path.write_text(text, "utf-8")

    code = main(["--config", str(path)])

    assert code == 2
    assert str(path) in capsys.readouterr().err

"""`gateway keys`, and what serve, work, doctor and readiness say of keys that do not fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, OutboundSms, Purpose
from gateway.use_cases.ports import ConsentChange
from gateway.web.app import create_app
from tests import gateways
from tests.clock import FixedClock

OLD, NEW, STRANGE = gateways.MASTER_KEY, "QQ" * 21 + "Q=", "Rk" * 21 + "Q="
ASHA, JUMA = Msisdn("+254700000001"), Msisdn("+254700000002")

#: What runs on the database, or prepares it.
STARTS = [("migrate",), ("serve",), ("work", "ticker"), ("work", "bulk")]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, valkey: str) -> Run:
    """Runs `gateway` with a value of GATEWAY_KEY and arguments, on a database made with `OLD`."""
    environ = gateways.environment(tmp_path, valkey)

    def command(key: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**environ, "GATEWAY_KEY": key})

    assert 0 == command(OLD, "migrate").exit_code
    return command


@pytest.fixture
def opened(tmp_path: Path, valkey: str, clock: FixedClock) -> Iterator[Callable[[str], Gateway]]:
    """Opens the gateway with a value of GATEWAY_KEY."""
    made: list[Gateway] = []

    def open_with(key: str) -> Gateway:
        environ = gateways.environment(tmp_path, valkey)
        made.append(Gateway(load({**environ, "GATEWAY_KEY": key}), clock=clock))
        return made[-1]

    yield open_with
    for each in made:
        each.close()


def test_a_rotation_from_the_first_command_to_the_last(run: Run) -> None:
    first = listed(run, OLD)
    rotated = listed_after(run, f"{NEW},{OLD}", "migrate")
    ended = run(f"{NEW},{OLD}", "keys", "reseal", "--json")
    after = listed(run, NEW)

    assert [(True, True, True)] == [shown(each) for each in first]
    assert [(True, True, True), (False, True, True)] == [shown(each) for each in rotated]
    assert (0, True, 1) == (
        ended.exit_code, json.loads(ended.stdout)["ended"], json.loads(ended.stdout)["retired"],
    )  # fmt: skip
    assert [rotated[0]["id"]] == [each["id"] for each in after]
    assert 0 == run(NEW, "migrate").exit_code


def listed(run: Run, key: str) -> list[dict[str, Any]]:
    result = run(key, "keys", "list", "--json")
    assert 0 == result.exit_code, result.output
    told: list[dict[str, Any]] = json.loads(result.stdout)
    return told


def listed_after(run: Run, key: str, *arguments: str) -> list[dict[str, Any]]:
    result = run(key, *arguments)
    assert 0 == result.exit_code, result.output
    return listed(run, key)


def shown(key: dict[str, Any]) -> tuple[bool, bool, bool]:
    return key["newest"], key["held"], key["since"] is not None


def test_no_key_is_ever_shown(run: Run) -> None:
    told = run(f"{NEW},{OLD}", "keys", "list").output + run(f"{NEW},{OLD}", "keys", "reseal").output

    assert OLD not in told
    assert NEW not in told
    assert "GATEWAY_KEY needs no key but the first any more." in told


@pytest.mark.parametrize(
    "command", [("migrate",), ("serve",), ("work", "ticker"), ("work", "bulk")]
)
def test_what_would_run_on_a_wrong_key_is_refused(run: Run, command: tuple[str, ...]) -> None:
    result = run(STRANGE, *command)

    assert 5 == result.exit_code
    assert "GATEWAY_KEY is not a key of this database" in result.output
    assert "Set the key that belongs to it" in result.output


@pytest.mark.parametrize("command", [("dial", "*384*2026#"), ("text", "CLINIC")])
def test_what_is_tried_with_a_wrong_key_says_so_and_no_more(
    run: Run, command: tuple[str, ...]
) -> None:
    run(OLD, "data", "fill", "config/sample-data")
    tried = run(STRANGE, *command)

    assert 5 == tried.exit_code
    assert tried.output.startswith("Error: GATEWAY_KEY is not a key of this database")
    assert 1 == tried.output.count("\n")


@pytest.mark.parametrize(
    "command", [("migrate",), ("serve",), ("work", "ticker"), ("work", "bulk")]
)
def test_what_would_run_without_a_key_that_is_needed_is_refused(
    run: Run, command: tuple[str, ...]
) -> None:
    run(f"{NEW},{OLD}", "migrate")

    result = run(NEW, *command)

    assert 5 == result.exit_code
    assert "GATEWAY_KEY lacks it" in result.output
    assert "gateway keys reseal" in result.output


@pytest.mark.parametrize(
    ("key", "word"), [(STRANGE, "not a key of this database"), (NEW, "gateway keys reseal")]
)
def test_the_doctor_and_readiness_say_what_is_wrong_with_the_keys(
    run: Run, opened: Callable[[str], Gateway], key: str, word: str
) -> None:
    run(f"{NEW},{OLD}", "migrate")

    (finding,) = (
        each
        for each in json.loads(run(key, "doctor", "--json").stdout)
        if each["what"] == "keys in use"
    )
    answer = create_app(opened(key)).test_client().get("/health/ready")

    assert not finding["ok"]
    assert word in finding["sentence"]
    assert 503 == answer.status_code
    assert word in answer.get_json()["faults"]["keys"]


def test_readiness_notes_a_key_that_was_new_when_no_database_answered(
    run: Run, opened: Callable[[str], Gateway]
) -> None:
    rotated = create_app(opened(f"{NEW},{OLD}")).test_client()
    before = [each["since"] for each in listed(run, f"{NEW},{OLD}")]

    answer = rotated.get("/health/ready")

    assert 200 == answer.status_code, answer.get_json()
    assert before[0] is None
    assert None not in [each["since"] for each in listed(run, f"{NEW},{OLD}")]


@pytest.mark.parametrize("reseals", [False, True])
def test_no_stop_is_forgotten_by_a_rotation(
    run: Run, opened: Callable[[str], Gateway], monkeypatch: pytest.MonkeyPatch, reseals: bool
) -> None:
    gateway = opened(OLD)
    stop = ConsentChange(
        subscriber=JUMA, topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="sms"
    )
    gateway.sql.consents.change([stop], gateway.clock.now())
    assert 0 == run(f"{NEW},{OLD}", "migrate").exit_code
    key = f"{NEW},{OLD}"
    if reseals:
        assert 0 == run(key, "keys", "reseal").exit_code
        key = NEW
    rotated = opened(key)
    taken = providers_of(rotated, monkeypatch)
    notices = [
        NewSms(
            channel="phone",
            subscriber=each,
            text="News.",
            lane=Lane.BULK,
            purpose=Purpose.NOTICE,
            key=f"news {each.e164}",
            topic="news",
        )
        for each in (ASHA, JUMA)
    ]

    rotated.sql.outbox.add(notices, rotated.clock.now())
    rotated.outbound.work("phone", Lane.BULK)

    assert [ASHA] == [sms.subscriber for sms in taken]


def providers_of(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> list[OutboundSms]:
    taken: list[OutboundSms] = []

    def send(sms: OutboundSms, delivery_url: str) -> Accepted:
        taken.append(sms)
        return Accepted(provider_ref=f"ref-{sms.id}")

    for provider in gateway.providers.values():
        monkeypatch.setattr(provider, "send", send, raising=True)
    return taken


def test_what_cannot_be_read_is_told_and_the_old_key_stays_in_use(
    run: Run, opened: Callable[[str], Gateway]
) -> None:
    from gateway.adapters.sql.engine import transaction
    from gateway.adapters.sql.tables import subscribers

    gateway = opened(OLD)
    gateway.choose_language(ASHA, "sw")
    with transaction(gateway.engine) as connection:
        connection.execute(subscribers.update().values(msisdn_sealed=b"no such thing"))

    result = run(f"{NEW},{OLD}", "keys", "reseal")

    assert 1 == result.exit_code
    assert "subscribers: 1 value cannot be read" in result.output
    assert "Keep the old keys" in result.output
    assert 5 == run(NEW, "migrate").exit_code

"""The doors for providers, as providers meet them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from gateway.adapters.providers.africastalking import wire
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.sql.engine import transaction
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdTurn
from gateway.use_cases.ports import Count
from gateway.web.app import create_app
from tests import gateways
from tests.clock import FixedClock
from tests.polling import eventually

PHONE = "+254700000123"


def url_of(gateway: Gateway, channel: str, route: str) -> str:
    return gateway.deployment.webhook_urls(channel)[route]


def post(client: FlaskClient, request: WireRequest) -> tuple[int, str]:
    answer = client.post(request.target, headers=dict(request.headers), data=request.body)
    return answer.status_code, answer.get_data(as_text=True)


def turn(gateway: Gateway, text: str = "", session: str = "s1") -> WireRequest:
    typed = UssdTurn(
        session_id=session,
        subscriber=Msisdn.from_e164(PHONE),
        service_code="*384*2026#",
        text=text,
    )
    return wire.ussd(url_of(gateway, "at-ke", "ussd"), typed)


def help_asked(gateway: Gateway) -> WireRequest:
    sms = InboundSms(
        provider_ref="mo-1", subscriber=Msisdn.from_e164(PHONE), to="20880", text="HELP"
    )
    return wire.sms(url_of(gateway, "at-ke", "sms"), sms)


def test_a_dial_is_answered_with_the_first_screen(gateway: Gateway, client: FlaskClient) -> None:
    status, body = post(client, turn(gateway))

    assert status == 200
    assert body.startswith("CON Choose\n1. English\n")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ussd/nowhere", 404),
        ("/ussd/twilio", 404),
        ("/nothing/at-ke", 404),
        ("/ussd/at-ke", 403),
        ("/ussd/at-ke?key=guessed", 403),
        ("/sms/at-ke?key=", 403),
        ("/delivery/at-ke?key=guessed", 403),
        ("/optout/at-ke", 403),
        ("/ussd-end/at-ke", 403),
        ("/sms/twilio", 403),
    ],
)
def test_what_is_unknown_or_unproven_is_refused(
    client: FlaskClient, path: str, status: int
) -> None:
    assert status == client.post(path, data={"text": ""}).status_code


def test_a_refused_webhook_is_counted_and_stores_nothing(
    gateway: Gateway, client: FlaskClient
) -> None:
    client.post("/sms/at-ke?key=guessed", data={"id": "1", "from": PHONE, "to": "1", "text": "x"})

    counts = gateway.vital_signs.counted().numbers
    assert (
        1 == counts[Count("webhooks_rejected", (("channel", "at-ke"), ("code", "origin_unproven")))]
    )
    assert 0 == gateway.vital_signs.gauges().inbound_waiting


@pytest.mark.parametrize("sender", ["MPESA", "22334"])
def test_an_sms_that_nobody_could_answer_is_acknowledged_counted_and_not_stored(
    gateway: Gateway, client: FlaskClient, sender: str
) -> None:
    sent = {"id": "1", "from": sender, "to": "2026", "text": "Confirmed."}

    answer = client.post(url_of(gateway, "at-ke", "sms"), data=sent)

    assert (200, b"") == (answer.status_code, answer.get_data())
    counts = gateway.vital_signs.counted().numbers
    labels = (("channel", "at-ke"), ("code", "unanswerable"))
    assert 1 == counts[Count("webhooks_rejected", labels)]
    assert 0 == gateway.vital_signs.gauges().inbound_waiting


@pytest.mark.parametrize(
    "sender", ["0700177001", "254700177001", "+254 700177001", "+2540700177001"]
)
def test_one_person_is_one_sender_however_the_network_writes_the_number(
    gateway: Gateway, client: FlaskClient, sender: str
) -> None:
    sent = {"id": "1", "from": sender, "to": "2026", "text": "STOP"}

    answer = client.post(url_of(gateway, "at-ke", "sms"), data=sent)
    gateway.inbound.route_pending()

    assert 200 == answer.status_code
    assert gateway.sql.consents.of(Msisdn("+254700177001"))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_where_a_post_is_due_is_told_so(
    gateway: Gateway, client: FlaskClient, method: str
) -> None:
    answer = client.open(url_of(gateway, "at-ke", "ussd"), method=method)

    assert (405, "POST") == (answer.status_code, answer.headers["Allow"])
    assert "This webhook takes POST.\n" == answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("encoding", "status"),
    [("gzip", 415), ("GZIP", 415), ("br, gzip", 415), ("identity", 200), ("", 200)],
)
def test_a_body_that_is_compressed_is_refused_as_such(
    gateway: Gateway, client: FlaskClient, encoding: str, status: int
) -> None:
    request = turn(gateway, session=f"s-{encoding}")
    body = gzip.compress(request.body) if status == 415 else request.body

    headers = {**request.headers, "Content-Encoding": encoding}
    answer = client.post(request.target, headers=headers, data=body)

    assert status == answer.status_code
    if status == 415:
        assert "identity" == answer.headers["Accept-Encoding"]
        assert "The body is compressed." in answer.get_data(as_text=True)
    stranger = client.post("/ussd/at-ke?key=guessed", headers=headers, data=body)
    assert 403 == stranger.status_code


def test_a_missing_field_is_malformed(gateway: Gateway, client: FlaskClient) -> None:
    answer = client.post(url_of(gateway, "at-ke", "ussd"), data={"sessionId": "s1"})

    assert 400 == answer.status_code
    assert len(answer.get_data()) < 200


def test_a_body_over_64_kib_is_not_read(gateway: Gateway, client: FlaskClient) -> None:
    answer = client.post(url_of(gateway, "at-ke", "sms"), data={"text": "x" * 70_000})

    assert 413 == answer.status_code


def test_an_sms_is_answered_at_once_and_stored_once(gateway: Gateway, client: FlaskClient) -> None:
    request = help_asked(gateway)

    statuses = [post(client, request)[0] for _ in range(3)]

    assert [200, 200, 200] == statuses
    assert 1 == gateway.vital_signs.gauges().inbound_waiting


def test_an_sms_is_refused_with_503_when_it_can_be_kept_nowhere(
    gateway: Gateway, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("Nothing can be written.")

    monkeypatch.setattr(type(gateway.inbound.accept.inbox), "accept", away)
    monkeypatch.setattr(type(gateway.spool), "keep", away)
    request = help_asked(gateway)

    assert 503 == post(client, request)[0]


def test_an_error_of_ours_tells_the_provider_nothing_private(
    gateway: Gateway,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"bad answer of {PHONE}")

    monkeypatch.setattr(type(gateway.ussd.answer), "__call__", broken)

    status, body = post(client, turn(gateway))

    assert 500 == status
    assert PHONE not in body + caplog.text
    assert "ValueError" in caplog.text


def samples_of(client: FlaskClient) -> dict[tuple[object, ...], float]:
    """Returns what Prometheus reads, by name and labels."""
    from prometheus_client.parser import text_string_to_metric_families

    text = client.get("/metrics").get_data(as_text=True)
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_metrics_are_in_the_format_of_prometheus(gateway: Gateway, client: FlaskClient) -> None:
    client.post("/ussd/at-ke?key=guessed")

    # A busy machine's database may be late at first.
    eventually(lambda: 1.0 == samples_of(client)[("gateway_up", ("store", "database"))])
    samples = samples_of(client)
    rejected = (
        "gateway_webhooks_rejected_total",
        ("channel", "at-ke"),
        ("code", "origin_unproven"),
    )
    assert 1.0 == samples[rejected]


def test_the_metrics_tell_of_the_spool_and_of_a_clock_that_is_apart(
    gateway: Gateway, client: FlaskClient, clock: FixedClock
) -> None:
    sms = InboundSms(provider_ref="1", subscriber=Msisdn(PHONE), to="20880", text="STOP")
    before = gateway.spool.state()
    gateway.spool.keep("at-ke", sms, clock.now())
    clock.advance(90)
    clock.ahead = 41.0

    samples = samples_of(client)

    assert 0 == before.waiting
    assert gateway.spool.state().waiting == samples[("gateway_spool_bytes",)] > 0
    assert 90.0 == samples[("gateway_spool_oldest_seconds",)]
    assert 0.0 == samples[("gateway_spool_aside_bytes",)]
    assert 41.0 == samples[("gateway_clock_skew_seconds",)]


def test_readiness_names_the_store_that_is_down(tmp_path: Path, clock: FixedClock) -> None:
    nowhere = f"unix://{tmp_path}/none.sock"
    gateway = gateways.reference_gateway(tmp_path, nowhere, clock)

    client = create_app(gateway).test_client()

    def down() -> tuple[int, list[str]]:
        answer = client.get("/health/ready")
        return answer.status_code, list(answer.get_json()["faults"])

    eventually(lambda: (503, ["redis"]) == down())  # a busy machine's database may be late at first
    serving = client.get("/health/serving")
    assert (200, {"status": "ok", "release": gateway.releases.current().id}) == (
        serving.status_code, serving.get_json(),
    )  # fmt: skip
    gateway.close()


def test_a_node_that_runs_before_its_migration_is_not_ready(
    gateway: Gateway, client: FlaskClient
) -> None:
    eventually(lambda: client.get("/health/ready").status_code == 200)
    with transaction(gateway.engine) as connection:
        connection.execute(text("ALTER TABLE subscribers DROP COLUMN asked_in"))

    def told() -> str:
        answer = client.get("/health/ready")
        assert 503 == answer.status_code
        return str(answer.get_json()["faults"]["database"])

    eventually(lambda: "gateway migrate" in told())
    serving = client.get("/health/serving")
    assert (503, ["database"]) == (serving.status_code, list(serving.get_json()["faults"]))


def test_liveness_asks_nobody(client: FlaskClient) -> None:
    assert {"status": "ok"} == client.get("/health/live").get_json()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "status"),
    [
        (["127.0.0.0/8"], "192.0.2.9", 200),
        (["127.0.0.0/8"], "198.51.100.1", 403),
        (["127.0.0.0/8"], "192.0.2.9, 198.51.100.1", 403),
        ([], "192.0.2.9", 403),
    ],
)
def test_the_networks_of_a_channel_hold_the_provider_behind_our_proxies(
    gateway: Gateway, proxies: list[str], forwarded: str, status: int
) -> None:
    settings = gateway.deployment.settings
    networks = {"networks": (ip_network("192.0.2.0/24"),)}
    channel = settings.channels["at-ke"].model_copy(update=networks)
    trusted = {"trusted_proxies": tuple(map(ip_network, proxies))}
    changed = settings.model_copy(
        update={
            "channels": {**settings.channels, "at-ke": channel},
            "server": settings.server.model_copy(update=trusted),
        }
    )
    behind = Gateway(replace(gateway.deployment, settings=changed), clock=gateway.clock)
    dial = turn(gateway)

    answer = create_app(behind).test_client().post(
        dial.target, data=dial.body,
        headers={**dict(dial.headers), "X-Forwarded-For": forwarded},
    )  # fmt: skip
    behind.close()

    assert status == answer.status_code

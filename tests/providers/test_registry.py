"""The table of providers, and what it costs to read it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gateway.adapters.providers.registry import PROVIDERS
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply
from gateway.use_cases.ports import Provider
from tests.providers.samples import NUMBER, WEBHOOK_KEY, outbound, settings_of

TURN = UssdTurn(
    session_id="s1", subscriber=Msisdn.from_e164(NUMBER), service_code="*384*2026#", text=""
)
KEPT_OUT = ("twilio", "africastalking", "requests", "urllib3", "flask", "aiohttp")


def build(name: str, *webhook_keys: str) -> Provider:
    return PROVIDERS[name].build("line", settings_of(name), webhook_keys or [WEBHOOK_KEY])


def test_building_every_provider_loads_no_sdk_and_no_http_library() -> None:
    script = (
        "import sys\n"
        "from gateway.adapters.providers.registry import PROVIDERS\n"
        "kind = PROVIDERS['africastalking']\n"
        "kind.build('line', kind.settings(username='sandbox', api_key='a'), ['a-key'])\n"
        f"print([name for name in {KEPT_OUT!r} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8")

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_route_is_one_that_the_gateway_serves(name: str) -> None:
    routes = build(name).routes

    assert set(routes) <= {"ussd", "ussd-end", "sms", "delivery", "optout"}
    assert {method for methods in routes.values() for method in methods} <= {"GET", "POST"}


@pytest.mark.parametrize("name", [name for name, kind in PROVIDERS.items() if not kind.signs])
def test_a_channel_that_is_not_signed_is_not_built_without_its_secret(name: str) -> None:
    with pytest.raises(ValueError, match="Channel 'line' has no webhook key"):
        build(name, "")


@pytest.mark.parametrize("name", ["africastalking", "simulator"])
@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (UssdReply(text="Public services\n1. Water", ends=False), "CON Public services\n1. Water"),
        (UssdReply(text="Asante", ends=True), "END Asante"),
        (UssdReply(text="", ends=True), "END "),
        (UssdReply(text="የህዝብ አገልግሎት", ends=False), "CON የህዝብ አገልግሎት"),
    ],
)
def test_a_screen_follows_the_word_that_keeps_or_closes_the_session(
    name: str, reply: UssdReply, body: str
) -> None:
    rendered = build(name).render_ussd(TURN, reply)

    assert WebhookReply(body=body) == rendered
    assert (rendered.status, rendered.content_type) == (200, "text/plain; charset=utf-8")


@pytest.mark.parametrize("name", ["africastalking", "simulator"])
def test_everything_else_is_acknowledged_with_an_empty_answer(name: str) -> None:
    provider = build(name)

    assert {(200, "")} == {
        (reply.status, reply.body) for reply in map(provider.acknowledge, provider.routes)
    }


def test_twilio_wants_twiml_for_an_sms_and_nothing_for_a_report() -> None:
    provider = build("twilio")

    sms, report = provider.acknowledge("sms"), provider.acknowledge("delivery")

    assert (sms.body, sms.content_type) == ("<Response/>", "text/xml; charset=utf-8")
    assert (report.status, report.body) == (200, "")


def test_the_phone_takes_every_sms() -> None:
    assert build("simulator").send(outbound(id=42), "").provider_ref == "sim-42"

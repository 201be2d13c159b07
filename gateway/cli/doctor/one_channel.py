"""Part of `gateway doctor --channel NAME`: what a line needs before citizens are told of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from gateway.adapters.providers.registry import PROVIDERS
from gateway.cli.shared.finding import Finding
from gateway.composition.gateway import Gateway
from gateway.deployment.load import stays_here
from gateway.domain.faults_and_errors.errors import GatewayError, Refused
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.webhook import WebhookRequest

#: A number of no country (ITU-T E.164 gives +999 to none), so that nobody's session is touched.
TRIAL_NUMBER = Msisdn("+999000000001")


def one_channel(gateway: Gateway, name: str) -> Iterator[Finding]:
    """Tells of one channel, in the order in which it is set up; a live test turn is among the last.

    An SMS is read as its provider would send it, and not taken: it would be answered for money.

    Raises Refused where there is no such channel.
    """
    deployment = gateway.deployment
    settings = deployment.channels.get(name)
    if settings is None:
        raise Refused(f"There is no channel '{name}'. See: gateway channels")
    kind = PROVIDERS[settings.provider]
    yield Finding("configured", True, f"{settings.provider}, {_lines(settings)}.")
    url = deployment.settings.public_url
    fix = "Set public_url to the https address that the provider reaches you at, or open a tunnel."
    yield Finding("public URL", url.startswith("https://"), url, fix)
    routes = ", ".join(deployment.webhook_urls(name))
    yield Finding("webhooks", True, f"{routes}. Paste them at the provider: gateway channels")
    proven = bool(settings.networks) or kind.signs_for(settings)
    sentence = "By the secret in the URL alone."
    if settings.proves_itself:
        proven, sentence = True, "By the secret in the URL, and by its own secret or signature."
    elif proven:
        by = "its signature" if kind.signs_for(settings) else "the networks that you named"
        sentence = f"By {by}."
    proven = proven or stays_here(settings)
    fix = "Ask the provider from which addresses it calls, and write them under `networks`."
    yield Finding("origin", proven, sentence, fix)
    if not stays_here(settings):
        sends = settings.to_channel(name).sends
        sentence = "SMS go out on it." if sends else "No SMS goes out on it."
        yield Finding("SMS", True, sentence)
    else:
        fix = "Leave api_url out once the contract is signed."
        yield Finding("provider", False, "It is played by the stand-in.", fix)
    if "ussd" in deployment.webhook_urls(name) and settings.service_code:
        yield _test_turn(gateway, name)
    if "sms" in deployment.webhook_urls(name):
        yield _test_text(gateway, name)


def _lines(settings: object) -> str:
    found = [getattr(settings, key) for key in ("service_code", "address", "sender_id")]
    return " · ".join(each for each in found if each) or "no code and no address"


def _test_text(gateway: Gateway, name: str) -> Finding:
    settings, url = gateway.deployment.channels[name], gateway.deployment.webhook_urls(name)["sms"]
    standin, provider = PROVIDERS[settings.provider].load_standin(), gateway.providers[name]
    sms = InboundSms(
        provider_ref=standin.new_reference(),
        subscriber=TRIAL_NUMBER,
        to=settings.address or "22334",
        text="HELP",
    )
    fix = "Ask for what is asked of it here, or change it: gateway channels try " + name
    try:
        sent = standin.sms(settings, url, sms)
        path, _, query = sent.target.partition("?")
        asked = WebhookRequest(
            method=sent.method,
            path=path,
            query=query,
            headers={each.lower(): value for each, value in sent.headers.items()},
            remote_address="127.0.0.1",
            public_url=gateway.public_url,
            body=sent.body,
        )
        if not settings.networks:  # of those only what comes from there is read
            provider.prove_head(asked)
        provider.prove_body(asked)
        provider.parse_each_sms(asked)
    except GatewayError as error:
        return Finding("test text", False, str(error).splitlines()[0], fix)
    return Finding("test text", True, "An SMS was read as its provider sends it, and not kept.")


def _test_turn(gateway: Gateway, name: str) -> Finding:
    from gateway.web.app import create_app
    from gateway.web.handset_client import handset, within

    settings = gateway.deployment.channels[name]
    if settings.pushes_screens and not stays_here(settings):
        sentence = "Its screens go to the provider: dial it from a phone."
        return Finding("test turn", True, sentence)
    phone = handset(gateway.deployment, name, within(create_app(gateway)))
    fix = "The log of this command says where. Then: gateway channels try " + name
    try:
        reply = phone.turn(TRIAL_NUMBER, f"doctor-{secrets.token_hex(6)}", "")
    except GatewayError as error:
        return Finding("test turn", False, str(error).splitlines()[0], fix)
    first = reply.text.partition("\n")[0]
    return Finding("test turn", True, f"It was answered: {first}")

"""Part of `gateway doctor --channel NAME`: what a line needs before citizens are told of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.kind import ProviderKind
from gateway.cli.shared.finding import Finding
from gateway.composition.gateway import Gateway
from gateway.deployment.load import Deployment, stays_here
from gateway.domain.faults_and_errors.errors import GatewayError, Refused
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.use_cases.ports.sms.prices import TellsPricesLate

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
    connects, here = deployment.has_lines(name), _is_on_this_machine(deployment, name)
    routes = ", ".join(deployment.webhook_urls(name))
    if connects:
        sentence = f"{routes}. None is pasted: the gateway connects to the operator."
        yield Finding("webhooks", True, sentence)
    else:
        yield _public_url(deployment, kind, here=here)
        yield Finding("webhooks", True, f"{routes}. Paste them at the provider: gateway channels")
        yield _origin(settings, kind)
    if kind.stays_here:
        yield Finding("provider", True, "It is a phone of this gateway's own.")
    elif connects or here or not stays_here(settings):
        sends = settings.to_channel(name).sends
        sentence = "SMS go out on it." if sends else "No SMS goes out on it."
        yield Finding("SMS", True, sentence)
    else:
        fix = "Leave api_url out once the contract is signed."
        yield Finding("provider", False, "It is played by the stand-in.", fix)
    if kind.lines_up is not None and connects:
        up = kind.lines_up(name, settings)
        fix = "Start `gateway lines`; its log says what the operator answers. See docs/smpp.md."
        yield Finding("lines", up > 0, f"{up} of {settings.lines} to the operator are up.", fix)
    yield _cost(gateway, name)
    if "ussd" in deployment.webhook_urls(name) and settings.service_code:
        yield _test_turn(gateway, name)
    if "sms" in deployment.webhook_urls(name):
        yield _test_text(gateway, name)


def _public_url(deployment: Deployment, kind: ProviderKind, *, here: bool) -> Finding:
    url = deployment.settings.public_url
    enough = here or kind.stays_here
    sentence = f"{url}, which is enough for what stands on this machine." if enough else url
    fix = "Set public_url to the https address that the provider reaches you at, or open a tunnel."
    return Finding("public URL", enough or url.startswith("https://"), sentence, fix)


def _origin(settings: ChannelSettings, kind: ProviderKind) -> Finding:
    proven = bool(settings.networks) or kind.signs_for(settings)
    sentence = "By the secret in the URL alone."
    if settings.proves_itself:
        proven, sentence = True, "By the secret in the URL, and by its own secret or signature."
    elif proven:
        by = "its signature" if kind.signs_for(settings) else "the networks that you named"
        sentence = f"By {by}."
    fix = "Ask the provider from which addresses it calls, and write them under `networks`."
    return Finding("origin", proven or stays_here(settings), sentence, fix)


def _is_on_this_machine(deployment: Deployment, name: str) -> bool:
    """Returns whether a real provider is asked on this machine, as a phone on a cable is."""
    settings = deployment.channels[name]
    kind = PROVIDERS[settings.provider]
    if kind.stays_here or kind.hold_lines or deployment.is_played(name):
        return False
    return stays_here(settings)


def _cost(gateway: Gateway, name: str) -> Finding:
    """Says what the ledger reckons the channel with: no fault, but what people forget to ask."""
    settings = gateway.deployment.channels[name]
    if stays_here(settings) and not _is_on_this_machine(gateway.deployment, name):
        return Finding("cost", True, "None: it is played here.")
    tariff = settings.tariff
    if tariff is None and isinstance(gateway.providers[name], TellsPricesLate):
        return Finding("cost", True, "As the provider tells of each SMS.")
    if tariff is None:
        sentence = "Not written down: see `tariff` of the channel, and docs/ledger.md."
        return Finding("cost", True, sentence)
    told = [
        f"{price} {tariff.currency} a {what}"
        for price, what in (
            (tariff.segment, "segment"),
            (tariff.block, f"block of {tariff.block_seconds} s"),
        )
        if price is not None
    ]
    return Finding("cost", True, f"{', '.join(told) or 'As the provider tells'}.")


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
    held = gateway.deployment.has_lines(name)
    if settings.pushes_screens and (held or not stays_here(settings)):
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

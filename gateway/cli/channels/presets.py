"""`gateway channels presets` and `gateway channels try`: how a provider is spoken to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TextIO
from urllib.parse import urlsplit

import click
from pydantic import SecretStr

from gateway.cli.channels.refused_sample import why_refused
from gateway.cli.shared.options import json_option
from gateway.deployment.folder import find_home
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import Refused, WebhookRejected
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import FORM, WebhookRequest

_SAMPLE_NUMBER = Msisdn("+254700000001")
_SAMPLE_PAGE = "Services\n1. Water\n2. Health"
_METHODS = ("GET ", "POST ")


@click.command(
    short_help="List the presets for `provider: http`.",
    epilog="""\b
Examples:
  gateway channels presets
  gateway channels presets --json | jq '.[] | select(.countries | index("GH"))'
""",
)
@json_option
def presets(as_json: bool) -> None:
    """List the presets that come along, and the deployment's own: what each speaks, how sure it is.

    `high` is the provider's own words, or two sources that agree; `medium` one client that works.
    """
    from gateway.adapters.providers.registry import PROVIDERS

    home = find_home(os.environ)
    listed = [preset for kind in PROVIDERS.values() for preset in kind.presets(home)]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in listed], indent=2, ensure_ascii=False))
        return
    wide = max(len(preset.name) for preset in listed)
    for preset in listed:
        name = click.style(f"{preset.name:<{wide}}", bold=True)
        speaks = ", ".join(preset.speaks)
        click.echo(f"{name}  {preset.confidence:<6}  {preset.about} ({speaks})")


@click.command(
    "try",
    short_help="Show how a channel is spoken to, and what a sample means.",
    epilog="""\b
Examples:
  gateway channels try at-ke
  gateway channels try at-ke --route ussd sample.txt
  pbpaste | gateway channels try at-ke --route ussd -
""",
)
@click.argument("name")
@click.argument("sample", required=False, type=click.File("r", encoding="utf-8"))
@click.option(
    "--route",
    type=click.Choice(["ussd", "sms", "delivery"]),
    help="What the sample is; it is read as that.",
)
@json_option
def try_(name: str, sample: TextIO | None, route: str | None, as_json: bool) -> None:
    """Show the requests of a channel as they travel, and read a request that you paste.

    Nothing is sent and nothing is stored. SAMPLE is a body, a query or a whole request with its
    first line and headers; - reads it from the terminal. Where it comes from is not proven here.
    """
    deployment = load()
    if name not in deployment.channels:
        raise Refused(f"There is no channel '{name}'. See: gateway channels")
    shown = _Shown(as_json)
    if sample is not None and route is None:
        raise click.UsageError("Say what the sample is: --route ussd, sms or delivery.")
    trial = _Trial(deployment, name)
    if sample is None:
        trial.tell_requests(shown)
    else:
        trial.read(route or "", sample.read(), shown)
    shown.end()


class _Shown:
    """What is told: lines for people, or one JSON object."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._told: dict[str, object] = {}

    def tell(self, what: str, said: object) -> None:
        self._told[what] = said
        if not self._as_json:
            click.echo(click.style(what, bold=True))
            text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, indent=2)
            for line in text.splitlines():
                click.echo(f"  {line}")

    def end(self) -> None:
        if self._as_json:
            click.echo(json.dumps(self._told, ensure_ascii=False, indent=2))


class _Trial:
    """One channel, its provider and what plays it."""

    def __init__(self, deployment: Any, name: str) -> None:
        from gateway.adapters.providers.registry import PROVIDERS

        region = deployment.settings.national_region
        self._settings = deployment.channels[name].in_country(region)
        self._kind = PROVIDERS[self._settings.provider]
        keys = deployment.webhook_keys(name)
        self._name = name
        self._secrets = [*keys, *_secrets_in(vars(self._settings))]
        self._provider = self._kind.build(name, self._settings, keys)
        self._urls = deployment.webhook_urls(name)

    def tell_requests(self, shown: _Shown) -> None:
        """Shows a request of each kind as the provider makes it, and what is made of it."""
        standin = self._kind.load_standin()
        if "ussd" in self._urls and self._settings.service_code:
            newest = standin.sends_newest(self._settings)
            turn = UssdTurn(
                session_id="session-1",
                subscriber=_SAMPLE_NUMBER,
                service_code=self._settings.service_code,
                text="",
                alone=AnswerAlone(True, "turn-1") if newest else None,
            )
            sent = standin.turn(self._settings, self._urls["ussd"], turn)
            self._show_both("ussd", sent, shown)
        if "sms" in self._urls:
            sms = InboundSms(
                provider_ref=standin.new_reference(),
                subscriber=_SAMPLE_NUMBER,
                to=self._settings.address or "22334",
                text="WATER",
            )
            sent = standin.sms(self._settings, self._urls["sms"], sms)
            self._show_both("sms", sent, shown)
        show = getattr(self._provider, "request_shown", None)
        if show is not None:
            text = show(
                _SAMPLE_NUMBER, "Your water is back.", self._masked(self._urls.get("delivery", ""))
            )
            if text:
                shown.tell("An SMS is handed over with", self._masked(text))

    def _show_both(self, route: str, sent: Any, shown: _Shown) -> None:
        lines = [f"{sent.method} {sent.target}"]
        lines += [f"{name}: {value}" for name, value in sent.headers.items()]
        body = sent.body.decode("utf-8", "replace")
        shown.tell(
            f"{route}: the provider sends", self._masked("\n".join([*lines, "", body]).strip())
        )
        target, _, query = sent.target.partition("?")
        headers = {name.lower(): value for name, value in sent.headers.items()}
        self._tell(route, self._request(sent.method, target, query, headers, sent.body), shown)

    def read(self, route: str, text: str, shown: _Shown) -> None:
        """Shows what a pasted request means."""
        if route not in self._provider.routes:
            routes = ", ".join(self._provider.routes)
            raise Refused(f"The channel has no webhook '{route}'. It has: {routes}.")
        method, query, headers, body = _pasted(text, self._provider.routes[route])
        request = self._request(method, f"/{route}/{self._name}", query, headers, body.encode())
        try:
            self._tell(route, request, shown)
        except WebhookRejected as error:
            speaks = getattr(self._settings, "speaks", None)
            preset = speaks.file if speaks is not None else None
            raise Refused(why_refused(error, text, route, self._name, preset)) from None

    def _request(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> WebhookRequest:
        return WebhookRequest(
            method=method,
            path=path,
            query=query,
            headers=headers,
            remote_address="127.0.0.1",
            public_url="",
            body=body,
        )

    def _tell(self, route: str, request: WebhookRequest, shown: _Shown) -> None:
        provider = self._provider
        if route == "ussd":
            turn = provider.parse_ussd(request)
            shown.tell("ussd: it is read as", _plain(turn))
            if isinstance(turn, UssdTurn) and not self._settings.pushes_screens:
                reply = provider.render_ussd(turn, UssdReply(_SAMPLE_PAGE, ends=False))
                shown.tell("ussd: a page is answered as", f"{reply.content_type}\n{reply.body}")
            return
        each = provider.parse_each_sms if route == "sms" else provider.parse_each_delivery
        shown.tell(f"{route}: it is read as", [_plain(told) for told in each(request)])
        reply = provider.acknowledge(route)
        shown.tell(f"{route}: it is answered with", f"{reply.status} {reply.body}".strip())

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return text


def _secrets_in(value: object) -> Iterator[str]:
    """Yields the secrets of a channel, so that none is shown."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _secrets_in(each)


def _pasted(text: str, methods: Any) -> tuple[str, str, dict[str, str], str]:
    """Returns method, query, headers and body of what was pasted."""
    text = text.replace("\r\n", "\n").strip("\n")
    if text.startswith(_METHODS):
        head, _, body = text.partition("\n\n")
        first, *lines = head.split("\n")
        method, target = first.split()[:2]
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        return method, urlsplit(target).query, headers, body
    text = text.strip()
    if text.startswith(("{", "[", "<")):
        return "POST", "", {"content-type": "application/json"}, text
    if text.startswith("?") or "POST" not in methods:
        return "GET", text.removeprefix("?"), {}, ""
    return "POST", "", {"content-type": FORM}, text


def _plain(told: object) -> object:
    """Returns a record as people read it, numbers masked."""
    if isinstance(told, WebhookRejected):
        return f"refused ({told.code}): {told}"
    if isinstance(told, UssdTurn):
        pairs = [(name, getattr(told, name)) for name in told.__struct_fields__ if name != "echo"]
    elif is_dataclass(told):
        pairs = [(each.name, getattr(told, each.name)) for each in fields(told)]
    else:
        return str(told)
    return {name: _value(value) for name, value in pairs if value not in (None, "")}


def _value(value: object) -> object:
    if isinstance(value, AnswerAlone):
        return {"begins": value.begins, "turn": value.turn_id}
    return value if isinstance(value, bool | int) else str(value)

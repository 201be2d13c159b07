"""`gateway calls`: what calls.yaml declares, and what comes of a call that is made now."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import click

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.adapters.handler_calls.declared_calls import DeclaredCalls, request_of
from gateway.adapters.handler_calls.http_exchange import Reply, Request, exchange
from gateway.adapters.releases.in_process import ServedReleases
from gateway.cli import postings
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, from_option, json_option
from gateway.deployment.load import Deployment, load
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused, ServiceFailed
from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import Clock

#: What stands for a secret in everything that is printed.
MASK = "***"


@click.group(epilog="\b\nExample:\n  gateway calls try tank_level --with tank=117\n")
def calls() -> None:
    """List the calls of other systems, try them, and see which stored rows wait for them."""


calls.add_command(postings.waiting)
calls.add_command(postings.again)


@calls.command(
    "list",
    short_help="List the declared calls.",
    epilog="\b\nExample:\n  gateway calls list --json\n",
)
@json_option
def list_(as_json: bool) -> None:
    """List the declared calls: what they ask, what they need, and what they can come to."""
    deployment = load()
    declared = deployment.load_release().calls.values()
    if as_json:
        click.echo(json.dumps([_row(deployment, each) for each in declared], indent=2))
        return
    for each in declared:
        row = _row(deployment, each)
        click.echo(f"{each.name}: {each.method} {row['url']}")
        click.echo(f"  needs {_list(row['needs'])}; comes to {_list(row['outcomes'])}")
        if row["takes_rows_of"]:
            click.echo(f"  takes each row of {_list(row['takes_rows_of'])}")
        if row["secrets_missing"]:
            click.echo(f"  not set: {_list(row['secrets_missing'])}")
    if not declared:
        click.echo("No call is declared. See docs/calls.md.")


@calls.command(
    "try",
    short_help="Make a call now, and show what comes of it.",
    epilog="""\b
Examples:
  gateway calls try tank_level --with tank=117
  gateway calls try tank_level --with tank=117 --json
""",
)
@click.argument("name")
@click.option(
    "--with", "answers", multiple=True, metavar="KEY=VALUE", help="An answer; as often as needed."
)
@click.option("--language", help="The language; the deployment's first otherwise.")
@from_option
@actor_option
@json_option
def try_(
    name: str, answers: tuple[str, ...], language: str | None, number: str, by: str, as_json: bool
) -> None:
    """Make the call NAME now; show the request with secrets masked, and what was understood.

    The call is really made, so one that writes does write: it takes a role that may load data, and
    is noted. Cache and breaker are left aside. Exits with 1 when it fails.
    """
    with own_gateway() as gateway:
        deployment, clock = gateway.deployment, gateway.clock
    release = deployment.load_release()
    declared = release.calls.get(name)
    if declared is None:
        raise Refused(f"calls.yaml declares no call '{name}'.{did_you_mean(name, release.calls)}")
    if language and language not in release.languages:
        sentence = f"the menu speaks {', '.join(release.languages)}"
        raise click.BadParameter(sentence, param_hint="--language")
    call = ServiceCall(
        handler=declared.back_end,
        answers=_answers(answers, declared),
        language=language or release.default_language,
        subscriber=Msisdn.from_e164(number),
        key=f"try-{secrets.token_hex(8)}",
        at=clock.now(),
        release=release.id,
    )
    if missing := [need for need in declared.contract.needs if need not in call.answers]:
        raise click.UsageError(f"{name} needs {_list(missing)}: add --with {missing[0]}=…")
    with own_gateway() as gateway:
        gateway.calls_by_hand.may_try(name, declared.back_end, by)
    told = _tried(deployment, declared, call, ServedReleases(release), clock)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else _written(told))
    raise SystemExit(1 if "failure" in told else 0)


def _tried(
    deployment: Deployment,
    declared: DeclaredCall,
    call: ServiceCall,
    releases: ServedReleases,
    clock: Clock,
) -> dict[str, Any]:
    """Returns what was sent and what came of it, for printing."""
    shown = request_of(declared, call, lambda name: MASK)
    told: dict[str, Any] = {
        "request": {
            "method": shown.method,
            "url": shown.url.replace(quote(MASK, safe=""), MASK),
            "headers": shown.headers,
            "body": (shown.body or b"").decode().replace(quote(MASK, safe=""), MASK),
        }
    }

    def send(request: Request) -> Reply:
        began = clock.monotonic()
        reply = exchange(request)
        took = round(clock.monotonic() - began, 3)
        told["reply"] = {"status": reply.status, "bytes": len(reply.body), "seconds": took}
        return replace(reply, body=_without_secrets(deployment, declared, reply.body))

    try:
        made = DeclaredCalls(releases, deployment.secret, send).make(declared, call)
        told["outcome"] = _outcome(held_to(declared.contract, declared.name, made))
    except ServiceFailed as error:
        told["failure"] = str(error)
    return told


def _without_secrets(deployment: Deployment, declared: DeclaredCall, body: bytes) -> bytes:
    """Returns a reply in which our secrets are masked: some systems say again what they were told.

    Before it is read, since a value may be cut, and half a secret is one, too.
    """
    for name in declared.secrets:
        body = body.replace(deployment.secret(name).encode(), MASK.encode())
    return body


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {"name": outcome.name, "values": dict(outcome.values)}


def _written(told: dict[str, Any]) -> str:
    request = told["request"]
    lines = [f"{request['method']} {request['url']}"]
    lines += [f"{name}: {value}" for name, value in request["headers"].items()]
    if request["body"]:
        lines += ["", request["body"]]
    if reply := told.get("reply"):
        lines += ["", f"{reply['status']}, {reply['bytes']} bytes in {reply['seconds']} s"]
    if "failure" in told:
        return "\n".join([*lines, "", f"Failed: {told['failure']}"])
    outcome = told["outcome"]
    lines += ["", f"Outcome: {outcome['name']}"]
    for name, value in outcome["values"].items():
        rows = [value] if isinstance(value, str) else [f"{len(value)} rows", *map(str, value)]
        lines += [f"  {name}: {rows[0]}", *(f"    {row}" for row in rows[1:])]
    return "\n".join(lines)


def _answers(given: tuple[str, ...], declared: DeclaredCall) -> dict[str, str]:
    answers, needs = {}, list(declared.contract.needs)
    for each in given:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"'{each}' is not KEY=VALUE.", param_hint="--with")
        if name not in needs:
            sentence = f"{declared.name} needs {_list(needs)}, and no '{name}'."
            raise click.BadParameter(sentence, param_hint="--with")
        answers[name] = value
    return answers


def _row(deployment: Deployment, declared: DeclaredCall) -> dict[str, Any]:
    url = "".join(
        f"{{{piece}}}" if place % 2 else piece for place, piece in enumerate(declared.url.pieces)
    )
    return {
        "name": declared.name,
        "method": declared.method,
        "url": url,
        "needs": list(declared.contract.needs),
        "outcomes": list(declared.contract.outcomes),
        "slow": declared.contract.slow,
        "takes_rows_of": [
            form.name for form in deployment.forms.values() if form.post_to == declared.name
        ],
        "secrets": list(declared.secrets),
        "secrets_missing": missing_secrets(deployment, declared),
    }


def missing_secrets(deployment: Deployment, declared: DeclaredCall) -> list[str]:
    """Returns the secrets of a call that are not set."""
    missing = []
    for name in declared.secrets:
        try:
            deployment.secret(name)
        except ServiceFailed:
            missing.append(name)
    return missing


def _list(names: list[str]) -> str:
    return ", ".join(names) or "nothing"

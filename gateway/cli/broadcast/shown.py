"""How broadcasts are shown: to people, and to programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from gateway.cli.shared.formatting import for_programs, local
from gateway.composition.gateway import Gateway
from gateway.deployment.load import Deployment
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.outcomes import Outcomes
from gateway.domain.broadcast.states import what_next
from gateway.domain.money.money import Money
from gateway.domain.text.language_names import language_name

#: Why somebody is left out, as people say it.
REASONS: Mapping[str, str] = {
    "stopped": "said STOP",
    "unreachable": "no channel reaches them",
    "other_language": "read another language",
    "unreadable": "cannot be read: a key is missing",
}


def echo_json(plain: object) -> None:
    """Prints plain values for other programs."""
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def plain(broadcast: Broadcast, costs: Mapping[str, Money]) -> dict[str, Any]:
    """Returns a broadcast as JSON has it, with its texts."""
    audience = broadcast.audience
    moments = {
        name: None if (at := getattr(broadcast, name)) is None else for_programs(at)
        for name in (
            "created_at",
            "changed_at",
            "approved_at",
            "start_at",
            "valid_until",
            "emergency_at",
        )
    }
    return {
        "id": broadcast.id,
        "title": broadcast.title,
        "state": broadcast.state.value,
        "why": broadcast.why,
        "institution": broadcast.institution,
        "topic": broadcast.topic,
        "lane": broadcast.lane.value,
        "channel": broadcast.channel,
        "audience": {
            "source": audience.source.value,
            "topic": audience.topic,
            "districts": list(audience.districts),
            "languages": list(audience.languages),
        },
        "texts": dict(broadcast.texts),
        "fallback": broadcast.fallback,
        "per_minute": broadcast.per_minute,
        "service_code": broadcast.service_code,
        "list_rows": broadcast.list_rows,
        "created_by": broadcast.created_by,
        "emergency": broadcast.is_emergency,
        "emergency_by": broadcast.emergency_by,
        "approved_by": broadcast.approved_by,
        **moments,
        "estimate": broadcast.estimate or None,
        "cost": {name: str(money) for name, money in costs.items()},
        "filled": broadcast.filled,
        "left_out": dict(broadcast.left_out),
    }


def estimate_lines(broadcast: Broadcast, costs: Mapping[str, Money]) -> Iterator[str]:
    """Yields what the check has found, a line for each thing."""
    estimate = broadcast.estimate
    if not estimate:
        yield "Not checked yet."
        return
    yield f"{_recipients(estimate['recipients'])}, {estimate['segments']:,} SMS:"
    for language, each in estimate["languages"].items():
        number = _recipients(each["recipients"], 9)
        line = (
            f"  {language:<4} {number:<20}  {each['segments']:>9,} SMS, "
            f"{each['segments_each_at_most']} each at most"
        )
        if each["unicode"]:
            line += ", Unicode"
        if language in costs:
            line += f"  {costs[language]}"
        yield line
        saved = each["segments"] - each["segments_without_unicode"]
        if saved and each["unicode_characters"]:
            signs = " ".join(each["unicode_characters"])
            yield f"       {saved:,} SMS of these are for the signs {signs} alone: write others."
    for language, number in estimate["instead"].items():
        reads, gets = ("reads", "gets") if number == 1 else ("read", "get")
        who = "whose language nobody knows"
        if language != "unknown":
            who = f"who {reads} {language_name(language)}"
        yield f"  {number:,} {who} {gets} the text in '{broadcast.fallback}'."
    if despite := estimate.get("despite_stop"):
        yield f"  {despite:,} of them said STOP: an emergency goes to them, too."
    for reason, number in estimate["left_out"].items():
        yield f"  left out: {number:,} {REASONS.get(reason, reason)}"
    for district in estimate["unknown_districts"]:
        yield f"  Nobody has subscribed in '{district}'. Is it written as in the menu?"


def _recipients(number: int, width: int = 0) -> str:
    return f"{number:>{width},} {'recipient' if number == 1 else 'recipients'}"


def outcome_lines(outcomes: Outcomes) -> Iterator[str]:
    """Yields what came of it: by language and channel, and in all."""
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for part in outcomes.parts:
        row = rows.setdefault((part.language, part.channel), {})
        row[part.outcome.value] = row.get(part.outcome.value, 0) + part.number
    names = [name for name, number in outcomes.numbers.items() if number]
    if not rows:
        yield "Nothing has been sent."
        return
    yield f"{'':<16}" + "".join(f"{name:>12}" for name in names)
    for (language, channel), row in rows.items():
        numbers = "".join(f"{row.get(name, 0):>12,}" for name in names)
        yield f"{language + ' ' + channel:<16}{numbers}"
    yield f"{'all':<16}" + "".join(f"{outcomes.numbers[name]:>12,}" for name in names)
    for currency, amount in outcomes.costs.items():
        yield f"cost: {amount} {currency}"


def state_line(deployment: Deployment, broadcast: Broadcast) -> str:
    """Returns how far it is, in one line."""
    what = "Emergency broadcast" if broadcast.is_emergency else "Broadcast"
    said = f"{what} {broadcast.id} '{broadcast.title}' is {broadcast.state.value}"
    if broadcast.state.value == "scheduled" and broadcast.start_at:
        said += f" for {local(deployment, broadcast.start_at)}"
    if broadcast.why:
        said += f" ({broadcast.why})"
    return said + "."


def tell(gateway: Gateway, broadcast: Broadcast, *, as_json: bool) -> None:
    """Prints how a broadcast stands after somebody has acted on it, and how to go on."""
    if as_json:
        echo_json(plain(broadcast, gateway.broadcast.read.cost_of(broadcast)))
        return
    click.echo(state_line(gateway.deployment, broadcast))
    click.echo(what_next(broadcast.state, broadcast.id))

"""What `gateway doctor` says of the people who act, of limits and budgets, and of the audit."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.cli.shared.finding import Finding
from gateway.composition.gateway import Gateway

#: So many lines are checked at once; an audit that is longer is for `gateway audit verify`.
_MOST_LINES = 20_000


def people(gateway: Gateway) -> Iterator[Finding]:
    """Tells whether somebody is known, so that not every name may do everything."""
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        known = [each for each in gateway.institutions.people.all() if each.removed_at is None]
    except GatewayError:
        return  # what is wrong with the database is told by itself
    if known:
        yield Finding("people", True, f"{len(known)} known; only they act.")
    else:
        yield Finding(
            "people",
            # A trial on one's own machine needs nobody else.
            gateway.deployment.development,
            "Nobody is known: every --by NAME may do everything.",
            "Run: gateway people add NAME --role administrator --everywhere",
        )


def spending(gateway: Gateway) -> Iterator[Finding]:
    """Tells of limits and budgets that are nearly used, or all used."""
    from gateway.domain.faults_and_errors.errors import GatewayError
    from gateway.domain.institutions.spending import Standing

    try:
        found = gateway.institutions.spend.bounds(gateway.clock.now())
    except GatewayError:
        return
    for name, bounds in found.items():
        for bound in bounds:
            sentence = f"{bound.percent} % of the {bound.name} used: {bound.told}."
            yield Finding(
                f"budget {name}",
                bound.standing(0) is Standing.OK,
                sentence,
                f"At 100 % broadcasts stop. See: gateway institutions show {name}",
            )


def channels_allowed(gateway: Gateway) -> Iterator[Finding]:
    """Tells of institutions all of whose channels are gone: nothing of theirs leaves."""
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        stored = gateway.institutions.stored.all()
    except GatewayError:
        return
    for each in stored:
        if each.channels and gateway.channels.keys().isdisjoint(each.channels):
            yield Finding(
                f"institution {each.name}",
                False,
                f"It may send by {', '.join(each.channels)} only, and no such channel is "
                "configured any more: its SMS wait.",
                f"Run: gateway institutions set {each.name} --channel NAME (or --any channel)",
            )


def audit(gateway: Gateway) -> Iterator[Finding]:
    """Tells whether the audit is as it was recorded, where it is short enough to look."""
    from gateway.domain.faults_and_errors.errors import GatewayError

    trail = gateway.institutions.trail
    try:
        heads = trail.heads()
        lines = sum(head.line - head.first + 1 for head in heads)
        if lines > _MOST_LINES:
            sentence = f"{lines} lines: too many to check now. Run: gateway audit verify"
            yield Finding("audit", True, sentence)
            return
        wrong = [fault for head in heads for fault in trail.check(head.institution, _nobody)]
    except GatewayError:
        return
    sentence = f"{lines} lines, none removed or changed."
    if wrong:
        sentence = f"{wrong[0].institution}, line {wrong[0].line}: {wrong[0].what}"
    yield Finding("audit", not wrong, sentence, "Run: gateway audit verify")


def _nobody(_: int) -> None:
    """Is told how far it is, and does nothing."""

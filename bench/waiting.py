"""How long citizens wait at half of what the gateway can do: sessions begin at random moments."""

from __future__ import annotations

from dataclasses import asdict

from bench.figures import Findings, Spread, Target, say
from bench.house import House, served
from bench.load import STEPS
from bench.servers import call

#: At which shares of what the gateway can do, and what the p99 may be there.
MOST_P99_MS = {0.5: 15.0, 0.8: 60.0}
CONNECTIONS = 64
HEADS = ("load", "turns/s", "p50 ms", "p99 ms", "p99.9 ms", "wrong")


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns the latencies from the moment a turn was due, at shares of the measured capacity."""
    findings = Findings("Waiting times, open loop", HEADS)
    with served(house, "gateway serve") as site:
        call(site.load.anew(seconds=1.0))
        capacities, found = [], {share: [] for share in MOST_P99_MS}
        for number in range(1, rounds + 1):
            closed = call(site.load.anew(seconds=seconds))
            capacities.append(closed.turns / closed.seconds)
            for share in MOST_P99_MS:
                rate = capacities[-1] * share / STEPS
                load = site.load.anew(
                    seconds=seconds, sessions_per_second=rate, connections=CONNECTIONS,
                )  # fmt: skip
                result = call(load)
                found[share].append(result)
                say(
                    f"round {number}/{rounds}  {share:.0%} of {capacities[-1]:,.0f} turns/s: "
                    f"p99 {result.p99:.1f} ms, {result.wrong} wrong"
                )
    for share, results in found.items():
        findings.rows.append(
            (
                f"{share:.0%} of capacity",
                Spread.of([r.turns / r.seconds for r in results]).shown(0),
                Spread.of([r.p50 for r in results]).shown(1),
                Spread.of([r.p99 for r in results]).shown(1),
                Spread.of([r.p999 for r in results]).shown(1),
                str(sum(r.wrong for r in results)),
            )
        )
    wrong = sum(result.wrong for results in found.values() for result in results)
    findings.targets = [
        *(
            Target(
                what=f"p99 at {share:.0%} of the capacity", at_least=False, unit=" ms", bound=most,
                found=Spread.of([result.p99 for result in found[share]]).median,
            )
            for share, most in MOST_P99_MS.items()
        ),
        Target(what="wrong answers", found=wrong, bound=0, at_least=False),
    ]  # fmt: skip
    findings.notes = [f"capacity in the same rounds: {Spread.of(capacities).shown(0)} turns/s"]
    findings.raw = {
        "capacity": capacities,
        **{f"{share:.0%}": [asdict(r) for r in results] for share, results in found.items()},
    }
    return findings

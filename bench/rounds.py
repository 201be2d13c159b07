"""Plays the same load on several sites in interleaved rounds, and sums up what each cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

import psutil

from bench.figures import Findings, Spread, Target, interleaved, say
from bench.house import Site
from bench.servers import call, cpu_seconds

WARM_UP_SECONDS = 0.7

HEADS = (
    "what", "turns/s", "server CPU µs/turn", "store CPU µs/turn", "generator CPU µs/turn", "p50 ms",
    "p99 ms", "USS MiB", "finals", "wrong",
)  # fmt: skip


@dataclass(slots=True)
class Played:
    """The rounds of one site."""

    site: Site
    turns: int = 0
    finals: int = 0
    wrong: int = 0
    per_second: list[float] = field(default_factory=list)
    server_us: list[float] = field(default_factory=list)
    store_us: list[float] = field(default_factory=list)
    generator_us: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    first_wrong: str = ""

    def play(self, seconds: float, store: psutil.Process | None) -> None:
        """Plays one round, and notes what it cost the server and the store."""
        load = self.site.load.anew(seconds=seconds)
        server, kept = cpu_seconds(self.site.process), cpu_seconds(store) if store else 0.0
        result = call(load)
        server = cpu_seconds(self.site.process) - server
        kept = cpu_seconds(store) - kept if store else 0.0
        self.turns += result.turns
        self.finals += result.finals
        self.wrong += result.wrong
        self.first_wrong = self.first_wrong or result.first_wrong
        self.per_second.append(result.turns / result.seconds)
        self.server_us.append(server / result.turns * 1e6)
        self.store_us.append(kept / result.turns * 1e6)
        self.generator_us.append(result.cpu_seconds / result.turns * 1e6)
        self.p50.append(result.p50)
        self.p99.append(result.p99)

    def row(self, memory: Sequence[float]) -> tuple[str, ...]:
        """Returns the site's line of the table."""
        return (
            self.site.name,
            Spread.of(self.per_second).shown(0),
            Spread.of(self.server_us).shown(0),
            Spread.of(self.store_us).shown(0),
            Spread.of(self.generator_us).shown(0),
            Spread.of(self.p50).shown(1),
            Spread.of(self.p99).shown(1),
            " + ".join(f"{mib:.0f}" for mib in memory),
            f"{self.finals / self.turns:.4f}",
            str(self.wrong),
        )


def play_interleaved(
    sites: Sequence[Site], rounds: int, seconds: float, store: psutil.Process | None
) -> dict[str, Played]:
    """Returns the rounds of each site by name. Everything runs all the time; one is called."""
    played = {site.name: Played(site) for site in sites}
    for site in sites:
        call(site.load.anew(seconds=WARM_UP_SECONDS))
    for number, order in enumerate(interleaved(list(played), rounds), start=1):
        for name in order:
            played[name].play(seconds, store)
            last = played[name]
            say(
                f"round {number}/{rounds}  {name}: {last.per_second[-1]:,.0f} turns/s, "
                f"{last.server_us[-1]:.0f} µs, {last.wrong} wrong"
            )
    return played


def ratio(
    over: Played, under: Played, figure: str, *, what: str, bound: float, at_least: bool = True
) -> Target:
    """Returns the median of the rounds' ratios as a target: each round is its own comparison."""
    pairs = zip(getattr(over, figure), getattr(under, figure), strict=True)
    spread = Spread.of([one / other for one, other in pairs])
    label = f"{what} [{spread.least:.2f}-{spread.most:.2f}]"
    return Target(what=label, found=spread.median, bound=bound, at_least=at_least)


def correctness(played: dict[str, Played]) -> list[Target]:
    """Returns the targets that every answer is right and each session ends after four turns."""
    wrong = sum(each.wrong for each in played.values())
    off = max(abs(each.finals / each.turns - 0.25) for each in played.values())
    return [
        Target(what="wrong answers", found=wrong, bound=0, at_least=False),
        Target(what="share of finals off 0.25 by", found=off, bound=0, at_least=False),
    ]


def raw(played: dict[str, Played]) -> dict[str, object]:
    """Returns every round for JSON."""
    return {
        name: {key: value for key, value in asdict(replace(each, site=None)).items() if value != []}
        for name, each in played.items()
    }


def first_wrong(played: dict[str, Played], findings: Findings) -> None:
    """Notes the first wrong answer of each site, for whoever has to find out why."""
    for name, each in played.items():
        if each.first_wrong:
            findings.notes.append(f"{name}: {each.first_wrong}")

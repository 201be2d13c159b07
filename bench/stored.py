"""What a million stored SMS do to the next: accepted, claimed and handed over, on both databases.

No provider and no worker is in it: what is left is our own CPU for the outbox, and the database.
Few rows and many, and the code of another commit where one is asked for, take turns.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench.against import checked_out
from bench.figures import Findings, Spread, Target, interleaved, say
from bench.house import House, laid_out
from bench.servers import ROOT, Failed
from tests import servers

FEW, MANY = 10_000, 1_000_000
#: MTs of a round, and how many are accepted at once, as broadcasts are filled.
MTS, ACCEPTED_AT_ONCE = {"SQLite": 10_000, "PostgreSQL": 4_000}, 1_000
#: Numbers in a call, and whose: of a broadcast in the order of its audience, or anybody's.
WAYS = (("audience", 100), ("audience", 500), ("anybody", 100), ("anybody", 500))
#: A further round is a further chance to find the machine idle: the best of each counts.
ROUNDS = 7
#: What a claim may cost with a million rows beside ten thousand.
FLAT = 1.25
#: Handed over in a second of our CPU, with a million rows stored.
PER_SECOND = 8_000
#: What a commit may cost more than before, or less.
SAME = 1.05

HEADS = (
    "database", "code", "rows", "to whom", "a call", "CPU µs/MT", "MTs/s of CPU", "accepting",
    "worker", "claim µs/MT",
)  # fmt: skip

_Way = tuple[str, int]


@dataclass(slots=True)
class Site:
    """An outbox with so many rows, and what its rounds took: microseconds an MT of each."""

    code: str
    database: str
    rows: int
    process: subprocess.Popen[str]
    took: dict[_Way, dict[str, list[float]]] = field(default_factory=dict)

    def ask(self, *command: object) -> Mapping[str, float]:
        """Returns the answer to a command; raises Failed."""
        if self.process.stdin is None or self.process.stdout is None:
            raise Failed("The outbox cannot be asked.")
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"The outbox on {self.database} ended. Its last words are on stderr.")
        answer: Mapping[str, float] = json.loads(line)
        return answer

    def play(self, way: _Way) -> None:
        """Plays one round."""
        whose, in_a_call = way
        answer = self.ask("round", whose, MTS[self.database], ACCEPTED_AT_ONCE, in_a_call)
        took = self.took.setdefault(way, {})
        for what, each in answer.items():
            took.setdefault(what, []).append(each)

    def best(self, way: _Way, what: str) -> float:
        """Returns the least that it took."""
        return min(self.took[way][what])


def measure(house: House, against: str, rounds: int, *, quick: bool) -> Findings:
    """Returns what an MT costs with few and with many rows stored, on SQLite and on PostgreSQL."""
    findings = Findings("SMS with many stored", HEADS)
    houses = {"here": house}
    if against:
        folder = house.folder / "stored"
        root = checked_out(against, folder / "checkout")
        houses[against] = laid_out(folder, root, house.environ["GATEWAY_REDIS_URL"], house.valkey)
    most = FEW * 10 if quick else MANY
    with ExitStack() as stack:
        for database in MTS:
            sites = _sites(stack, houses, database, (FEW, most))
            for number, order in enumerate(interleaved(sites, rounds), start=1):
                for site in order:
                    for way in WAYS:
                        site.play(way)
                say(f"{database}: round {number}/{rounds}")
            _add(findings, sites, most)
    findings.notes = [
        f"the best of {rounds} rounds of so many MTs by turns: {MTS}; all say the same",
        "SQLite works in our process, and copies home what it wrote within the round",
        "PostgreSQL works in its own, whose CPU is not counted",
    ]
    return findings


def _sites(
    stack: ExitStack, houses: Mapping[str, House], database: str, sizes: Sequence[int]
) -> list[Site]:
    url = stack.enter_context(servers.postgres()) if database == "PostgreSQL" else ""
    sites = []
    for code, house in houses.items():
        for rows in sizes:
            name = f"stored_{len(sites)}"
            own = _postgresql(url, name) if url else f"sqlite:///{house.folder}/{name}.db"
            house.gateway("migrate", GATEWAY_DATABASE_URL=own)
            sites.append(stack.enter_context(_site(house, own, code, database, rows)))
            say(f"{database}: {rows:,} rows, {code}")
    return sites


def _postgresql(url: str, name: str) -> str:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def _site(house: House, url: str, code: str, database: str, rows: int) -> Iterator[Site]:
    process = subprocess.Popen(
        [sys.executable, "-P", str(Path(ROOT) / "bench" / "outbox_rounds.py")],
        env={**house.environ, "GATEWAY_DATABASE_URL": url}, cwd=house.folder, text=True,
        encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    site = Site(code, database, rows, process)
    try:
        site.ask("fill", rows)
        yield site
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(60)


def _add(findings: Findings, sites: Sequence[Site], most: int) -> None:
    """Adds the rows and the targets of one database."""
    for site in sites:
        for way in WAYS:
            whose, in_a_call = way
            cpu = site.best(way, "cpu")
            findings.rows.append(
                (
                    site.database, site.code, f"{site.rows:,}", whose, str(in_a_call),
                    Spread.of(site.took[way]["cpu"]).shown(0), f"{1e6 / cpu:,.0f}",
                    f"{site.best(way, 'accept'):.0f}", f"{site.best(way, 'worker'):.0f}",
                    f"{site.best(way, 'claim'):.1f}",
                )
            )  # fmt: skip
        findings.raw[f"{site.database} {site.code} {site.rows}"] = {
            f"{whose} {in_a_call}": took for (whose, in_a_call), took in site.took.items()
        }
    few, many, *before = sites
    for way in WAYS:
        whose, in_a_call = way
        who = f"{whose}, {in_a_call} a call, {many.database}"
        findings.targets.append(
            Target(
                what=f"a claim, {most:,} rows / {FEW:,}: {who}",
                found=many.best(way, "claim") / few.best(way, "claim"), bound=FLAT, at_least=False,
            )
        )  # fmt: skip
        if many.database == "SQLite":
            findings.targets.append(
                Target(
                    what=f"accepted and handed over a second of CPU, {most:,} rows stored: {who}",
                    found=1e6 / many.best(way, "cpu"), bound=PER_SECOND, at_least=True,
                )
            )  # fmt: skip
        for here, there in zip((few, many), before, strict=False):
            pairs = zip(here.took[way]["cpu"], there.took[way]["cpu"], strict=True)
            ratio = Spread.of([one / other for one, other in pairs])
            findings.targets.append(
                Target(
                    what=f"CPU here / at {there.code}, {here.rows:,} rows: {who} "
                    f"[{ratio.least:.2f}-{ratio.most:.2f}]",
                    found=ratio.median, bound=SAME, at_least=False,
                )
            )  # fmt: skip

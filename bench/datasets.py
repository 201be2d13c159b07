"""Datasets: what a look-up costs among a million rows, and what an import costs beside an insert.

Both on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import csv
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import Engine, insert

from bench.figures import Findings, Spread, Target, interleaved, say
from bench.servers import Failed
from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.menu_files.compiling.look_ups import look_up
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.sql import engine as sql_engine
from gateway.adapters.sql.datasets.columns import ROW, table_of
from gateway.adapters.sql.datasets.look_ups import SqlLookUps
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Amount, Day, OneOf, PhoneNumber, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.handler_contract.look_up import DOWN, FOUND, SAME, UP
from tests.servers import postgres

FEW, MANY = 1_000, 1_000_000
IMPORTED = 100_000
MOST_OF_LOOK_UP, MOST_OF_INSERT = 1.1, 4.0
_KEYRING = Keyring(bytes(range(32)))
_NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
_CALLS = 200
#: What a comparison with the row before comes to.
_COMPARED = (UP, DOWN, SAME)


def _dataset(name: str, *, asked: bool) -> Dataset:
    """Returns a list of ten columns; one that is `asked` has the indexes of what is measured."""
    return Dataset(
        name=name,
        columns=(
            Column(name="code", max=7, kind=WholeNumber(maximum=9_999_999)),
            Column(name="name", max=40),
            Column(name="kind", max=13, kind=OneOf("hospital", "health_centre", "dispensary")),
            Column(name="county", max=12),
            Column(name="sub_county", max=12),
            Column(name="beds", max=4, kind=WholeNumber(maximum=9999)),
            Column(name="opened", max=10, kind=Day()),
            Column(name="phone", max=13, kind=PhoneNumber()),
            Column(name="latitude", max=10, kind=Amount(6, Decimal(-90))),
            Column(name="longitude", max=11, kind=Amount(6, Decimal(-180))),
        ),
        key=("code",),
        search=("name",) if asked else (),
        asked_by=(
            (
                ("county",),
                ("county", "sub_county"),
                ("sub_county",),
                ("sub_county", "name"),
                ("sub_county", "opened"),
                ("latitude", "longitude"),
            )
            if asked
            else ()
        ),
    )


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yields rows of a country: 303 sub-counties of 47 counties, whatever the count."""
    chance = Random(13)
    for number in range(count):
        sub = number % 303
        yield (
            str(number),
            f"{'Amani' if number % 500 == 7 else f'Kituo{number:07}'} Dispensary",
            ("hospital", "health_centre", "dispensary")[number % 3],
            f"County{sub % 47}",
            # A few rows of one sub-county are asked for, as many in either list.
            "Asked" if number < 20 else f"Sub{sub}",
            str(number % 400),
            f"{1950 + number % 70}-03-{number % 28 + 1:02}",
            f"+254{700_000_000 + number}",
            f"{chance.uniform(-4.5, 4.5):.6f}",
            f"{chance.uniform(34.0, 41.0):.6f}",
        )


#: What is asked, with what is answered before.
ASKED: Mapping[str, tuple[Mapping[str, object], Mapping[str, str]]] = {
    "a row by its key": ({"where": {"code": "{it}"}, "gives": ["name", "phone"]}, {"it": "421"}),
    "a list by a column": (
        {
            "where": {"sub_county": "Asked"},
            "list": {"as": "l", "most": 20},
            "gives": ["code", "name"],
        },
        {},
    ),
    "a name by its beginning": (
        {
            "where": {"sub_county": "Asked", "name": {"starts": "Kituo000000"}},
            "list": {"as": "l", "most": 20},
            "gives": ["code", "name"],
        },
        {},
    ),
    "the latest of a group": (
        {"where": {"sub_county": "Asked"}, "latest": "opened", "gives": ["name", "opened"]},
        {},
    ),
    "what changed since the one before": (
        {
            "where": {"sub_county": "Asked"},
            "latest": "opened",
            "change": "beds",
            "gives": ["name", "beds"],
        },
        {},
    ),
    "a count and a sum": (
        {"where": {"sub_county": "Asked"}, "count": "n", "sum": {"beds": "beds"}},
        {},
    ),
    "the counties": ({"list": {"as": "l", "each": "county", "most": 60}}, {}),
    "a word of a name": (
        {"search": "{it}", "list": {"as": "l", "most": 20}, "gives": ["code", "name"]},
        {"it": "kituo0000421"},
    ),
    "a word within a county": (
        {
            "search": "{it}",
            "where": {"county": "County24"},
            "list": {"as": "l", "most": 20},
            "gives": ["code", "name"],
        },
        {"it": "kituo0000421"},
    ),
    "the nearest": (
        {
            "near": {"latitude": "{north}", "longitude": "{east}", "within": 300},
            "list": {"as": "l", "most": 6},
            "gives": ["code", "name"],
        },
        {"north": "-1.2864", "east": "36.8172"},
    ),
}


def measure(folder: Path, rounds: int, many: int = MANY) -> Findings:
    """Measures both on each database."""
    found = Findings("Datasets", ("database", "what", "of the few", "of the many", "ratio"))
    with ExitStack() as stack:
        for name, url in (
            ("SQLite", f"sqlite:///{folder / 'datasets.db'}"),
            ("PostgreSQL", stack.enter_context(postgres())),
        ):
            engine = sql_engine.create(url)
            stack.callback(engine.dispose)
            migrate(engine)
            _imports(found, folder, name, engine, rounds)
            _look_ups(found, folder, name, engine, rounds, many)
    found.notes.append(
        f"Look-ups are milliseconds of a call among {FEW:,} and {many:,} rows, interleaved; "
        f"imports are seconds for {IMPORTED:,} rows of ten columns, bare insert and import."
    )
    return found


def _look_ups(
    found: Findings, folder: Path, name: str, engine: Engine, rounds: int, many: int
) -> None:
    sizes = {"few": FEW, "many": many}
    datasets = {size: _dataset(size, asked=True) for size in sizes}
    for size, count in sizes.items():
        say(f"{name}: loading {count:,} rows")
        began, before = time.monotonic(), _peak_mib()
        dataset_files.load(engine, _KEYRING, datasets[size], _written(folder, count), now=_NOW)
        took = time.monotonic() - began
    found.notes.append(
        f"{name}: {many:,} rows with eight indexes and words took {took:.0f} s to import; the peak "
        f"of memory went from {before:.0f} to {_peak_mib():.0f} MiB."
    )
    asks = SqlLookUps(engine, _KEYRING)
    for what, (shape, answers) in ASKED.items():
        ask = {size: _asking(asks, shape, answers, dataset) for size, dataset in datasets.items()}
        for each in ask.values():  # both are warm
            _per_call(each)
        took_by = {size: [] for size in sizes}  # type: dict[str, list[float]]
        for turn in interleaved(list(sizes), rounds * 2):
            for size in turn:
                took_by[size].append(_per_call(ask[size]))
        few, big = (Spread.of(took_by[size]) for size in sizes)
        ratio = big.least / few.least  # the steadiest, where a machine does other things, too
        found.rows.append((name, what, few.shown(3), big.shown(3), f"{ratio:.2f}"))
        found.targets.append(
            Target(what=f"{name}: {what} among {many:,} rows, as among {FEW:,}", found=ratio,
                   bound=MOST_OF_LOOK_UP, at_least=False, unit=" x")
        )  # fmt: skip


def _asking(
    asks: SqlLookUps, shape: Mapping[str, object], answers: Mapping[str, str], dataset: Dataset
) -> Callable[[], object]:
    read = LookUpShape.model_validate({"lookup": dataset.name, "outcomes": {}, **shape})
    made = look_up("bench.look", read, {dataset.name: dataset})
    outcome = asks.answer(made, dataset, answers, _NOW)
    if outcome.name not in (FOUND, *_COMPARED):
        raise Failed(f"A look-up that is measured came to '{outcome.name}'.")
    return lambda: asks.answer(made, dataset, answers, _NOW)


def _per_call(ask: Callable[[], object]) -> float:
    """Returns milliseconds of one call."""
    began = time.perf_counter()
    for _ in range(_CALLS):
        ask()
    return (time.perf_counter() - began) / _CALLS * 1000


def _imports(found: Findings, folder: Path, name: str, engine: Engine, rounds: int) -> None:
    dataset, path = _dataset("imported", asked=False), _written(folder, IMPORTED)
    rows = list(_rows(IMPORTED))  # to make them is no part of an insert
    took: dict[str, list[float]] = {"insert": [], "import": []}
    for turn in interleaved(list(took), rounds):
        for way in turn:
            began = time.perf_counter()
            if way == "insert":
                _insert(engine, dataset, rows)
            else:
                dataset_files.load(engine, _KEYRING, dataset, path, now=_NOW)
            took[way].append(time.perf_counter() - began)
            say(f"{name}: {way} took {took[way][-1]:.1f} s")
    bare, whole = (Spread.of(each) for each in took.values())
    ratio = whole.least / bare.least
    found.rows.append((name, "import beside a bare insert", bare.shown(2), whole.shown(2),
                       f"{ratio:.2f}"))  # fmt: skip
    found.targets.append(
        Target(what=f"{name}: an import, as a bare insert of its rows", found=ratio,
               bound=MOST_OF_INSERT, at_least=False, unit=" x")
    )  # fmt: skip


def _insert(engine: Engine, dataset: Dataset, rows: Sequence[tuple[str, ...]]) -> None:
    """Puts the rows into a table of the same columns, a thousand at a time, and nothing else."""
    table = table_of(dataset, "bench_bare")
    table.drop(engine, checkfirst=True)
    table.create(engine)
    names = [ROW, *(each.name for each in dataset.columns)]
    numbered = enumerate(rows)
    with engine.begin() as connection:
        while some := list(islice(numbered, 1000)):
            put = [dict(zip(names, (number, *row), strict=True)) for number, row in some]
            connection.execute(insert(table), put)
    table.drop(engine)


def _written(folder: Path, count: int) -> Path:
    path = folder / f"facilities_{count}.csv"
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([each.name for each in _dataset("any", asked=False).columns])
            writer.writerows(_rows(count))
    return path


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

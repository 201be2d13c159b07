"""The menu engine alone: an answer taken and a page cut, in this process, without HTTP or Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Findings, Spread, Target, say
from bench.house import House
from gateway.adapters.menu_files import load as menu_files
from gateway.deployment.load import load
from gateway.domain.dialogue.engine import advance, begin, resume
from gateway.domain.dialogue.screen_rendering import show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel

MOST_US = 10.0
#: How much dearer a step may be in a large menu, or deep in one.
FLAT_SIZE = 1.1
FLAT_DEPTH = 1.2
SMALLEST, *LARGER = SIZES = (10, 1000, 5000)

CHANNEL = Channel(name="ussd", provider="simulator", service_code="*384*2026#")
#: More would not fit a page in Amharic.
OPTIONS = 4
DEEPEST = 12
BATCH = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of step: what takes it, `steps` of them at a time."""

    name: str
    run: Callable[[], None]
    steps: int


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns the CPU time of one step in several menus and depths."""
    menus: dict[int, Release] = {}
    load_seconds: dict[int, float] = {}
    for screens in SIZES:
        folder = _tree_of(house.folder / f"menu{screens}", screens, house)
        began = time.perf_counter()
        menus[screens] = menu_files.load(folder, {}, [CHANNEL])
        load_seconds[screens] = time.perf_counter() - began
    chain = menu_files.load(_chain(house.folder / "chain", house), {}, [CHANNEL])
    in_menu = "a choice in a menu of {:,} screens".format
    kinds = [
        Measured("4 steps of the bench dialogue", _dialogue(load(house.environ).load_release()), 4),
        *(Measured(in_menu(screens), _steps(menus[screens], 1), 1) for screens in SIZES),
        Measured("a choice at depth 2", _steps(chain, 2), 1),
        Measured("a choice at depth 9", _steps(chain, 9), 1),
    ]
    found = time_interleaved(kinds, rounds, seconds)
    findings = Findings("The engine alone", ("what", "CPU µs/step"))
    findings.rows = [(name, Spread.of(us).shown(1)) for name, us in found.items()]
    median = {name: Spread.of(us).median for name, us in found.items()}
    small = median[in_menu(SMALLEST)]
    deep, shallow = median["a choice at depth 9"], median["a choice at depth 2"]
    dearest = max(median.values())
    findings.targets = [
        Target(what="dearest step", found=dearest, bound=MOST_US, at_least=False, unit=" µs"),
        *(
            _flat(f"{n:,} screens / 10 screens", median[in_menu(n)], small, FLAT_SIZE)
            for n in LARGER
        ),
        _flat("depth 9 / depth 2", deep, shallow, FLAT_DEPTH),
    ]
    findings.notes = [
        f"loading and checking a menu of {screens:,} screens: {taken:.2f} s"
        for screens, taken in load_seconds.items()
    ]
    findings.raw = {**found, "load_seconds": load_seconds}
    return findings


def time_interleaved(
    kinds: list[Measured], rounds: int, seconds: float
) -> Mapping[str, list[float]]:
    """Returns the CPU time in µs of each kind of step, one figure for each round."""
    found: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    for number in range(1, rounds + 1):
        for kind in kinds:
            found[kind.name].append(_cpu_us(kind.run, seconds / len(kinds)) / kind.steps)
        say(f"round {number}/{rounds}  engine: {[round(us[-1], 1) for us in found.values()]} µs")
    return found


def _cpu_us(run: Callable[[], None], seconds: float) -> float:
    """Returns the CPU time of one run in µs: that of the quickest hundred in a row.

    What is slower is other processes' doing, not the engine's.
    """
    until = time.perf_counter() + max(0.1, seconds)
    quickest = float("inf")
    while time.perf_counter() < until:
        began = time.process_time()
        for _ in range(BATCH):
            run()
        quickest = min(quickest, time.process_time() - began)
    return quickest / BATCH * 1e6


def _steps(release: Release, depth: int) -> Callable[[], None]:
    session = _shown(release, begin(release, "en"))
    for _ in range(depth):
        session = _shown(release, advance(release, session, "1", CHANNEL.keys))

    def run() -> None:
        _shown(release, advance(release, session, "1", CHANNEL.keys))

    return run


def _dialogue(release: Release) -> Callable[[], None]:
    outcome = Outcome("ready", {"permit": "10231456"})

    def run() -> None:
        session = _shown(release, begin(release, "en"))
        for answer in ("1", "1"):
            session = _shown(release, advance(release, session, answer, CHANNEL.keys))
        step = advance(release, session, "10231456", CHANNEL.keys)
        assert step.event is Event.CALL, step.event
        _shown(release, resume(release, step.session, outcome))

    return run


def _shown(release: Release, step: Step) -> Session:
    shown = show(release, step, CHANNEL.keys, CHANNEL.page, CHANNEL.service_code or "")
    return shown.session


def _tree_of(folder: Path, screens: int, house: House) -> Path:
    """Writes a service of so many screens: each has up to four options, the leaves are ends."""
    written = []
    for number in range(screens):
        children = range(number * OPTIONS + 1, min(screens, number * OPTIONS + OPTIONS + 1))
        written.append(_choice(number, list(children)) if children else _end(number))
    return _menu(folder, "\n".join(written), house)


def _chain(folder: Path, house: House) -> Path:
    """Writes a service that goes on and on with its first option, and ends with any other."""
    ends = DEEPEST + 1
    written = [_choice(n, [n + 1, *[ends] * (OPTIONS - 1)]) for n in range(DEEPEST)]
    return _menu(folder, "\n".join([*written, _end(DEEPEST), _end(ends)]), house)


def _choice(number: int, children: list[int]) -> str:
    options = "\n".join(
        f'      {key}: {{label: {{en: "Desk {key}", sw: "Meza {key}"}}, next: s{child}}}'
        for key, child in enumerate(children, start=1)
    )
    return f"  s{number}:\n    text: {{en: Office, sw: Ofisi}}\n    choice:\n{options}"


def _end(number: int) -> str:
    return f'  s{number}:\n    end: {{en: "Open 08:00-17:00", sw: "Saa 2 hadi 11"}}'


def _menu(folder: Path, screens: str, house: House) -> Path:
    home = Path(house.environ["GATEWAY_HOME"]) / "menus"
    folder.mkdir()
    for name in ("main.yaml", "phrases.yaml"):
        (folder / name).write_text((home / name).read_text())
    head = (
        "service: services\ninstitution: interior\nshortcut: 21\n"
        "title: {en: Services, sw: Huduma}\nscreens:\n"
    )
    (folder / "services.yaml").write_text(head + screens + "\n")
    return folder


def _flat(what: str, one: float, other: float, bound: float) -> Target:
    return Target(what=f"CPU of a step, {what}", found=one / other, bound=bound, at_least=False)

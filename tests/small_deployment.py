"""A deployment with one service and one declared call, on a ministry's system of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateway.domain.text.phrases import PHRASES
from tests.gateways import MASTER_KEY
from tests.ministry import Ministry

CONFIG = """\
name: Small
national_region: KE
channels:
  phone:
    provider: simulator
    service_code: "*384*1#"
    address: "384"
    deadline_seconds: {deadline}
"""

MAIN = """\
languages: {en: English}
home: {text: Services, options: {1: {open: tanks}}}
"""

CALLS = """\
tank_level:
  url: {url}/v1/tanks/{{tank}}?language={{language}}
  headers: {{Authorization: Bearer $CALL_WATER_TOKEN}}
  timeout: 20
{extra}
  allow_private: [127.0.0.0/8]
  values: {{level: {{path: tank.level, max: 3}}}}
  outcomes: {{found: {{status: 200, when: tank}}, unknown: {{status: 404}}}}
  breaker: {{failures: 2, window_seconds: 60, rest_seconds: 30}}
"""

TANKS = """\
service: tanks
shortcut: 43
title: Water tanks
keywords: {en: [TANK]}
closed: We cannot see the tanks now. Ask your water kiosk, or again in {minutes} min.
screens:
  tank: {input: digits, length: 3, text: "Number of the tank?", next: ask}
  ask: {call: tank_level, outcomes: {found: level, unknown: no_tank}}
  level: {end: "Tank {tank} is {level}% full."}
  no_tank:
    text: There is no tank {tank}.
    choice: {1: {label: Another, next: tank}}
"""


def _phrases() -> str:
    said = {name: " ".join([name.replace("_", " "), *(f"{{{one}}}" for one in holds)])
            for name, holds in PHRASES.items()}  # fmt: skip
    return "".join(f'{name}: "{text}"\n' for name, text in said.items())


def small_deployment(
    folder: Path,
    water: Ministry,
    redis_url: str,
    *,
    extra: str = "",
    deadline: float = 6.0,
) -> Mapping[str, str]:
    """Writes the deployment and returns its environment; `extra` are more lines of the call."""
    lines = "\n".join(f"  {line}" for line in extra.splitlines()) or "  method: GET"
    files = {
        "config/gateway.yaml": CONFIG.format(deadline=deadline),
        "menus/main.yaml": MAIN,
        "menus/phrases.yaml": _phrases(),
        "menus/calls.yaml": CALLS.format(url=water.url, extra=lines),
        "menus/tanks.yaml": TANKS,
    }
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return {
        "GATEWAY_HOME": str(folder),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_KEY": MASTER_KEY,
        "GATEWAY_DEVELOPMENT": "1",
        "GATEWAY_REDIS_URL": redis_url,
        "CALL_WATER_TOKEN": "s3cret-of-water",
    }

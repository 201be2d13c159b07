"""A menu of thousands of screens in four languages, to measure what size costs."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.servers import ROOT

LANGUAGES = {"en": "English", "sw": "Kiswahili", "fr": "Français", "am": "አማርኛ"}
_SCREENS_OF_A_SERVICE = 50

CONFIG = """\
name: Large
national_region: KE
channels:
  ussd: {provider: simulator, service_code: "*384*2026#", address: "2026"}
"""


def write(home: Path, screens: int) -> Path:
    """Writes a deployment with so many screens into a folder, and returns it."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "gateway.yaml").write_text(CONFIG, "utf-8")
    menus = home / "menus"
    menus.mkdir()
    shutil.copy(ROOT / "menus" / "phrases.yaml", menus / "phrases.yaml")
    main = ["languages:", *(f"  {code}: {name}" for code, name in LANGUAGES.items())]
    main += ["home:", f"  text: {_text('Home')}", "  options: {1: {open: s0}, 8: {open: language}}"]
    (menus / "main.yaml").write_text("\n".join(main) + "\n", "utf-8")
    for number in range(screens // _SCREENS_OF_A_SERVICE):
        (menus / f"s{number}.yaml").write_text(_service(number), "utf-8")
    return home


def _service(number: int) -> str:
    lines = [f"service: s{number}", f"shortcut: {1000 + number}"]
    lines += [f"title: {_text(f'Service {number}')}", "screens:"]
    last = _SCREENS_OF_A_SERVICE - 1
    for screen in range(last):
        lines += [f"  x{screen}:", f"    text: {_text(f'Ask {screen}')}"]
        if screen % 2:
            lines += ["    input: digits", "    length: 8", f"    next: x{screen + 1}"]
        else:
            lines += ["    choice:"]
            lines += [
                f"      {key}: {{label: {_text(f'O{key}')}, next: x{screen + 1}}}"
                for key in range(1, 6)
            ]
    return "\n".join([*lines, f"  x{last}:", f"    end: {_text('Goodbye')}"]) + "\n"


def _text(words: str) -> str:
    return "{" + ", ".join(f'{code}: "{words} {code}"' for code in LANGUAGES) + "}"

"""A deployment of two services that needs no handlers, written into a folder for a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.gateways import MASTER_KEY
from tests.menus.sample import FILES

CONFIG = """\
name: Small services
national_region: KE
channels:
  phone: {provider: simulator, service_code: "*384*2026#", address: "2026"}
"""

MAIN = """\
languages: {en: English, sw: Kiswahili}
home:
  text: {en: "Services", sw: "Huduma"}
  options:
    1: {open: water}
    2: {open: language}
"""

WATER = """\
service: water
institution: public_works
shortcut: 41
title: {en: Water, sw: Maji}
keywords: {en: [WATER], sw: [MAJI]}
screens:
  region:
    text: {en: "Which region?", sw: "Mkoa gani?"}
    choice:
      1: {label: "Amboro", next: name}
      2: {label: "Keluwa", next: name}
      3: {label: "Tisoke", next: name}
  name:
    input: name
    text: {en: "Your name?", sw: "Jina lako?"}
    next: thanks
  thanks:
    end: {en: "Thank you, {name}.", sw: "Asante, {name}."}
"""

DIALOGUE = """\
title: A caller reports
surface: ussd
dial: "*384*2026#"
turns:
  - sees: |-
      Services
      1. Water
      2. language title
    types: "1"
  - sees: |-
      Which region?
      1. Amboro
      2. Keluwa
      3. Tisoke
      back home 0 00
    types: "1"
  - sees: |-
      Your name?
      back home 0 00
    types: "Asha"
  - sees: |-
      Thank you, Asha.
    ends: true
"""

MENU: Mapping[str, str] = {
    "main.yaml": MAIN,
    "phrases.yaml": FILES["phrases.yaml"],
    "water.yaml": WATER,
    "water_en.dialogue.yaml": DIALOGUE,
}


def write(folder: Path) -> dict[str, str]:
    """Writes the deployment, and returns the variables that make it the current one."""
    (folder / "config").mkdir(parents=True)
    (folder / "menus").mkdir()
    (folder / "config" / "gateway.yaml").write_text(CONFIG, "utf-8")
    for name, text in MENU.items():
        (folder / "menus" / name).write_text(text, "utf-8")
    return environ(folder)


def environ(folder: Path) -> dict[str, str]:
    """Returns the variables that make the deployment in a folder the current one."""
    return {
        "GATEWAY_HOME": str(folder),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_KEY": MASTER_KEY,
    }


def edit(folder: Path, name: str, before: str, after: str) -> None:
    """Changes a text in a menu file; fails when it is not there."""
    file = folder / "menus" / name
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")

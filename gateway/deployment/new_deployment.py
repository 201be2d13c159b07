"""The files of a new deployment: a first screen, a choice of language, one service to begin with.

All words are those that come with the gateway, so it runs as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from gateway.adapters.shipped_languages.languages import ShippedLanguage, spoken
from gateway.deployment.countries import Country
from gateway.domain.dialogue.golden_dialogue import (
    FILE_ENDING,
    Dialogue,
    DialogueTurn,
    Surface,
)
from gateway.domain.text.language_names import language_name

#: What a new deployment is dialled and texted at: the phone simulator's own numbers.
SERVICE_CODE, ADDRESS = "*384*2026#", "2026"
SERVICE = "opening_hours"

_MAIN = """\
# yaml-language-server: $schema=schemas/main.json
# The first screen and the languages. What the gateway says by itself comes with it; to word a
# sentence otherwise, write it into phrases.yaml: `gateway menus phrases {first}` shows them all.

languages:
{languages}
{more}
home:
  text: {services}
  options:
    1: {{open: opening_hours}}
{choice}"""

_HOURS = """\
# yaml-language-server: $schema=schemas/service.json
# A service to begin with: one question, two answers. Rename it, or copy it for the next service.
# Option keys and the shortcut stand on posters: never reuse one.

service: opening_hours
shortcut: 21
title: {title}
keywords: {keywords}

screens:
  day:
    text: {question}
    choice:
      1: {{label: {weekdays}, next: on_weekdays}}
      2: {{label: {saturday}, next: on_saturday}}
  on_weekdays:
    end: {open_on_weekdays}
  on_saturday:
    end: {open_on_saturday}
"""

_CONFIG = """\
# The settings of this deployment. Secrets never stand here: write $NAME, and put NAME into the
# environment.
name: {name}
national_region: {country}
time_zone: {time_zone}

channels:
  # A phone on this machine: `gateway dial`, and /phone in the browser while `gateway run` runs.
  phone:
    provider: simulator
    service_code: "{service_code}"
    address: "{address}"

  # A channel of a provider looks like this one. `gateway channels` prints the URLs for its
  # dashboard, and `gateway doctor` says what is missing.
  # africa:
  #   provider: africastalking
  #   username: sandbox
  #   api_key: $AT_API_KEY
  #   service_code: "*384*123#"
  #   address: "20880"
"""

_README = """\
# {name}

A deployment of the citizen gateway: menus, and settings.

```sh
gateway dial '{service_code}'   # be a phone; 0 is back, 00 home
gateway text {keyword}{pad}# one SMS and its reply
gateway menus check          # every fault at its line
gateway menus test           # play the dialogues in menus/dialogues
gateway run                  # everything on this machine; the phone is at http://127.0.0.1:8384/phone
```

- `menus/main.yaml` is the first screen. Every other file in `menus/` is one service:
  copy `menus/opening_hours.yaml` for the next.
- `config/gateway.yaml` are the settings and the channels.
- `data/` is made by the gateway, and stays out of version control.
"""

#: What stays out of version control.
IGNORED = "data/\n__pycache__/\n"


def new_files(name: str, languages: Sequence[str], country: Country) -> Mapping[str, str]:
    """Returns the text of each file by its path; the languages are some that are shipped."""
    words = spoken(languages)
    keyword = next(iter(words.values())).example.keywords[0]
    filled = {"name": name, "service_code": SERVICE_CODE, "address": ADDRESS, "keyword": keyword}
    return {
        "menus/main.yaml": _main(words, country),
        f"menus/{SERVICE}.yaml": _hours(words),
        "config/gateway.yaml": _CONFIG.format(
            **{**filled, "name": _quoted(name)}, country=country.code, time_zone=country.time_zone
        ),
        "README.md": _README.format(**filled, pad=" " * max(1, 16 - len(keyword))),
        ".gitignore": IGNORED,
    }


def first_dialogues(languages: Sequence[str]) -> Iterator[tuple[str, Dialogue]]:
    """Yields what is typed in the first golden dialogues, by the names of their files."""
    for code, each in spoken(languages).items():
        name = language_name(code)
        yield (
            f"{SERVICE}_{code}{FILE_ENDING}",
            _dialogue(f"Opening hours, in {name}", Surface.USSD, SERVICE_CODE, "1", "1", said=code),
        )
        yield (
            f"sms_{SERVICE}_{code}{FILE_ENDING}",
            _dialogue(
                f"Opening hours by SMS, in {name}", Surface.SMS, each.example.keywords[0], "2"
            ),
        )
    if len(languages) > 1:
        title = "A caller changes the language"
        yield (
            f"choose_language{FILE_ENDING}",
            _dialogue(title, Surface.USSD, SERVICE_CODE, "8", "2"),
        )


def _dialogue(title: str, surface: Surface, opening: str, *typed: str, said: str = "") -> Dialogue:
    turns = [DialogueTurn(sees="", types=each) for each in (*typed, None)]
    return Dialogue(title=title, surface=surface, opening=opening, turns=turns, language=said)


def _main(words: Mapping[str, ShippedLanguage], country: Country) -> str:
    several = len(words) > 1
    label = _texts(words, "language")
    return _MAIN.format(
        first=next(iter(words)),
        languages="\n".join(f"  {_key(code)}: {each.name}" for code, each in words.items()),
        more="".join(f"{line}\n" for line in _more(words, country, several)),
        services=_texts(words, "services"),
        choice=f"    8: {{open: language, label: {label}}}\n" if several else "",
    )


def _more(words: Mapping[str, ShippedLanguage], country: Country, several: bool) -> Iterator[str]:
    if several:
        yield "# Who dials for the first time chooses once."
        yield "ask_language: true"
    charsets = {code: each.charset for code, each in words.items() if each.charset != "unicode"}
    if charsets:
        yield "# In the letters of GSM-7 a page holds 160 characters instead of 70."
        yield f"charsets: {_map(charsets)}"
    calendars = {
        code: each.calendar for code, each in words.items() if each.calendar != "gregorian"
    }
    if calendars:
        yield f"calendars: {_map(calendars)}"
    clocks = {code: each.clock for code, each in words.items() if each.clock != "from_midnight"}
    if clocks:
        yield "# The first hour of the day begins at six."
        yield f"clocks: {_map(clocks)}"
    if country.currency:
        yield f"currency: {country.currency}"


def _hours(words: Mapping[str, ShippedLanguage]) -> str:
    return _HOURS.format(
        title=_texts(words, "title"),
        keywords="{"
        + ", ".join(
            f"{_key(code)}: [{', '.join(each.example.keywords)}]" for code, each in words.items()
        )
        + "}",
        question=_texts(words, "question"),
        weekdays=_texts(words, "weekdays"),
        saturday=_texts(words, "saturday"),
        open_on_weekdays=_texts(words, "weekdays", ": 08:00-16:00"),
        open_on_saturday=_texts(words, "saturday", ": 09:00-12:00"),
    )


def _texts(words: Mapping[str, ShippedLanguage], what: str, behind: str = "") -> str:
    texts = {code: getattr(each.example, what) + behind for code, each in words.items()}
    return "{" + ", ".join(f"{_key(code)}: {_quoted(text)}" for code, text in texts.items()) + "}"


def _map(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_key(code)}: {value}" for code, value in values.items()) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key(code: str) -> str:
    # `no` is Norwegian, and YAML 1.1 reads it as false.
    return code if code != "no" else f'"{code}"'

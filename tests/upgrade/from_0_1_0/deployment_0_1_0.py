"""The deployment of the fixture: the reference deployment of that day, and two services more.

The two are there for what no reference service has: a slow handler, and a declared call with a
breaker and kept answers. `EARLIER` and `LATER` are what the older and the scheduled release say
otherwise than the live one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

CONFIG = """\
# The deployment whose database, Redis and releases are kept here.
name: Public services of Zamani
national_region: KE
time_zone: Africa/Nairobi

channels:
  phone:
    provider: simulator
    service_code: "*384*2026#"
    address: "2026"

  at-ke:
    provider: africastalking
    username: sandbox
    api_key: $AT_API_KEY
    service_code: "*384*2026#"
    address: "20880"
    # A test puts the port of its own provider here.
    api_url: http://127.0.0.1:8385
    max_per_second: 500
    in_flight: 1
"""

SLOW_HANDLER = '''\
"""Looking up a plot in the land register, which takes longer than a turn."""

from gateway.handler_api import (
    Desk,
    Handler,
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    TextField,
)


def search_land(call: ServiceCall, desk: Desk) -> Outcome:
    """Returns how a plot is entered, or the parts it was divided into."""
    plot = call.answers["plot"]
    if plot.endswith("0"):
        return Outcome("divided", {"parts": [{"part": plot + letter} for letter in "ABC"]})
    return Outcome("entered", {"holders": str(int(plot) % 5 + 1)})


SEARCH_LAND = Handler(
    search_land,
    HandlerContract(
        needs=("plot",),
        outcomes={
            "divided": {"parts": ListField(rows=3, fields={"part": TextField(7)})},
            "entered": {"holders": TextField(2)},
        },
        slow=True,
    ),
)
'''

LAND_SEARCH = """\
service: land_search
institution: registry
shortcut: 53
title: {en: "Land search", sw: "Tafuta ardhi", fr: "Cadastre", am: "መሬት"}
keywords: {en: [LAND], sw: [ARDHI], fr: [CADASTRE], am: [መሬት]}
screens:
  plot:
    input: digits
    length: 6
    text: {en: "Number of the plot?", sw: "Namba ya kiwanja?", fr: "Parcelle ?", am: "ቁጥር?"}
    example: "120034"
    next: search
  search:
    handler: search_land
    outcomes: {divided: part, entered: entered}
  part:
    text: {en: "Which part?", sw: "Sehemu gani?", fr: "Quelle partie ?", am: "የትኛው?"}
    choice: {each: parts, label: "{part}", value: part, next: shown}
  shown:
    end:
      en: "Part {part} of plot {plot} is entered."
      sw: "Sehemu {part} ya kiwanja {plot} imesajiliwa."
      fr: "La partie {part} de la parcelle {plot} est inscrite."
      am: "{plot}፣ {part} ተመዝግቧል።"
  entered:
    end:
      en: "Plot {plot} is entered for {holders} holders."
      sw: "Kiwanja {plot} kina wamiliki {holders}."
      fr: "Parcelle {plot} : {holders} titulaires."
      am: "{plot}፦ {holders}"
"""

ROAD_STATE = """\
service: road_state
institution: works
shortcut: 43
title: {en: "Road state", sw: "Hali ya barabara", fr: "État des routes", am: "መንገድ"}
keywords: {en: [ROAD], sw: [BARABARA], fr: [ROUTE], am: [መንገድ]}
closed:
  en: "We cannot see the roads now. Listen to the radio."
  sw: "Hatuoni hali ya barabara sasa. Sikiliza redio."
  fr: "L'état des routes est indisponible. Écoutez la radio."
  am: "አሁን አይታይም። ሬዲዮ ያዳምጡ።"
screens:
  road:
    input: digits
    length: 3
    text: {en: "Number of the road?", sw: "Namba ya barabara?", fr: "Numéro de route ?", am: "ቁጥር?"}
    example: "112"
    next: ask
  ask:
    call: road_state
    outcomes: {found: state, unknown: no_road}
  state:
    end:
      en: "Road {road}: {state}."
      sw: "Barabara {road}: {state}."
      fr: "Route {road} : {state}."
      am: "{road}፦ {state}"
  no_road:
    end: {en: "There is no road {road}.", sw: "Si {road}.", fr: "Pas {road}.", am: "{road} የለም።"}
"""

#: Nobody listens on this port when the fixture is opened: nothing is asked there any more.
ROADS_PORT = 18386

CALLS = f"""\
road_state:
  url: http://127.0.0.1:{ROADS_PORT}/roads/{{road}}
  allow_private: [127.0.0.0/8]
  timeout: 5
  cache_seconds: 60
  keep_last: true
  values: {{state: {{path: state, max: 10}}}}
  outcomes: {{found: {{status: 200, when: state}}, unknown: {{status: 404}}}}
  breaker: {{failures: 2, window_seconds: 60, rest_seconds: 3600}}
"""

_NEW_OPTIONS = """\
      3:
        label: {en: "Road state", sw: "Hali ya barabara", fr: "État des routes", am: "መንገድ"}
        open: road_state
      4:
        label: {en: "Land search", sw: "Tafuta ardhi", fr: "Cadastre", am: "መሬት"}
        open: land_search
"""

Edits = tuple[tuple[str, str, str], ...]

#: File, what stands there in the live release, and what stood there in the older one.
EARLIER: Edits = (
    ("find_clinic.yaml", 'en: "Which region?"', 'en: "Choose your region"'),
    ("report_problem.yaml", 'en: "What is it about?"', 'en: "What is broken?"'),
    (
        "report_problem.yaml",
        "{label: {en: Other, sw: Jingine, fr: Autre, am: ሌላ}, value: other,",
        "{label: {en: Bridge, sw: Daraja, fr: Pont, am: ድልድይ}, value: bridge,",
    ),
    ("main.yaml", 'en: "Public services"', 'en: "Services of Zamani"'),
)
LATER: Edits = (("main.yaml", 'en: "Public services"', 'en: "Services for you"'),)


def write(home: Path, repository: Path) -> None:
    """Writes the deployment with the live menu."""
    (home / "config").mkdir(parents=True)
    (home / "data").mkdir()
    (home / "config" / "gateway.yaml").write_text(CONFIG, "utf-8")
    shutil.copytree(
        repository / "handlers", home / "handlers", ignore=shutil.ignore_patterns("__pycache__")
    )
    (home / "handlers" / "land_search.py").write_text(SLOW_HANDLER, "utf-8")
    table = home / "handlers" / "__init__.py"
    text = table.read_text("utf-8")
    text = text.replace("    help_desk,\n", "    help_desk,\n    land_search,\n", 1)
    text = text.replace(
        '    "leave_message"', '    "search_land": land_search.SEARCH_LAND,\n    "leave_message"', 1
    )
    table.write_text(text, "utf-8")
    (home / "menus").mkdir()
    for file in (repository / "menus").glob("*.yaml"):
        shutil.copy(file, home / "menus")
    works = home / "menus" / "works.yaml"
    works.write_text(works.read_text("utf-8") + _NEW_OPTIONS, "utf-8")
    (home / "menus" / "land_search.yaml").write_text(LAND_SEARCH, "utf-8")
    (home / "menus" / "road_state.yaml").write_text(ROAD_STATE, "utf-8")
    (home / "menus" / "calls.yaml").write_text(CALLS, "utf-8")


def edit(home: Path, edits: Edits, *, back: bool = False) -> None:
    """Puts what another release says in the place of what the live one says, or back."""
    for name, live, other in edits:
        before, after = (other, live) if back else (live, other)
        file = home / "menus" / name
        text = file.read_text("utf-8")
        assert before in text, (name, before)
        file.write_text(text.replace(before, after), "utf-8")

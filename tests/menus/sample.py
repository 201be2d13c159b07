"""A small valid menu, as files: each case of a faulty menu changes one thing in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.handler_contract.form import Form
from gateway.domain.telecom.channel import Channel, Keys, PageBudget
from gateway.domain.text.phrases import PHRASES
from gateway.handler_api import (
    Column,
    Day,
    Desk,
    Handler,
    HandlerContract,
    ListField,
    OneOf,
    Outcome,
    Rung,
    ServiceCall,
    TextField,
    Writes,
)
from gateway.use_cases.handler_calls.store_form import handlers_of

MAIN = """\
languages: {en: English, sw: Kiswahili}
institutions:
  education: {en: Education, sw: Elimu}
  health: {en: Health, sw: Afya}
  works: {en: Public works, sw: Ujenzi}
home:
  text: {en: "Public services", sw: "Huduma za umma"}
  options:
    1: {open: clinics}
    2: {open: results, label: {en: Exam results, sw: Matokeo}}
    12: {open: language}
words:
  stop: {en: [STOP], sw: [ACHA]}
  help: {en: [HELP]}
"""

CLINICS = """\
service: clinics
institution: health
shortcut: 21
title: {en: Find a clinic, sw: Tafuta kituo}
keywords: {en: [CLINIC], sw: [KITUO]}
start: fetch
screens:
  fetch:
    handler: list_clinics
    outcomes: {found: pick, none: nothing}
  pick:
    text: {en: "Clinics:", sw: "Vituo:"}
    choice: {each: clinics, label: "{name}", value: id, next: details}
  details:
    handler: clinic_details
    with: {clinic: pick}
    outcomes: {found: shown}
  shown:
    end: {en: "{name}: {phone}", sw: "{name}: {phone}"}
    sms: true
  nothing:
    text: {en: "No clinic is open.", sw: "Hakuna kituo."}
    choice:
      1: {label: {en: Again, sw: Tena}, next: fetch}
      2: {label: {en: Exam results, sw: Matokeo}, open: results}
"""

RESULTS = """\
service: results
institution: education
shortcut: 31
title: {en: Exam results, sw: Matokeo}
keywords: {en: [RESULT, RESULTS], sw: [MATOKEO]}
screens:
  candidate:
    input: digits
    length: 8
    text: {en: "Candidate number?", sw: "Namba ya mtahiniwa?"}
    complaint: {en: "It has 8 digits.", sw: "Ina tarakimu 8."}
    next: year
  year:
    text: {en: "Year?", sw: "Mwaka?"}
    choice:
      1: {label: "2024", value: "2024", next: birth}
      2: {label: "2025", value: "2025", next: birth}
  birth:
    input: date
    secret: true
    text: {en: "Date of birth?", sw: "Tarehe ya kuzaliwa?"}
    next: fetch
  fetch:
    handler: exam_results
    outcomes: {found: shown, unknown: sorry}
  shown:
    end: {en: "{candidate}: {grade}", sw: "{candidate}: {grade}"}
  sorry:
    open: clinics
"""


MESSAGES = """\
values: {name: 20}
messages:
  clinic_open: {en: "{name} is open again.", sw: "{name} imefunguliwa."}
"""


def _phrases() -> str:
    lines = []
    for name, placeholders in PHRASES.items():
        words = " ".join([name.replace("_", " "), *(f"{{{one}}}" for one in placeholders)])
        lines.append(f'{name}: {{en: "{words}", sw: "{words}"}}\n')
    return "".join(lines)


FILES: Mapping[str, str] = {
    "main.yaml": MAIN,
    "phrases.yaml": _phrases(),
    "messages.yaml": MESSAGES,
    "clinics.yaml": CLINICS,
    "results.yaml": RESULTS,
}


def _answer(call: ServiceCall, desk: Desk) -> Outcome:
    return Outcome("found")


_ROW = {"id": TextField(4), "name": TextField(20)}

HANDLERS: Mapping[str, Handler] = {
    name: Handler(run=_answer, contract=contract)
    for name, contract in {
        "list_clinics": HandlerContract(
            outcomes={"found": {"clinics": ListField(8, _ROW)}, "none": {}}
        ),
        "clinic_details": HandlerContract(
            outcomes={"found": {"name": TextField(20), "phone": TextField(15)}},
            needs=("clinic",),
            messages=("clinic_open",),
        ),
        "exam_results": HandlerContract(
            outcomes={"found": {"grade": TextField(2)}, "unknown": {}},
            needs=("candidate", "year", "birth"),
        ),
        "book_place": HandlerContract(
            outcomes={"found": {"grade": TextField(2)}, "unknown": {}},
            needs=("candidate", "year"),
            writes=True,
            storable=True,
        ),
        "only_reads": HandlerContract(outcomes={"found": {}, "none": {}}, needs=(), storable=True),
        "notify": HandlerContract(
            outcomes={"noted": {}}, needs=("day", "person"), writes=Writes.RECORD
        ),
        "tell": HandlerContract(
            outcomes={"told": {"number": TextField(11)}},
            needs=("place", "words"),
            writes=Writes.REPORT,
        ),
        "is_out": HandlerContract(outcomes={"out": {}, "not_out": {}}, needs=("candidate",)),
        "choose": HandlerContract(
            outcomes={"chosen": {}}, needs=("topic",), writes=Writes.PREFERENCE
        ),
        "own_record": HandlerContract(outcomes={"found": {"name": TextField(20)}}, personal=True),
        "own_result": HandlerContract(
            outcomes={"found": {"name": TextField(20)}, "unknown": {}},
            needs=("birth",),
            personal=True,
            proves={"found": Rung.FACT},
        ),
        "check_fact": HandlerContract(
            outcomes={"proved": {}, "wrong": {}}, needs=("fact",), proves={"proved": Rung.FACT}
        ),
        "check_pin": HandlerContract(
            outcomes={"proved": {}, "wrong": {}}, needs=("pin",), proves={"proved": Rung.PIN}
        ),
    }.items()
} | handlers_of(
    [
        Form(
            name="visits",
            columns=(
                Column(name="day", max=10, kind=Day()),
                Column(name="place", max=6, kind=OneOf("clinic", "school")),
                Column(name="note", max=40, required=False),
            ),
            writes=Writes.PREFERENCE,
        ),
        Form(
            name="votes",
            columns=(Column(name="place", max=6),),
            writes=Writes.PREFERENCE,
            post_to="vote_register",
        ),
    ]
)

CHANNELS = (
    Channel(name="at-ke", provider="africastalking", service_code="*384*2026#"),
    Channel(
        name="small",
        provider="simulator",
        service_code="*100#",
        page=PageBudget(septets=120, ucs2=60, count_prefix=True),
        keys=Keys(back="0", home="00", more="9"),
    ),
    Channel(name="sms-only", provider="twilio", page=PageBudget(septets=40, ucs2=20)),
)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files into a folder and returns it."""
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def place(fault: Fault) -> tuple[str, int, str]:
    """Returns what a test compares of a fault: the file's name, the line and the code."""
    return Path(fault.file).name, fault.line, fault.code

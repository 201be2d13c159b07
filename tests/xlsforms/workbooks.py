"""Forms as people write them, built by the tests: sheets of rows, saved as a workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from gateway.adapters.shipped_languages.languages import form_words, shipped_codes
from gateway.adapters.xlsforms.workbook import sheets_of
from gateway.domain.xlsforms.form.findings import Finding, Findings, Kind
from gateway.domain.xlsforms.plan import Imported, Plan
from gateway.domain.xlsforms.service import imported

Rows = Sequence[Sequence[object]]

#: A clinic's survey of a household: every kind of question, in two languages.
SURVEY: Rows = [
    ("type", "name", "label::English (en)", "label::Kiswahili (sw)", "hint::English (en)",
     "required", "relevant", "constraint", "constraint_message::English (en)",
     "constraint_message::Kiswahili (sw)", "appearance", "calculation", "choice_filter",
     "repeat_count", "parameters"),
    ("start", "start"),
    ("note", "hello", "A survey of health.", "Utafiti wa afya."),
    ("select_one county", "county", "Your county?", "Kaunti yako?", "", "yes"),
    ("select_one town", "town", "Your town?", "Mji wako?", "", "yes", "", "", "", "", "minimal", "",
     "county = ${county}"),
    ("integer", "people", "How many people live with you?", "Mnaishi watu wangapi?", "", "true()",
     "", ". >= 1 and . <= 30"),
    ("begin group", "illness", "Illness", "Ugonjwa"),
    ("select_one yes_no", "ill", "Is anybody ill?", "Kuna mgonjwa?", "", "yes"),
    ("select_multiple sign or_other", "signs", "Which signs?", "Dalili gani?", "", "yes",
     "${ill} = 'yes'"),
    ("date", "since", "Ill since which day?", "Tangu siku gani?", "Day, month and year", "",
     "selected(${ill}, 'yes')", ". <= today()", "Not in the future.", "Si siku zijazo."),
    ("time", "visit", "When may we come?", "Tuje saa ngapi?", "", "", "${urgent} > 0"),
    ("end group",),
    ("calculate", "urgent", "", "", "", "", "", "", "", "", "",
     "if(count-selected(${signs}) >= 2 and ${people} > 5, 1, 0)"),
    ("decimal", "water", "Litres of water a day?", "Lita za maji kwa siku?", "", "", "",
     ". > 0 and . <= 500.5"),
    ("range", "happy", "From 1 to 5, how is the clinic?", "Kutoka 1 hadi 5, kituo kikoje?", "", "",
     "", "", "", "", "", "", "", "", "start=1 end=5 step=1"),
    ("text", "card", "Number of your card?", "Namba ya kadi?", "", "yes", "",
     "regex(., '^[0-9]{6}$')"),
    ("begin repeat", "child", "Child", "Mtoto", "", "", "${people} > 1"),
    ("text", "child_name", "Name of the child?", "Jina la mtoto?", "", "yes"),
    ("end repeat", "child"),
    ("geopoint", "place", "Where is the house?", "Nyumba iko wapi?"),
    ("image", "photo", "A picture of the house", "Picha ya nyumba"),
    ("text", "remarks", "Anything else?", "Jambo lingine?"),
]  # fmt: skip
CHOICES: Rows = [
    ("list_name", "name", "label::English (en)", "label::Kiswahili (sw)", "county"),
    ("county", "kilima", "Kilima", "Kilima"),
    ("county", "mtoni", "Mtoni", "Mtoni"),
    ("town", "mbale", "Mbale", "Mbale", "kilima"),
    ("town", "wendu", "Wendu", "Wendu", "kilima"),
    ("town", "amboro", "Amboro", "Amboro", "mtoni"),
    ("yes_no", "yes", "Yes", "Ndiyo"),
    ("yes_no", "no", "No", "Hapana"),
    ("sign", "fever", "Fever", "Homa"),
    ("sign", "cough", "Cough", "Kikohozi"),
    ("sign", "rash", "Rash", "Upele"),
]
SETTINGS: Rows = [
    ("form_title", "form_id", "default_language", "version"),
    ("Household health", "household_health", "English (en)", 3),
]
FORM: Mapping[str, Rows] = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}
#: A form as somebody wrote it for tablets.
VISITS: Mapping[str, Rows] = {
    "survey": [
        ("type", "name", "label::English (en)", "label::Kiswahili (sw)", "required"),
        ("text", "school", "Which school?", "Shule gani?", "yes"),
        ("integer", "pupils", "How many pupils?", "Wanafunzi wangapi?", "yes"),
    ],
    "settings": [("form_title", "form_id"), ("School visits", "school_visits")],
}


def saved(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Writes a workbook, and returns where it is."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def illustrated(workbook: Path) -> Path:
    """Returns a workbook with a picture in it: few are as small as the forms of tests."""
    with zipfile.ZipFile(workbook, "a") as parts:
        parts.writestr("xl/media/well.png", b"\r\n" * 150_000)
    return workbook


def survey(*rows: Sequence[object], header: Sequence[str] = ()) -> Mapping[str, Rows]:
    """Returns a form of one sheet with these questions, and the lists of the clinic's."""
    columns = header or ("type", "name", "label", "required", "relevant", "constraint")
    return {"survey": [columns, *rows], "choices": CHOICES}


def plan(**changes: object) -> Plan:
    """Returns where a form of the tests goes: two languages, the usual keys."""
    given: dict[str, object] = {
        "service": "tried",
        "spoken": {"en": "English", "sw": "Kiswahili"},
        "words": form_words(shipped_codes()),
        "keys": frozenset({"0", "00", "98"}),
        "title": {"en": "Tried", "sw": "Jaribio"},
        "shortcut": "52",
        **changes,
    }
    return Plan(**given)  # type: ignore[arg-type]


def read(folder: Path, sheets: Mapping[str, Rows], **changes: object) -> Imported:
    """Returns what comes of a form; its findings where nothing does."""
    return read_file(saved(folder / "form.xlsx", sheets), **changes)


def read_file(path: Path, **changes: object) -> Imported:
    """Returns what comes of a workbook; its findings where nothing does."""
    found = Findings()
    sheets = sheets_of(path, found)
    if "survey" not in sheets:
        return Imported(
            service={}, form={}, spots={}, hinted=frozenset(), findings=found.in_order()
        )
    return imported(sheets, plan(**changes), "en", found)


def screens_of(made: Imported) -> Mapping[str, Mapping[str, object]]:
    """Returns the screens of an imported service by name."""
    screens = made.service["screens"]
    assert isinstance(screens, Mapping)
    return screens


def told(findings: Sequence[Finding], kind: Kind) -> list[tuple[str, str]]:
    """Returns the findings of a kind, each with its place."""
    return [(str(each.spot), each.sentence) for each in findings if each.kind is kind]

"""What is wrong in a file that somebody gives is told in each language of the console."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, g

from gateway.adapters.dataset_files.consent_list import consent_list
from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.reading import Reading
from gateway.adapters.dataset_files.recipient_list import recipient_list
from gateway.adapters.dataset_files.xlsx_reader import XlsxRows
from gateway.domain.datasets.column_kinds import (
    Amount,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    WholeNumber,
)
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.errors import DataInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.counts import Count
from gateway.web.console.words import LANGUAGES, fault_said, said, translations, why
from tests.contracts.test_data import FAULTY_FILES, HEADER, RESULTS, ROW

#: A column of each kind, and a value that is none of it.
KINDS = {
    "a day": (Day(), "x"),
    "a day of the source": (Day(), "2026-12-31"),
    "a moment": (Moment(), "x"),
    "a whole number": (WholeNumber(), "x"),
    "a whole number of some": (WholeNumber(1, 9), "10"),
    "an amount": (Amount(), "x"),
    "an amount without decimals": (Amount(0), "1.5"),
    "a code": (OneOf("kg", "l"), "t"),
    "a form": (Form("@##"), "x"),
    "a phone number": (PhoneNumber(), "x"),
}


def of_rows(folder: Path, content: str | bytes, dataset: Dataset = RESULTS) -> Sequence[Fault]:
    path = folder / "rows.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows = CsvRows(dataset, path)
    list(rows.rows())
    return rows.faults


def of_kind(folder: Path, name: str) -> Sequence[Fault]:
    kind, value = KINDS[name]
    written = "d/m/y" if name == "a day of the source" else ""
    column = Column(name="value", kind=kind, max=40, written=written)
    return of_rows(
        folder, f"value\n{value}\n", Dataset(name="a", columns=(column,), key=("value",))
    )


def of_recipients(folder: Path) -> Sequence[Fault]:
    path = folder / "list.csv"
    path.write_text("number,name\n0711,Neema\n,Ali\n7.11E+08,Juma\n", "utf-8")
    listed = recipient_list(path, ["name", "day"], ["sw"], "KE")
    assert [] == list(listed.recipients())
    first = list(listed.faults)
    listed = recipient_list(path, ["name"], ["sw"], "KE")
    list(listed.recipients())
    return [*first, *listed.faults]


def of_consents(folder: Path) -> Sequence[Fault]:
    path = folder / "list.csv"
    row = "0711000002,{},{},{},form 7\n"
    path.write_text(
        "number,topic,state,day,evidence\n"
        + row.format("floods", "opted_in", "2026-12-01")
        + row.format("flood", "opted_in", "2026-13-01")
        + row.format("floods", "maybe", "2026-12-01T30:00")
        + row.format("floods", "opted_in", "2027-01-01")
        + row.format("*", "opted_in", "2026-12-01"),
        "utf-8",
    )
    listed = consent_list(path, ["floods"], "KE", date(2026, 12, 2))
    list(listed.consents())
    return listed.faults


def of_workbooks(folder: Path) -> Iterator[Fault]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("xl/vbaProject.bin", b"")
    contents = {
        "old.xls": bytes.fromhex("d0cf11e0a1b11ae1"),
        "secret.xlsx": bytes.fromhex("d0cf11e0a1b11ae1"),
        "damaged.xlsx": b"PK\x03\x04 and no more",
        "macros.xlsx": packed.getvalue(),
        "other.csv": packed.getvalue(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        kind = XlsxRows if name.endswith(".xlsx") else CsvRows
        rows = kind(RESULTS, folder / name)
        assert [] == list(rows.rows())
        yield from rows.faults
    (folder / "no.csv").write_text("a,b\n", "utf-8")
    chosen = CsvRows(RESULTS, folder / "no.csv", Reading(sheet="2026"))
    list(chosen.rows())
    yield from chosen.faults


def within(text: str) -> Iterator[str]:
    """Yields the sentences that a fault is made of; a text that is none is yielded, too."""
    if not isinstance(text, Sentence):
        yield text
        return
    yield text.sentence
    for value in text.values.values():
        if isinstance(value, Sentence):
            yield from within(value)
        else:
            assert " of " not in str(value), "a value is a name or a number, and no sentence"
    for part in (*text.then, *([text.on_page] if text.on_page is not None else [])):
        yield from within(part)


def test_every_fault_of_a_data_file_has_its_words_in_each_language(tmp_path: Path) -> None:
    faults = [
        *(each for content, _ in FAULTY_FILES.values() for each in of_rows(tmp_path, content)),
        *(each for name in KINDS for each in of_kind(tmp_path, name)),
        *of_recipients(tmp_path),
        *of_consents(tmp_path),
        *of_workbooks(tmp_path),
    ]
    sentences = {each for fault in faults for each in within(fault.sentence)}

    assert len(sentences) > 40
    for language in [each for each in LANGUAGES if each != "en"]:
        words = translations(language)
        assert [] == [each for each in sorted(sentences) if words.gettext(each) == each], language


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "'born' is not a date. Write the year first, such as 2026-12-04."),
        ("fr", "« born » n’est pas une date. Écrivez l’année d’abord, comme 2026-12-04."),
        ("sw", "'born' si tarehe. Andika mwaka kwanza, kama 2026-12-04."),
        ("ar", "«\u2068born\u2069» ليس تاريخًا. اكتب السنة أولًا، مثل \u20662026-12-04\u2069."),
    ],
)
def test_a_faulty_value_is_told_as_its_readers_speak(
    tmp_path: Path, language: str, told: str
) -> None:
    faults = of_rows(tmp_path, HEADER + ROW.replace("2007-06-03", "03/06/2007"))

    with Flask("a").test_request_context():
        g.language = language
        assert fault_said(faults[0], placed=False).strip("\u2066\u2069").endswith(told)
        assert told in why(DataInvalid(faults))


def test_a_page_says_what_to_write_where_a_command_says_what_to_type(tmp_path: Path) -> None:
    faults = of_rows(tmp_path, HEADER.replace("remark", "note") + ROW)

    assert any("--map" in str(fault) for fault in faults)
    with Flask("a").test_request_context():
        g.language = "en"
        told = [said(fault.sentence) for fault in faults]
    assert [] == [each for each in told if "--" in each]
    assert all("`aliases`" in each for each in told)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "1,048,576"), ("fr", "1\u202f048\u202f576"), ("sw", "1,048,576"), ("ar", "1,048,576")],
)
def test_a_large_number_is_grouped_as_its_readers_group_it(language: str, told: str) -> None:
    with Flask("a").test_request_context():
        g.language = language
        assert told in said(Sentence("A sheet has over %(number)s rows.", number=Count(1 << 20)))

"""Reads a list of consents: a number, a topic, what was said of it, when, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.reading import Reading
from gateway.adapters.dataset_files.recipient_list import NUMBERS, no_number, number_of
from gateway.adapters.dataset_files.row_check import DeclaredRows
from gateway.adapters.dataset_files.value_check import Field, Wrong, text_of
from gateway.adapters.dataset_files.xlsx_reader import ENDING, XlsxRows
from gateway.domain.datasets.column_kinds import Day, OneOf
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.datasets.sheet_cells import changed
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.consent import EVERYTHING, EXPORTED, ConsentState, is_of_all
from gateway.use_cases.consents.take_consents import ListedConsent

NUMBER, TOPIC, STATE, DAY, EVIDENCE = "number", "topic", "state", "day", "evidence"


@dataclass(frozen=True, slots=True)
class DayOrMoment:
    """A day as an ISO date, or a moment of it as `gateway consents export` writes it."""

    longest: int = 40

    def wrong(self, value: str) -> str:
        """Returns what is wrong with a value, or nothing."""
        if "T" not in value:
            return Day().wrong(value)
        right = _said(value) is not None
        if right:
            return ""
        return Sentence("not a date, nor a moment such as 2026-11-02T14:30+03:00.")


def consent_list(path: Path, topics: Collection[str], region: str, today: date) -> _ConsentList:
    """Returns the list of a CSV or XLSX file; `topics` are those that there are, and those of
    a STOP to each institution.

    Numbers are read as they are written in `region` (ISO 3166). Other columns are passed over.
    """
    kind = _XlsxList if path.suffix.lower() == ENDING else _CsvList
    columns = (
        Column(name=NUMBER, aliases=NUMBERS, max=40),
        Column(name=TOPIC),
        Column(name=STATE, max=40, kind=OneOf(values=tuple(each.value for each in ConsentState))),
        Column(name=DAY, max=40, kind=DayOrMoment(), aliases=("date", "said_on")),
        Column(name=EVIDENCE, max=160, aliases=("proof",)),
    )
    made = kind(
        Dataset(name="consents", columns=columns, key=(NUMBER, TOPIC)),
        path,
        Reading(ignore_others=True),
    )
    made.topics, made.region, made.today = frozenset(topics), region, today
    return made


class _ConsentList(DeclaredRows):
    """What is checked of a list beyond what its columns declare."""

    topics = frozenset[str]()
    region = ""
    today = date.min
    asks_more_of = frozenset({NUMBER, TOPIC, DAY})
    sheet_is_chosen = False

    def consents(self) -> Iterator[ListedConsent]:
        """Yields each row; after a first fault only to find the others."""
        for row in self.rows():
            if _lifts_a_stop(row):
                continue  # another gateway says that no STOP stands there: nothing follows here
            yield ListedConsent(
                subscriber=number_of(row[NUMBER], self.region),
                topic=row[TOPIC],
                state=ConsentState(row[STATE]),
                day=_said(row[DAY]) or self.today,
                evidence=row[EVIDENCE],
            )

    def _missing(self, name: str, proposal: str) -> Sentence:
        return Sentence(
            "Column '%(name)s' is missing.%(proposal)s Name it so in the file.",
            name=name,
            proposal=proposal,
        )

    def _wrong(self, column: Column, value: Field) -> Wrong | None:
        text = text_of(value)
        if column.name == NUMBER and value is not None and text:
            if lost := changed(column, value, is_key=False):
                return "D031", lost
            try:
                number_of(text, self.region)
            except InvalidAddress as error:
                return "D029", no_number(column.name, error)
            return None
        if wrong := super()._wrong(column, value):
            return wrong
        if column.name == TOPIC and text != EVERYTHING and text not in self.topics:
            names = {each for each in self.topics if not is_of_all(each)}
            return "D029", Sentence(
                "'%(column)s' is no topic.%(proposal)s There are: %(names)s, and * for everything.",
                column=column.name,
                proposal=did_you_mean(text, names),
                names=", ".join(sorted(names)),
            )
        if column.name == DAY and text[:10] > self.today.isoformat():
            return "D029", Sentence(
                "'%(column)s' is still to come: nobody has said it yet.", column=column.name
            )
        return None

    def _check_key(self, row: dict[str, str], line: int) -> None:
        """The same may stand twice: what was said last counts. But nobody agrees to everything."""
        if _lifts_a_stop(row) and not row[EVIDENCE].startswith(EXPORTED):
            sentence = Sentence(
                "'%(column)s' is *, and a list cannot take a STOP back: only the citizen does, by "
                "START. Name the topic that was agreed to.",
                column=TOPIC,
            )
            self._fault(line, 1, "D029", sentence)


class _CsvList(_ConsentList, CsvRows):
    """A list as CSV."""


class _XlsxList(_ConsentList, XlsxRows):
    """A list as a workbook."""


def _lifts_a_stop(row: Mapping[str, str]) -> bool:
    """Returns whether a row agrees to everything, or to all of an institution."""
    agreed = row[STATE] == ConsentState.OPTED_IN.value
    return agreed and (row[TOPIC] == EVERYTHING or is_of_all(row[TOPIC]))


def _said(written: str) -> date | datetime | None:
    """Returns a day, or a moment where there is a time of day; None for what is neither."""
    try:
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    except ValueError:
        return None

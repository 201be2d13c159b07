"""Reads a list of recipients: a number, perhaps a language, and the values of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.reading import Reading
from gateway.adapters.dataset_files.row_check import DeclaredRows, Header
from gateway.adapters.dataset_files.value_check import Field, Wrong, text_of
from gateway.adapters.dataset_files.xlsx_reader import ENDING, XlsxRows
from gateway.domain.datasets.column_kinds import OneOf
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.datasets.sheet_cells import changed
from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.reading.signs import plain_signs
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.ports.sms.broadcasts import ListRow

NUMBER, LANGUAGE = "number", "language"
#: What lists call the two columns, in the languages that the gateway brings.
NUMBERS = (
    "phone", "phone number", "mobile", "mobile number", "telephone", "tel", "msisdn", "cell",
    "simu", "namba", "namba ya simu", "numéro", "numéro de téléphone", "téléphone", "ስልክ",
    "ስልክ ቁጥር",
)  # fmt: skip
_LANGUAGES = ("lang", "lugha", "langue", "ቋንቋ")
#: The longest value: what is longer belongs into the text.
_LONGEST = 160


def recipient_list(
    path: Path, values: Sequence[str], languages: Sequence[str], region: str
) -> _RecipientList:
    """Returns the list of a CSV or XLSX file; `values` are the columns that the text needs.

    Numbers are read as they are written in `region` (ISO 3166). Other columns are passed over.
    """
    kind = _XlsxList if path.suffix.lower() == ENDING else _CsvList
    columns = (
        Column(name=NUMBER, aliases=NUMBERS, max=40),
        Column(
            name=LANGUAGE,
            aliases=_LANGUAGES,
            max=40,
            required=False,
            kind=OneOf(values=tuple(languages)),
        ),
        *(Column(name=each, max=_LONGEST) for each in values),
    )
    made = kind(
        Dataset(name="recipients", columns=columns, key=(NUMBER,)),
        path,
        Reading(ignore_others=True),
    )
    made.region = region
    return made


class _RecipientList(DeclaredRows):
    """What is checked of a list beyond what its columns declare. A number may stand in it twice."""

    region = ""
    asks_more_of = frozenset({NUMBER})
    sheet_is_chosen = False

    def recipients(self) -> Iterator[ListRow]:
        """Yields each row; after a first fault only to find the others."""
        for row in self.rows():
            yield ListRow(
                number=number_of(row[NUMBER], self.region),
                language=row.get(LANGUAGE, ""),
                values={
                    name: value for name, value in row.items() if name not in (NUMBER, LANGUAGE)
                },
            )

    def _checked_header(
        self, names: Sequence[str], found: Sequence[Column | None], line: int
    ) -> Header:
        if LANGUAGE not in {each.name for each in found if each is not None}:
            columns = tuple(each for each in self._dataset.columns if each.name != LANGUAGE)
            self._dataset = Dataset(name="recipients", columns=columns, key=(NUMBER,))
        return super()._checked_header(names, found, line)

    def _missing(self, name: str, proposal: str) -> Sentence:
        return Sentence(
            "Column '%(name)s' is missing.%(proposal)s Name it so in the file, or write its name "
            "into the text.",
            name=name,
            proposal=proposal,
        )

    def _wrong(self, column: Column, value: Field) -> Wrong | None:
        if column.name != NUMBER or not text_of(value):
            return super()._wrong(column, value)
        # A zero that a spreadsheet has taken away is no loss here: the numbering plan knows.
        if value is not None and (lost := changed(column, value, is_key=False)):
            return "D031", lost
        try:
            number_of(text_of(value), self.region)
        except InvalidAddress as error:
            return "D029", no_number(column.name, error)
        return None

    def _check_key(self, row: dict[str, str], line: int) -> None:
        """A number that stands twice is written to once, and counted."""


class _CsvList(_RecipientList, CsvRows):
    """A list as CSV."""


class _XlsxList(_RecipientList, XlsxRows):
    """A list as a workbook."""


def no_number(column: str, error: InvalidAddress) -> Sentence:
    """Returns what is said of a value that is no number; it is not quoted."""
    return Sentence("'%(column)s' is no phone number. %(why)s", column=column, why=said_by(error))


def number_of(written: str, region: str) -> Msisdn:
    """Returns a number as lists of a region write it; raises InvalidAddress."""
    return Msisdn.parse(ascii_digits(plain_signs(" ".join(written.split()))), region)

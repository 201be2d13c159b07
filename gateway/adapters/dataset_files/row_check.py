"""Holds the rows of a dataset's file to their declaration, and notes every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.adapters.dataset_files.file_kinds import why_unreadable
from gateway.adapters.dataset_files.reading import (
    AS_DECLARED,
    MOST_SET_ASIDE,
    MOST_TITLES,
    Reading,
    SetAside,
)
from gateway.adapters.dataset_files.seen_keys import SeenKeys
from gateway.adapters.dataset_files.skipped_rows import SkippedRows
from gateway.adapters.dataset_files.value_check import Field, Wrong, fault_of, is_plain, text_of
from gateway.domain.datasets.column_kinds import Moment, PhoneNumber
from gateway.domain.datasets.column_names import columns_named, columns_not_there, plain
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.datasets.sheet_cells import SheetCell, changed
from gateway.domain.datasets.written_forms import form_of, plain_digits
from gateway.domain.faults_and_errors.did_you_mean import closest, did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence

#: Beyond this a file is not mended line by line; usually every row has the same fault.
MOST_FAULTS = 1000

#: Kinds that several forms are beyond doubt, though none is declared.
_TOLERANT = (Moment, PhoneNumber)

#: The columns of a file in its order; None for one that is not declared, and ignored.
Header = Sequence[Column | None]

#: A tag of the Humanitarian Exchange Language (HXL 1.1): #adm1+name. Failed formulas are none.
_TAG = re.compile(r"#[a-z][a-z0-9_]*(?:\s*\+\s*[a-z][a-z0-9_]*)*", re.ASCII | re.IGNORECASE)


class DeclaredRows:
    """The rows of a file as they are declared. No fault quotes a value: it may be a citizen's.

    `faults` is complete once `rows` has been read to its end; `bytes_read` says how far it is. A
    kind of file says in `_read` how its rows are found.
    """

    #: Columns of which `_wrong` asks more than they declare.
    asks_more_of = frozenset[str]()

    #: Whether who gives the file can say which sheet of a workbook is meant.
    sheet_is_chosen = True

    def __init__(self, dataset: Dataset, path: Path, reading: Reading = AS_DECLARED) -> None:
        self.faults: list[Fault] = []
        self.set_aside: list[SetAside] = []
        self.names: Sequence[str] = ()  # of the file's columns, once its header is found
        self.bytes_read = 0
        self.other_sheets: Sequence[str] = ()  # of a workbook, where none was chosen
        self._dataset = dataset
        self._path = path
        self._reading = reading
        self._lines_seen = 0
        self._seen_keys = SeenKeys()
        self._may_be_tags = True  # of the row below the header
        self._titles: list[tuple[int, Sequence[str]]] = []
        self._forms = {each.name: form_of(each.kind, each.written) for each in dataset.columns}
        self._skipped = SkippedRows(dataset)

    def rows(self) -> Iterator[dict[str, str]]:
        """Yields each faultless row by column name; after a first fault only to find the others.

        Where faulty rows are set aside, the others are yielded all the same.
        """
        try:
            self._refuse_unreadable()
            yield from self._read()
        except OSError as error:
            sentence = Sentence("The file cannot be read: %(why)s.", why=error.strerror)
            self._fault(1, 1, "D007", sentence)
        except Unreadable:
            pass  # noted where it was found
        if self._is_full:
            sentence = Sentence("The rest of the file was not looked at.")
            self._fault(self._lines_seen, 1, "D027", sentence)

    @property
    def skipped(self) -> int:
        """Returns how many rows were left out so far, since the dataset's `skip` says so."""
        return self._skipped.count

    @property
    def is_faulty(self) -> bool:
        """Returns whether the file cannot be taken: it has faults that are not set aside."""
        return bool(self.faults) and (
            not self._reading.skip_faulty or len(self._in_no_row) > 0 or self._is_full
        )

    @property
    def _in_no_row(self) -> Sequence[Fault]:
        """Returns the faults that are of no single row."""
        aside = {each.line for each in self.set_aside}
        return [fault for fault in self.faults if fault.line not in aside]

    @property
    def _is_full(self) -> bool:
        if self._reading.skip_faulty and self.set_aside:
            return len(self.set_aside) >= MOST_SET_ASIDE
        return len(self.faults) >= MOST_FAULTS

    def _refuse_unreadable(self) -> None:
        if sentence := why_unreadable(self._path):
            self._fault(1, 1, "D007", sentence)
            raise Unreadable

    def _read(self) -> Iterator[dict[str, str]]:
        raise NotImplementedError

    def _header(self, names: Sequence[str], line: int) -> Header | None:
        """Returns the columns in the order of the file, once a row names them; None before that.

        Titles may stand above it. Raises Unreadable, with the faults noted, where a header names
        others than are declared, or none is found among the first rows.
        """
        names = [name.strip() for name in names]
        while names and not names[-1]:
            names.pop()
        found = columns_named(names, self._dataset.columns, self._reading.names)
        known = {each.name for each in found if each is not None}
        if 2 * len(known) >= len(self._dataset.columns):
            return self._checked_header(names, found, line)
        self._titles.append((line, names))
        if len(self._titles) > MOST_TITLES:
            self._no_header()
        return None

    def _no_header(self) -> None:
        """Raises Unreadable; says what is wrong with the row that is most like a header."""

        if not self._titles:
            sentence = Sentence("The file is empty. Its first line names the columns.")
            self._fault(1, 1, "D026", sentence + self._elsewhere())
            raise Unreadable

        def likeness(title: tuple[int, Sequence[str]]) -> int:
            columns = columns_named(title[1], self._dataset.columns, self._reading.names)
            return sum(each is not None for each in columns)

        line, names = max(self._titles, key=likeness)
        if likeness((line, names)):
            found = columns_named(names, self._dataset.columns, self._reading.names)
            self._checked_header(names, found, line)
        # Most likely rows of values: they are not quoted.
        declared = ", ".join(each.name for each in self._dataset.columns)
        sentence = Sentence("None of the first lines names the columns: %(names)s.", names=declared)
        if len(self._titles) == 1:
            sentence = Sentence(
                "The first line does not name the columns: %(names)s.", names=declared
            )
        self._fault(1, 1, "D028", sentence + self._elsewhere())
        raise Unreadable

    def _elsewhere(self) -> Sentence:
        """Returns in which other sheets the rows may stand."""
        names = ", ".join(self.other_sheets[:9])
        if not names:
            return Sentence("")
        if not self.sheet_is_chosen:
            return Sentence(
                " There are other sheets: %(names)s. "
                "The first is read: move the list to the front.",
                names=names,
            )
        return Sentence(
            " There are other sheets: %(names)s.",
            by_command="One is chosen by --sheet.",
            names=names,
        )

    def _checked_header(
        self, names: Sequence[str], found: Sequence[Column | None], line: int
    ) -> Header:
        declared = {each.name: each for each in self._dataset.columns}
        named = [each.name for each in found if each is not None]
        for place, (name, column) in enumerate(zip(names, found, strict=True), 1):
            ignored = self._reading.ignore_others or self._dataset.ignore_others
            if column is None and name and not ignored and not self._skipped.names(name):
                unused = declared.keys() - set(named)
                self._fault(line, place, "D001", _unknown(name[:40], did_you_mean(name, unused)))
            elif column is not None and column in found[: place - 1]:
                sentence = Sentence("Column '%(name)s' stands here twice.", name=column.name)
                self._fault(line, place, "D005", sentence)
        others = [
            name for name, column in zip(names, found, strict=True) if name and column is None
        ]
        for name, column in declared.items():
            if name not in named:
                near = _near(name, others)
                sentence = _left_out(name) if column.secret else self._missing(name, near)
                self._fault(line, len(names), "D002", sentence)
        for name in columns_not_there(names, self._reading.names):
            sentence = Sentence(
                "The file has no column '%(name)s'.%(proposal)s",
                by_command="It is one that --map names.",
                name=name,
                proposal=_near(name, others),
            )
            self._fault(line, len(names), "D002", sentence)
        for sentence in self._skipped.find(names, found):
            self._fault(line, len(names), "D002", sentence)
        if self.faults:
            raise Unreadable
        self.names = names
        return found

    def _missing(self, name: str, proposal: str) -> Sentence:
        """Returns what is said of a column that the file does not have."""
        return Sentence(
            "Column '%(name)s' is missing.%(proposal)s",
            by_command="Where the file has it under another name: --map, or `aliases`.",
            on_page=Sentence(
                "Where the file has it under another name, write that under `aliases`."
            ),
            name=name,
            proposal=proposal,
        )

    def _row(self, columns: Header, fields: Sequence[Field], line: int) -> dict[str, str] | None:
        """Returns a faultless row; none where the source has it and the dataset does not."""
        if self._may_be_tags:
            self._may_be_tags = False
            if _are_tags(fields):
                return None
        if self._skipped.has([text_of(each) for each in fields] if self._dataset.skip else ()):
            return None
        before = len(self.faults)
        row = self._checked(columns, fields, line)
        if row is not None and len(self.faults) == before:
            self._check_key(row, line)
        if len(self.faults) == before:
            return row if not self.faults or self._reading.skip_faulty else None
        if self._reading.skip_faulty:
            why = " ".join(fault.sentence for fault in self.faults[before:])
            self.set_aside.append(SetAside(line, tuple(map(text_of, fields)), why))
        return None

    def _checked(
        self, columns: Header, fields: Sequence[Field], line: int
    ) -> dict[str, str] | None:
        if not any(text_of(each).strip() for each in fields[len(columns) :]):
            fields = fields[: len(columns)]  # columns of a spreadsheet that were once used
        if len(fields) != len(columns):
            sentence = Sentence(
                "The number of values here is %(values)s, and that of columns is %(columns)s.",
                values=len(fields),
                columns=len(columns),
            )
            self._fault(line, min(len(fields), len(columns)) + 1, "D020", sentence)
            return None
        row = {}
        for place, (column, written) in enumerate(zip(columns, fields, strict=True), 1):
            if column is None:
                continue
            if (
                type(written) is str
                and not column.written
                and column.name not in self.asks_more_of
                and is_plain(column, written)
            ):
                row[column.name] = written
                continue
            value = self._in_form(column, written)
            row[column.name] = text_of(value)
            if (wrong := self._wrong(column, value)) is not None:
                code, sentence = wrong
                self._fault(line, place, code, sentence)
        return row

    def _in_form(self, column: Column, written: Field) -> Field:
        if (column.written or isinstance(column.kind, _TOLERANT)) and written is not None:
            shown = written.text_for(column.kind) if isinstance(written, SheetCell) else written
            text = plain_digits(column.kind, shown.strip(), column.written)
            formed = self._forms[column.name](text)
            return written if isinstance(written, SheetCell) and formed == text else formed
        return plain_digits(column.kind, written.strip()) if isinstance(written, str) else written

    def _wrong(self, column: Column, value: Field) -> Wrong | None:
        """Returns the fault of a value; None if it is right."""
        if value is None:
            return "D030", Sentence(
                "'%(column)s' is a formula, and the file does not hold its value. Open the file in "
                "the spreadsheet program and save it there.",
                column=column.name,
            )
        if value and (lost := changed(column, value, is_key=column.name in self._dataset.key)):
            return "D031", lost
        return fault_of(column, text_of(value))

    def _check_key(self, row: dict[str, str], line: int) -> None:
        values = "\0".join(row[name] for name in self._dataset.key)
        first = self._seen_keys.first_line(values, line)
        if first != line:
            names = ", ".join(self._dataset.key)
            sentence = Sentence("The same %(names)s as in line %(line)s.", names=names, line=first)
            self._fault(line, 1, "D024", sentence)

    def _fault(self, line: int, column: int, code: str, sentence: Sentence) -> None:
        self.faults.append(Fault(str(self._path), line, column, code, sentence))


def _are_tags(fields: Sequence[Field]) -> bool:
    """Returns whether a row has tags alone, which tell programs what the columns are."""
    written = [text for each in fields if (text := text_of(each).strip())]
    return len(written) > 1 and all(map(_TAG.fullmatch, written))


def _near(name: str, others: Sequence[str]) -> str:
    """Returns a proposal of one of the file's other columns, whatever its case and signs."""
    found = closest(plain(name), [plain(each) for each in others])
    meant = next((each[:40] for each in others if plain(each) == found), "")
    return Sentence(" Did you mean '%(name)s'?", name=meant) if meant else ""


def _unknown(name: str, proposal: str) -> Sentence:
    return Sentence(
        "Unknown column '%(name)s'.%(proposal)s",
        by_command="Where it is of no use here: --ignore-others; where it is one of these: --map.",
        on_page=Sentence(
            "Where it is of no use here, write `others: ignored`; where it is one of these, write "
            "it under `aliases`."
        ),
        name=name,
        proposal=proposal,
    )


def _left_out(name: str) -> Sentence:
    """An operator who sends back what was written out would otherwise look for a slip in vain."""
    return Sentence(
        "Column '%(name)s' is missing. It is secret: only a hash of it is stored, so no export has "
        "it. Add it from where the data comes from.",
        name=name,
    )


class Unreadable(Exception):
    """The file cannot be read on from here; the fault is noted."""

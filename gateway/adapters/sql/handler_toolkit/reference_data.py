"""The `Data` port on a database: what handlers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, Select, bindparam, func, select

from gateway.adapters.sql.datasets.columns import ROW, secret_hash, table_of
from gateway.adapters.sql.engine import statements
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.handler_contract.service_call import Row


class SqlData:
    """The reference data of a deployment; of datasets in `elsewhere` the rows are read there.

    All methods raise StoreUnavailable, Refused when a dataset was never loaded, and LookupError
    when a handler asks for what is not declared.
    """

    def __init__(
        self,
        engine: Engine,
        datasets: Mapping[str, Dataset],
        keyring: Keyring,
        elsewhere: Mapping[str, Engine] = MappingProxyType({}),
    ) -> None:
        self._engines = {name: elsewhere.get(name, engine) for name in datasets}
        self._keyring = keyring
        self._readers = {name: _Reader(dataset) for name, dataset in datasets.items()}

    def find(self, dataset: str, **equal: str) -> Sequence[Row]:
        """Returns the rows whose columns equal the given values, in the order of the file.

        Secret columns can be asked for and are not among the values of a row.
        """
        reader = self._reader(dataset)
        with statements(self._engines[dataset]) as connection:
            rows = connection.execute(
                reader.rows(tuple(equal)), reader.wanted(self._keyring, equal)
            ).all()
        return [dict(zip(reader.shown, row, strict=True)) for row in rows]

    def one(self, dataset: str, **equal: str) -> Row | None:
        """Returns the first such row, or None."""
        rows = self.find(dataset, **equal)
        return rows[0] if rows else None

    def distinct(self, dataset: str, column: str, **equal: str) -> Sequence[str]:
        """Returns the different values of a column, in the order of the file."""
        reader = self._reader(dataset)
        with statements(self._engines[dataset]) as connection:
            return connection.scalars(
                reader.values(column, tuple(equal)), reader.wanted(self._keyring, equal)
            ).all()

    def _reader(self, dataset: str) -> _Reader:
        try:
            return self._readers[dataset]
        except KeyError:
            proposal = did_you_mean(dataset, self._readers)
            raise LookupError(f"No dataset '{dataset}' is declared.{proposal}") from None


@dataclass(slots=True)
class _Reader:
    """The statements on one dataset, made once for each set of columns that is asked for."""

    dataset: Dataset
    shown: list[str] = field(init=False)
    _made: dict[tuple[str, ...], Select[*tuple[Any, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shown = [each.name for each in self.dataset.columns if not each.secret]

    def rows(self, asked: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
        """Returns the query for rows by these columns."""
        if (made := self._made.get(("", *asked))) is None:
            table = table_of(self.dataset)
            made = select(*(table.c[name] for name in self.shown)).order_by(table.c[ROW])
            made = made.where(*(self._equal(table.c, name) for name in asked))
            self._made["", *asked] = made
        return made

    def values(self, column: str, asked: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
        """Returns the query for the values of a column; raises LookupError."""
        if column not in self.shown:
            proposal = did_you_mean(column, self.shown)
            raise LookupError(f"'{self.dataset.name}' shows no column '{column}'.{proposal}")
        if (made := self._made.get((column, *asked))) is None:
            table = table_of(self.dataset)
            made = select(table.c[column]).group_by(table.c[column])
            made = made.order_by(func.min(table.c[ROW]))
            made = made.where(*(self._equal(table.c, name) for name in asked))
            self._made[column, *asked] = made
        return made

    def wanted(self, keyring: Keyring, equal: Mapping[str, str]) -> dict[str, object]:
        """Returns the values to compare with, those of secret columns as their hash."""
        secret = {each.name for each in self.dataset.columns if each.secret}
        return {
            f"of_{name}": secret_hash(keyring, self.dataset.name, name, value)
            if name in secret
            else value
            for name, value in equal.items()
        }

    def _equal(self, columns: Any, name: str) -> Any:
        if name == ROW or name not in columns:
            proposal = did_you_mean(name, [each.name for each in self.dataset.columns])
            raise LookupError(f"'{self.dataset.name}' has no column '{name}'.{proposal}")
        return columns[name] == bindparam(f"of_{name}")

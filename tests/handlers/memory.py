"""The stores of the desk in this process: the real ones, on an SQLite database without a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.pool import StaticPool

from gateway.adapters.menu_files.schemas.files import MessagesShape
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.casework.cases import SqlCases, open_details
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit
from gateway.adapters.sql.handler_toolkit.toolkit import toolkit as desk_on
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.sql.tables import cases
from gateway.adapters.system.keyring import Keyring
from gateway.adapters.yaml.documents import read
from gateway.adapters.yaml.validate import validate
from gateway.domain.datasets.dataset import Table
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.use_cases.ports.reminders import DueReminder
from tests.clock import FixedClock

MESSAGES = Path(__file__).parents[2] / "menus" / "messages.yaml"
KEYRING = Keyring(b"\x02" * 32)
#: The first number a case is given here: nine digits, the last one a check digit.
FIRST_SERIAL = 10_002_026
_FAR = timedelta(days=20 * 365)


def memory_engine() -> Engine:
    """Returns a database that lives as long as the engine, with every table made."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    metadata.create_all(engine)
    return engine


def release_with_messages(path: Path = MESSAGES) -> Release:
    """Returns a release that has the messages of a file, and nothing else."""
    written = validate(MessagesShape, read(path, "M"))
    texts = {
        name: LocalisedText({code: Template.parse(said) for code, said in text.items()})
        for name, text in written.messages.items()
        if not isinstance(text, str)
    }
    return Release(
        id="messages",
        languages={"en": "English"},
        services={},
        screens={},
        phrases={},
        messages=texts,
        message_values=written.values,
    )


def stores(
    engine: Engine, tables: Mapping[str, Table], release: Release, clock: FixedClock
) -> SqlToolkit:
    """Returns the desk on an engine; the numbers of its cases count up."""
    subscribers = SqlSubscribers(engine, KEYRING)
    return desk_on(
        engine=engine,
        datasets={},
        tables=tables,
        keyring=KEYRING,
        clock=clock,
        zone=UTC,
        releases=ServedReleases(release),
        choose_language=lambda subscriber, language: subscribers.choose_language(
            subscriber, language, clock.now()
        ),
        next_serial=count(FIRST_SERIAL).__next__,
    )


class CasesInMemory(SqlCases):
    """Cases whose numbers count up, and which a test may place and look into."""

    def __init__(self, engine: Engine) -> None:
        self._next = count(FIRST_SERIAL)
        super().__init__(engine, KEYRING, lambda: next(self._next))
        self._database = engine

    def put(self, number: str, status: str, subscriber: str = "+999700000123") -> None:
        """Places a case of the public works in a state."""
        serial = int(number[:-1])
        call = ServiceCall(
            handler="open_case",
            answers={},
            language="en",
            subscriber=Msisdn.from_e164(subscriber),
            key=f"case {number}",
            at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
        )
        placed = SqlCases(self._database, KEYRING, lambda: serial)
        stored = placed.open(call, "report_problem", "water", {})
        if stored != number:
            raise ValueError(f"{number} is no case number; {stored} is one.")
        self.set_status(number, status)

    def set_status(self, number: str, status: str) -> None:
        """Moves a case on, as the institution would."""
        with transaction(self._database) as connection:
            connection.execute(update(cases).where(cases.c.number == number).values(status=status))

    @property
    def details(self) -> Mapping[str, Mapping[str, str]]:
        """What was told, by the number of the case."""
        with transaction(self._database) as connection:
            rows = connection.execute(select(cases)).mappings().all()
        return {row["number"]: open_details(KEYRING, row) for row in rows}


def scheduled(desk: SqlToolkit) -> list[DueReminder]:
    """Returns every reminder that waits, the next one first."""
    return list(desk.reminders.due(FixedClock().now() + _FAR, 1000))

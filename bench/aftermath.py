"""What is left to do once the callers have hung up: leases of dead workers, SMS on their way."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, func, or_, select, update

from bench.house import House
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.sql.ussd.slow_call_tables import slow_calls
from gateway.use_cases.handler_calls.run_slow_calls import LEASE_SECONDS
from gateway.use_cases.ports.calls import Claim

_ACTIVE = ("queued", "leased", "sending")


class Aftermath:
    """Looks into the database and at the provider's stand-in of one house."""

    def __init__(self, house: House, channel: str) -> None:
        database = Path(house.environ["GATEWAY_HOME"]) / "data" / "gateway.db"
        self._engine = create_engine(f"sqlite:///{database}")
        self._standin_port, self._channel = house.standin_port, channel

    def end_leases(self, begun_before: datetime) -> int:
        """Makes the calls due that a worker took before then and has not ended; returns how many.

        To be called when no living worker can still be at one of these: it spares the minute after
        which the leases of the dead end by themselves.
        """
        row, now = slow_calls.c, datetime.now(UTC)
        ends_by = begun_before + timedelta(seconds=LEASE_SECONDS)
        held = update(slow_calls).where(
            row.result_sealed.is_(None), row.due_at > now, row.due_at <= ends_by
        )
        with self._engine.begin() as connection:
            return connection.execute(held.values(due_at=now)).rowcount

    def unsettled(self) -> int:
        """Returns how many answers are not on a screen and not with the provider yet."""
        call, sms = slow_calls.c, outbound_sms.c
        answers = select(func.count()).where(
            call.delivered_at.is_(None), or_(call.claim.is_(None), call.claim == Claim.SMS.value)
        )
        sending = select(func.count()).where(sms.channel == self._channel, sms.status.in_(_ACTIVE))
        with self._engine.connect() as connection:
            return sum(connection.scalars(answers.union_all(sending)))

    def texts(self) -> list[tuple[str, str]]:
        """Returns the SMS that the provider took, as last eight digits of the phone and text."""
        url = f"http://127.0.0.1:{self._standin_port}/messages"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return [(sms["to"][-8:], sms["text"]) for sms in json.load(answer)["messages"]]

    def close(self) -> None:
        """Closes the database."""
        self._engine.dispose()

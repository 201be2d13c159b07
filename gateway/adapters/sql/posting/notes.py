"""Notes that a row is to be posted on, in the transaction that stores it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.adapters.sql.posting.tables import postings
from gateway.adapters.sql.sealed_columns import POSTINGS
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall

_WHOSE = ("form", "row")
# One that is on its way just now is not tried a second time beside it: the older state of the row
# could arrive after the newer.
_NOTE = insert_or_update(
    postings,
    *("call_key", "msisdn_index", "msisdn_sealed", "channel", "language", "noted_at"),
    key=_WHOSE,
    later="due_at",
)
#: As long as the keys of calls (handler_contract/service_call.py).
_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class PostingNotes:
    """`forms` are those whose rows go on to another system."""

    keyring: Keyring
    forms: Container[str] = ()

    def note(self, connection: Connection, form: str, row: str, call: ServiceCall) -> None:
        """Notes a row that was stored or changed; nothing of a form that is not posted.

        `row` is what `Records.put` has returned, or the number of a case. One that waits already is
        posted once, as it stands then.
        """
        if form not in self.forms:
            return
        key = {"form": form, "row": row}
        # Not the key of the call alone: a call may store several rows.
        posted_as = self.keyring.index("posting", "\0".join((form, row, call.key))).hex()
        values = {
            **key,
            "call_key": posted_as[:_KEY_LENGTH],
            "msisdn_index": self.keyring.index_of(call.subscriber),
            "msisdn_sealed": POSTINGS.seal(
                self.keyring, "msisdn_sealed", key, call.subscriber.as_stored
            ),
            "channel": call.channel,
            "language": call.language,
            "noted_at": call.at,
            "due_at": call.at,
            "attempts": 0,
            "last_failure": "",
        }
        connection.execute(_NOTE[connection.dialect.name], values)

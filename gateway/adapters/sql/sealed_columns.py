"""Which columns are sealed, as what, and to which row each value belongs.

A sealed value is bound to its table, its column and the key of its row, which is known before the
row is there. What comes to stand in another row does not open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity, identity_from_stored

_MSISDN = {"msisdn_sealed": "msisdn"}


@dataclass(frozen=True, slots=True)
class SealedTable:
    """The columns that make the key of a row, and the purpose of each sealed column."""

    name: str
    key: Sequence[str]
    purposes: Mapping[str, str]

    def seal(
        self, keyring: Keyring, column: str, row: Mapping[Any, Any], text: str | bytes
    ) -> bytes:
        """Returns the value of a column, sealed for this row; `row` has the key's columns."""
        return keyring.seal(self.purposes[column], text, self.place(column, row))

    def open(self, keyring: Keyring, column: str, row: Mapping[Any, Any]) -> bytes:
        """Returns the value that stands in the row; raises Refused when it is another row's."""
        return keyring.open(self.purposes[column], row[column], self.place(column, row))

    def open_text(self, keyring: Keyring, column: str, row: Mapping[Any, Any]) -> str:
        """Returns the text that stands in the row; raises Refused like `open`."""
        return self.open(keyring, column, row).decode()

    def open_subscriber(self, keyring: Keyring, row: Mapping[Any, Any]) -> Identity:
        """Returns the subscriber whose row it is; raises Refused like `open`."""
        return identity_from_stored(self.open_text(keyring, "msisdn_sealed", row))

    def sealer(self, keyring: Keyring, column: str) -> Callable[[str, bytes], bytes]:
        """Returns `seal` for many rows, from a text and the key of its row, an index alone."""
        sealed = keyring.sealer(self.purposes[column], self._column(column))
        return lambda text, key: sealed(text, b"b" + key)

    def opener(self, keyring: Keyring, column: str) -> Callable[[bytes, bytes], bytes]:
        """Returns `open` for many rows, from a value and the key of its row, an index alone."""
        opened = keyring.opener(self.purposes[column], self._column(column))
        return lambda sealed, key: opened(sealed, b"b" + key)

    def is_current(self, keyring: Keyring, column: str, row: Mapping[Any, Any]) -> bool:
        """Returns whether the value was sealed with the newest key, for this row."""
        return keyring.is_current(self.purposes[column], row[column], self.place(column, row))

    def place(self, column: str, row: Mapping[Any, Any]) -> list[bytes]:
        """Returns what names the place of a value, part by part: none passes for its neighbour."""
        parts = [self._column(column)]
        for name in self.key:
            value = row[name]
            parts.append(b"b" + value if isinstance(value, bytes) else b"t" + str(value).encode())
        return parts

    def _column(self, column: str) -> bytes:
        return f"{self.name}.{column}".encode()


SUBSCRIBERS = SealedTable("subscribers", ("msisdn_index",), _MSISDN)
CONSENTS = SealedTable("consents", ("msisdn_index", "topic"), _MSISDN)
CONSENT_CHANGES = SealedTable(
    "consent_changes", ("key_index",), {**_MSISDN, "words_sealed": "consent"}
)
INBOUND = SealedTable("inbound_sms", ("channel", "provider_ref"), {**_MSISDN, "text_sealed": "sms"})
OUTBOUND = SealedTable("outbound_sms", ("key_index",), {**_MSISDN, "text_sealed": "sms"})
CONVERSATIONS = SealedTable(
    "conversations", ("channel", "msisdn_index"), {"session_sealed": "conversation"}
)
CASES = SealedTable(
    "cases", ("call_index",), {**_MSISDN, "details_sealed": "case", "personal_sealed": "case"}
)
CASE_EVENTS = SealedTable("case_events", ("call_index",), {"text_sealed": "case event"})
REMINDERS = SealedTable(
    "reminders", ("msisdn_index", "topic", "reminder_key"), {**_MSISDN, "values_sealed": "reminder"}
)
PROOFS = SealedTable("proofs", ("what_index", "msisdn_index"), _MSISDN)
SUBSCRIPTIONS = SealedTable("subscriptions", ("msisdn_index", "topic", "scope"), _MSISDN)
HELP_DESK = SealedTable(
    "help_desk_messages",
    ("key_index",),
    {**_MSISDN, "text_sealed": "help desk", "answer_sealed": "help desk"},
)
SLOW_CALLS = SealedTable(
    "slow_calls",
    ("key_index",),
    {
        "call_sealed": "slow call",
        "dialogue_sealed": "slow dialogue",
        "result_sealed": "slow result",
    },
)
KEPT_QUESTIONS = SealedTable(
    "kept_questions", ("question_index",), {**_MSISDN, "dialogue_sealed": "kept question"}
)
POSTINGS = SealedTable("postings", ("form", "row"), _MSISDN)
KEPT_SESSIONS = SealedTable(
    "kept_sessions",
    ("session_key", "began_at", "institution"),
    {"course_sealed": "session course"},
)
SPARE_SESSIONS = SealedTable("spare_sessions", ("session_key",), {"turn_sealed": "spare session"})
AUDIT_TRAIL = SealedTable("audit_trail", ("institution", "line"), {"reason_sealed": "audit reason"})
CREDENTIALS = SealedTable("credentials", ("name",), {"secret_sealed": "one-time codes"})
BROADCASTS = SealedTable("broadcasts", ("key_index",), {"texts_sealed": "broadcast"})
BROADCAST_RECIPIENTS = SealedTable(
    "broadcast_recipients",
    ("broadcast_id", "msisdn_index"),
    {**_MSISDN, "values_sealed": "broadcast"},
)
RESUME_POINTS = SealedTable("resume_points", ("code_index",), {"turn_sealed": "resume point"})

#: Every sealed column of the gateway's own tables. The copies of the index key are apart
#: (master_keys.py), and so are the tables of a deployment (record_tables.py).
SEALED: Mapping[str, SealedTable] = {
    each.name: each
    for each in (
        SUBSCRIBERS, CONSENTS, INBOUND, OUTBOUND, CONVERSATIONS, CASES, CASE_EVENTS, REMINDERS,
        PROOFS, SUBSCRIPTIONS, HELP_DESK, SLOW_CALLS, RESUME_POINTS, SPARE_SESSIONS,
        KEPT_QUESTIONS, AUDIT_TRAIL, BROADCASTS, BROADCAST_RECIPIENTS, POSTINGS, CONSENT_CHANGES,
        CREDENTIALS, KEPT_SESSIONS,
    )
}  # fmt: skip

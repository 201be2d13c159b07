"""The reminders of rows: kept and taken back in the transaction that writes the row."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete

from gateway.adapters.sql.casework.reminder_rows import NewReminder, put
from gateway.adapters.sql.handler_tables import reminders
from gateway.adapters.sql.sms import consents
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.reminding import RowReminder
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.messages import hold_to, values_of
from gateway.domain.telecom.consent import ConsentState
from gateway.use_cases.ports import ConsentChange, Releases

_row = reminders.c
_CANCEL = delete(reminders).where(
    _row.msisdn_index == bindparam("of_index"),
    _row.topic == bindparam("of_topic"),
    _row.reminder_key == bindparam("of_key"),
)


class RowReminders:
    """Notes reminders beside the rows that they are about; texts are those of `releases`."""

    def __init__(self, keyring: Keyring, releases: Releases | None) -> None:
        self._keyring, self._releases = keyring, releases

    def note(
        self,
        connection: Connection,
        call: ServiceCall,
        topic: str,
        row: bytes,
        reminder: RowReminder,
    ) -> None:
        """Keeps a reminder of a row, in the place of the one before.

        Of its values those are kept that its text shows. Raises LookupError for a message that
        messages.yaml lacks, ValueError for values that do not fit it.
        """
        if self._releases is None:
            raise LookupError("Without menus nobody is reminded.")
        release = self._releases.current()
        hold_to(release, reminder.message, reminder.values)
        shown = values_of(release, reminder.message)
        new = NewReminder(
            subscriber=call.subscriber,
            channel=call.channel,
            language=call.language,
            message=reminder.message,
            values={name: reminder.values[name] for name in shown},
            topic=topic,
            key=_key(row),
            due_at=reminder.at,
            scheduled_at=call.at,
            institution=call.institution,
        )
        put(connection, self._keyring, new)
        if reminder.agreed:
            change = ConsentChange(
                subscriber=call.subscriber,
                topic=topic,
                state=ConsentState.OPTED_IN,
                source=f"menu {call.handler}",
                institution=call.institution,
            )
            consents.keep(connection, self._keyring, [change], call.at)

    def cancel(self, connection: Connection, call: ServiceCall, topic: str, row: bytes) -> None:
        """Takes the reminder of a row back, where there is one."""
        of_index = self._keyring.index_of(call.subscriber)
        found = {"of_index": of_index, "of_topic": topic, "of_key": _key(row)}
        connection.execute(_CANCEL, found)


def _key(row: bytes) -> str:
    return f"row {row.hex()}"

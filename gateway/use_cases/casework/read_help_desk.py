"""Read the messages that no menu answers; their citizens can see that they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.use_cases.ports import Clock, HelpDesk
from gateway.use_cases.ports.casework import Looks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHelpDesk:
    """The use case, with the ports it needs. All methods raise StoreUnavailable."""

    help_desk: HelpDesk
    looks: Looks
    clock: Clock

    def newest(
        self, status: HelpDeskStatus | None, institution: str, limit: int, by: str
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages: open ones oldest first, since they wait; all others newest first."""
        messages = self.help_desk.newest(status, institution, limit)
        self._note(messages, by)
        return messages

    def one(self, message_id: int, by: str) -> HelpDeskMessage:
        """Returns a message; raises Refused when there is none."""
        message = self.help_desk.read(message_id)
        if message is None:
            raise Refused(f"There is no message {message_id}. See: gateway helpdesk list")
        self._note([message], by)
        return message

    def _note(self, messages: Sequence[HelpDeskMessage], by: str) -> None:
        whose = [message.subscriber for message in messages if message.subscriber]
        self.looks.note(whose, by, "help_messages", self.clock.now())

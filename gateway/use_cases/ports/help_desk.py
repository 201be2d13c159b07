"""The port to the messages that people answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.domain.telecom.sms import NewSms


class HelpDesk(Protocol):
    """Messages to the help desk. Raises StoreUnavailable."""

    def newest(
        self, status: HelpDeskStatus | None, institution: str, limit: int
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages of a status, or of any; those of an institution when it is given.

        Open ones come oldest first, since they wait; all others newest first.
        """

    def read(self, message_id: int) -> HelpDeskMessage | None:
        """Returns a message, or None."""

    def answer(self, message_id: int, answer: NewSms, by: str, now: datetime) -> bool:
        """Marks an open message as answered and accepts its answer, in one transaction.

        Its citizen can see that it was done, and by whom. Returns False, with nothing stored, when
        the message is not open.
        """

    def close(self, message_id: int, by: str, now: datetime) -> bool:
        """Closes an open message without an answer; returns False when it is not open.

        Its citizen can see that it was done, and by whom.
        """

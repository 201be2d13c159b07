"""Messages to the help desk: what no menu answers, and what people answer to it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.telecom.identity import Identity


class HelpDeskStatus(enum.StrEnum):
    """How far a message has come. Answered and closed are final."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHelpDeskMessage:
    """A message to be kept for the help desk.

    `key` makes it exactly one. The answer goes out on `channel` from `sender`, the address that was
    texted; empty for the channel's own. Without an institution it is for the desk as a whole.
    """

    key: str
    channel: str
    subscriber: Identity
    text: str = field(repr=False)
    language: str = ""
    institution: str = ""
    sender: str = ""
    link_id: str = ""
    in_reply_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpDeskMessage:
    """A message as it stands in the database; `answer` is empty until there is one.

    `settled_by` is who has answered or closed it, `assigned_to` who is to answer it; empty for
    nobody.

    Without `subscriber` it cannot be read, because the key it was sealed with is gone: no text
    either.
    """

    id: int
    channel: str
    subscriber: Identity | None
    text: str = field(repr=False)
    language: str
    institution: str
    sender: str
    link_id: str
    in_reply_to: int | None
    status: HelpDeskStatus
    answer: str = field(repr=False)
    opened_at: datetime
    changed_at: datetime
    settled_by: str = ""
    assigned_to: str = ""

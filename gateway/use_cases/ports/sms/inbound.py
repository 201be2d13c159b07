"""The ports of SMS that come in: the inbox, and what is remembered of subscribers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.dialogue.session import Session
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import InboundSms, NewSms
from gateway.use_cases.ports.consents import ConsentChange


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInbound:
    """An MO as it stands in the database."""

    id: int
    channel: str
    sms: InboundSms
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """The SMS dialogue of a subscriber on a channel; `version` 0 when there has been none.

    `suggested` is a text that the subscriber was asked about: whether it is what they meant, or,
    where a dialogue is open, whether it is their answer. A dialogue that is open meanwhile goes on
    unless they say that it was not. `language` is that of the dialogue, also of one that has
    expired; empty where it is not known. `lapsed` is a dialogue that expired within the last day:
    nobody goes on with it, and whoever texts next is told what of it was not sent.
    """

    session: Session | None
    version: int
    suggested: str = field(default="", repr=False)
    language: str = ""
    lapsed: Session | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """All that routing one MO came to. It is stored in one transaction, or not at all.

    `institution` is whose service it was, empty for the deployment's own. `language` was chosen,
    `language_used` is that of a whole dialogue.

    `shown` is the screen that the reply shows, behind the language it is in; None for any other
    words. It is not stored: rehearsals want to know.
    """

    inbound_id: int
    replies: Sequence[NewSms] = ()
    conversation: Conversation | None = None
    conversation_expires_at: datetime | None = None
    consents: Sequence[ConsentChange] = ()
    language: str = ""
    language_used: str = ""
    forget_text: bool = False
    help_desk: Sequence[NewHelpDeskMessage] = ()
    outcome: str = ""
    institution: str = ""
    shown: tuple[str, str] | None = None


class InboundBatch(Protocol):
    """What the routing of some MOs needs, read for all of them at once.

    Of a subscriber's MOs it fits the first alone: of the others the dialogue has moved on since.
    All that is asked of one MO may raise StoreUnavailable.
    """

    def subscriber_of(self, inbound_id: int) -> bytes | None:
        """Returns who sent an MO, as an index; None for one that waits no more."""

    def read(self, inbound_id: int) -> StoredInbound | None:
        """Returns an MO that still waits to be routed, or None; raises Refused."""

    def conversation(self, channel: str, subscriber: Identity, now: datetime) -> Conversation:
        """Returns as `Inbox.conversation`."""

    def language(self, subscriber: Identity) -> str:
        """Returns as `Subscribers.language`."""

    def outcomes(self, stored: StoredInbound, since: datetime) -> Mapping[str, int]:
        """Returns as `Inbox.outcomes`."""

    def repeats(
        self,
        stored: StoredInbound,
        since: datetime,
        *,
        in_a_row: bool = False,
        on_its_channel: bool = False,
    ) -> int:
        """Returns as `Inbox.repeats`."""

    def latest_outcomes(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns as `Inbox.latest_outcomes`."""

    def latest_replies(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns as `Inbox.latest_replies`."""


class Inbox(Protocol):
    """MOs. Raises StoreUnavailable."""

    def accept(
        self, channel: str, sms: InboundSms, now: datetime, put_off_to: datetime | None = None
    ) -> int | None:
        """Stores an MO; returns its id, or None when its provider reference is already stored.

        One that is `put_off_to` a later time waits for it, and holds back no other.
        """

    def put_off_since(self, subscriber: Identity, most: int) -> int:
        """Returns how many of a subscriber's newest MOs were put off and wait; at most so many."""

    def lease(self, limit: int, now: datetime, until: datetime) -> Mapping[int, int]:
        """Takes MOs that are due, oldest first, so that no other worker does; due after `until`.

        Returns ids, each with the number of its attempt, from 1: one that a worker did not survive
        is counted. Of one subscriber an MO is taken only when all earlier ones were tried, so that
        two workers keep their order.
        """

    def give_back(self, inbound_ids: Sequence[int], now: datetime) -> None:
        """Makes MOs that were leased, and not routed, due at once."""

    def read(self, inbound_id: int) -> StoredInbound | None:
        """Returns an MO that still waits to be routed, or None."""

    def conversation(self, channel: str, subscriber: Identity, now: datetime) -> Conversation:
        """Returns the open dialogue of the subscriber; its session is None once it has expired."""

    def outcomes(self, stored: StoredInbound, since: datetime) -> Mapping[str, int]:
        """Returns how often each outcome came of the subscriber's earlier MOs since then."""

    def repeats(
        self,
        stored: StoredInbound,
        since: datetime,
        *,
        in_a_row: bool = False,
        on_its_channel: bool = False,
    ) -> int:
        """Returns how many of the subscriber's newest MOs since then say the same words.

        Those before an MO that says something else do not count when they are to be `in_a_row`, and
        those of other channels not when they are to be `on_its_channel`.
        """

    def latest_outcomes(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns what came of the subscriber's newest MOs since then, the newest first."""

    def latest_replies(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns the newest answers to MOs of the subscriber since then, the newest first.

        One that cannot be read is an empty text.
        """

    def together(self, inbound_ids: Sequence[int]) -> InboundBatch:
        """Returns what the routing of these MOs needs, read at once."""

    def finish_all(self, routed: Sequence[Routed], now: datetime) -> Sequence[bool]:
        """Stores the results of several MOs in one transaction; returns of each as `finish`."""

    def finish(self, routed: Routed, now: datetime) -> bool:
        """Stores the result in one transaction, replies included.

        Returns False, with nothing stored, when the MO was already routed or the conversation has
        moved on since it was read.
        """

    def put_off(self, inbound_id: int, now: datetime, error: str) -> bool:
        """Notes a failed try at routing; the MO is due again later, by the retry schedule.

        Returns whether that was the last try: then it waits no more, and the help desk is told.
        """


class Languages(Protocol):
    """In which language a subscriber reads. Raises StoreUnavailable."""

    def language(self, subscriber: Identity) -> str:
        """Returns the chosen language, else the one last used, or an empty text."""


class Subscribers(Languages, Protocol):
    """What is remembered of a subscriber. Raises StoreUnavailable."""

    def asked_in(self, subscriber: Identity) -> bytes:
        """Returns the key of the session that asked for the language; empty when none did."""

    def choose_language(
        self, subscriber: Identity, language: str, now: datetime, asked_in: bytes = b""
    ) -> None:
        """Keeps the choice, and with the first one which session had asked for it."""

    def use_language(self, subscriber: Identity, language: str, now: datetime) -> None:
        """Keeps the language of a whole dialogue, for who chooses none."""

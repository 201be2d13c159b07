"""SMS as it travels: MO in, MT out, and what sending one came to."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.faults_and_errors.errors import SendRejected
from gateway.domain.record import Record
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn

#: Characters of an MO that are read. A phone joins at most some ten SMS of 153 septets (3GPP TS
#: 23.040, 9.2.3.24.1 allows 255); what is longer was written by no citizen.
LONGEST_MO = 1600


class Lane(enum.StrEnum):
    """How urgent an MT is; each lane has a queue of its own."""

    URGENT = "urgent"
    REPLY = "reply"
    BULK = "bulk"


class Purpose(enum.StrEnum):
    """Why an MT is sent, which decides whether an opt-out stops it.

    A `REPLY` answers what the subscriber has just sent or dialled; a `NOTICE` was not asked for at
    this moment; `CONSENT` confirms STOP or START itself. An `EMERGENCY` warns of danger, and the
    law lets it go to those who said STOP, too: a person with the role has declared it one.
    """

    REPLY = "reply"
    NOTICE = "notice"
    CONSENT = "consent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSms:
    """One MO as the provider told it.

    `provider_ref` makes a repeat recognisable; `link_id` ties an answer to it where the provider
    bills on demand; `opt_out` is STOP, START or HELP where the provider has already recognised it.
    """

    provider_ref: str
    subscriber: Identity
    to: str
    text: str = field(repr=False)
    link_id: str = ""
    opt_out: str = ""


@dataclass(frozen=True, slots=True)
class Texted:
    """The MO that an answer is to: it goes out from the address texted, with the MO's link id."""

    inbound_id: int
    to: str
    link_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOptOut:
    """A subscriber's opt-out that the provider tells us of."""

    subscriber: Identity


class NewSms(Record, frozen=True, kw_only=True):
    """An MT to be accepted into the outbox.

    `key` makes it exactly one: a second MT with the same key is not accepted. MTs to many share a
    key, and `member` tells them apart: those that follow each other in it are stored side by side.
    `sender` is the address it shall come from (short code, number or sender ID), empty for the
    channel's own. `institution` is whose service speaks, empty for the deployment's own. What it
    says holds until `valid_until`: it is not sent later. `template_id` names the message of the
    menu it was worded by, and `resend_of` the MT that it is sent again for. `broadcast_id` is the
    broadcast that it is one of. The ledger tells apart which `service` it is of, and in which
    `language` it is; both are empty where nobody says.
    """

    channel: str
    subscriber: Identity
    text: str
    lane: Lane
    purpose: Purpose
    key: str
    topic: str = ""
    sender: str = ""
    link_id: str = ""
    in_reply_to: int | None = None
    institution: str = ""
    valid_until: datetime | None = None
    template_id: str = ""
    resend_of: int | None = None
    broadcast_id: int | None = None
    service: str = ""
    language: str = ""
    member: bytes = b""

    def __repr__(self) -> str:
        """Returns whose it is and where it goes, and nothing of what it says or is known by."""
        return f"NewSms({self.channel!r}, {self.subscriber!r}, {self.lane.value!r})"


class OutboundSms(Record, frozen=True, kw_only=True):
    """An MT claimed for one attempt at sending; `attempt` counts from 1.

    `parts` are the segments that its text takes, as reckoned when it was accepted. The fields
    before it are those of NewSms.
    """

    id: int
    channel: str
    subscriber: Identity
    text: str
    lane: Lane
    purpose: Purpose
    topic: str
    sender: str
    link_id: str
    attempt: int
    created_at: datetime
    institution: str = ""
    valid_until: datetime | None = None
    template_id: str = ""
    resend_of: int | None = None
    parts: int = 1
    service: str = ""
    language: str = ""

    def __repr__(self) -> str:
        """Returns which it is, whose and where it goes, and nothing of what it says."""
        return f"OutboundSms({self.id}, {self.channel!r}, {self.subscriber!r}, {self.lane.value!r})"

    @property
    def number(self) -> Msisdn:
        """Returns the number to send to, for a provider that needs one.

        Raises SendRejected where the subscriber is a token: no number may be made up from it.
        """
        if isinstance(self.subscriber, Msisdn):
            return self.subscriber
        raise SendRejected("no_number", self.subscriber.provider)


class Accepted(Record, frozen=True, kw_only=True):
    """The provider took the MT; `segments` and `cost` where it says so."""

    provider_ref: str
    segments: int | None = None
    cost: str = ""

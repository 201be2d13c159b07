"""MTs as rows: how one is written, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, false, func, literal_column, or_

from gateway.adapters.sql.many.new_rows import ManyNew
from gateway.adapters.sql.sealed_columns import OUTBOUND
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.ledger import Standing, standing_of
from gateway.domain.telecom.delivery import DeliveryStatus, moves_forward
from gateway.domain.telecom.identity import identity_from_stored
from gateway.domain.telecom.segments import parts_for_unicode, segment
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms, Purpose

_OWN = (
    "key_index",
    "msisdn_index",
    "msisdn_sealed",
    "text_sealed",
    "link_id",
    "in_reply_to",
    "resend_of",
    "service",
    "language",
    "parts",
    "unicode_parts",
)
_ALIKE = (
    "lane",
    "purpose",
    "channel",
    "topic",
    "sender",
    "institution",
    "valid_until",
    "template_id",
    "broadcast_id",
    "status",
    "due_at",
    "created_at",
    "changed_at",
)
_INSERT = ManyNew(outbound_sms, _OWN, _ALIKE)

#: Of the hash of a key that many share. Behind it they stand in the order of their members, as they
#: are stored: a hash of each would put each into another page of the index, wherever it is large.
_SHARED_BYTES = 8

#: The columns of the outbox, or of another name of it.
Columns = Any
LEFT = Standing.LEFT

#: What a `reader` reads, `attempts` being those begun before.
COLUMNS = (
    outbound_sms.c.id,
    outbound_sms.c.key_index,
    outbound_sms.c.channel,
    outbound_sms.c.msisdn_sealed,
    outbound_sms.c.text_sealed,
    outbound_sms.c.lane,
    outbound_sms.c.purpose,
    outbound_sms.c.topic,
    outbound_sms.c.sender,
    outbound_sms.c.link_id,
    outbound_sms.c.attempts,
    outbound_sms.c.created_at,
    outbound_sms.c.institution,
    outbound_sms.c.valid_until,
    outbound_sms.c.template_id,
    outbound_sms.c.resend_of,
    outbound_sms.c.parts,
    outbound_sms.c.service,
    outbound_sms.c.language,
)
_READ = len(COLUMNS)
#: A lane and a purpose by its word: to ask the kinds for it takes as long as to open a number.
_LANES: Mapping[str, Lane] = {each.value: each for each in Lane}
_PURPOSES: Mapping[str, Purpose] = {each.value: each for each in Purpose}


def has_status(*statuses: DeliveryStatus) -> ColumnElement[bool]:
    """Returns the condition that an MT has one of these.

    The words stand in the SQL itself: SQLite uses a partial index only where it sees them.
    """
    return or_(
        false(), *(outbound_sms.c.status == literal_column(f"'{each.value}'") for each in statuses)
    )


def has_left(mt: Columns) -> ColumnElement[int]:
    """Returns 1 for an MT that is paid for, as `standing_of` says it, else 0; `mt` are columns."""
    by_status = [each for each in DeliveryStatus if standing_of(each, taken=False) is LEFT]
    taken = [each for each in DeliveryStatus if standing_of(each, taken=True) is LEFT]
    return case(
        (mt.status.in_([each.value for each in by_status]), 1),
        (mt.status.in_([each.value for each in taken]) & mt.provider_ref.is_not(None), 1),
        else_=0,
    )


def segments_of(mt: Columns) -> ColumnElement[int]:
    """Returns the segments that the provider has counted, else those reckoned at acceptance."""
    return func.coalesce(mt.segments, mt.parts, 0)


def lower_than(status: DeliveryStatus) -> list[DeliveryStatus]:
    """Returns the states that may still become this one."""
    return [each for each in DeliveryStatus if moves_forward(each, status)]


def add(
    connection: Connection, keyring: Keyring, new: Iterable[NewSms], now: datetime
) -> list[int]:
    """Stores MTs as queued; returns the ids of those whose key is new, in the order given."""
    ids, own = list[int](), _own(keyring)
    for (lane, purpose, *alike), some in groupby(new, _alike):
        values = (lane.value, purpose.value, *alike, DeliveryStatus.QUEUED.value, now, now, now)
        ids += _INSERT(connection, values, [own(sms) for sms in some])
    return sorted(ids)


def reader(keyring: Keyring) -> Callable[[Row[*tuple[Any, ...]], int], OutboundSms]:
    """Returns what reads rows that begin with `COLUMNS`, each with the attempt it is read for.

    What it returns raises Refused, and ValueError, for a row that cannot be read.
    """
    number = OUTBOUND.opener(keyring, "msisdn_sealed")
    words = OUTBOUND.opener(keyring, "text_sealed")

    def read(row: Row[*tuple[Any, ...]], attempt: int) -> OutboundSms:
        (
            id_, key_index, channel, msisdn_sealed, text_sealed, lane, purpose, topic, sender,
            link_id, _, created_at, institution, valid_until, template_id, resend_of, parts,
            service, language,
        ) = row[:_READ]  # fmt: skip
        return OutboundSms(
            id=id_,
            channel=channel,
            subscriber=identity_from_stored(number(msisdn_sealed, key_index).decode()),
            text=words(text_sealed, key_index).decode(),
            lane=_LANES.get(lane) or Lane(lane),
            purpose=_PURPOSES.get(purpose) or Purpose(purpose),
            topic=topic,
            sender=sender,
            link_id=link_id,
            attempt=attempt,
            created_at=created_at,
            institution=institution,
            valid_until=valid_until,
            template_id=template_id,
            resend_of=resend_of,
            parts=parts,
            service=service,
            language=language,
        )

    return read


def _alike(sms: NewSms) -> tuple[Any, ...]:
    """Returns what MTs that stand together mostly share, as far as they say it: see `_ALIKE`."""
    return (
        sms.lane,
        sms.purpose,
        sms.channel,
        sms.topic,
        sms.sender,
        sms.institution,
        sms.valid_until,
        sms.template_id,
        sms.broadcast_id,
    )


def _own(keyring: Keyring) -> Callable[[NewSms], tuple[Any, ...]]:
    """Returns what tells the values of `_OWN`; each text is counted once."""
    number = OUTBOUND.sealer(keyring, "msisdn_sealed")
    words = OUTBOUND.sealer(keyring, "text_sealed")
    counted = dict[str, tuple[int, int | None]]()
    shared = dict[str, bytes]()

    def values(sms: NewSms) -> tuple[Any, ...]:
        # The key may hold a number: only its hash is kept.
        if not sms.member:
            key = keyring.index("outbound key", sms.key)
        else:
            head = shared.get(sms.key)
            if head is None:
                head = shared[sms.key] = keyring.index("outbound key", sms.key)[:_SHARED_BYTES]
            key = head + sms.member
        stored, text = sms.subscriber.as_stored, sms.text
        parts = counted.get(text)
        if parts is None:
            cut = segment(text)
            parts = counted[text] = len(cut.parts), parts_for_unicode(text, cut)
        return (
            key,
            keyring.index_of(sms.subscriber),
            number(stored, key),
            words(text, key),
            sms.link_id,
            sms.in_reply_to,
            sms.resend_of,
            sms.service,
            sms.language,
            *parts,
        )

    return values

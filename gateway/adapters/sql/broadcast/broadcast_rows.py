"""Broadcasts as rows: how one is written, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.adapters.sql.sealed_columns import BROADCASTS
from gateway.adapters.sql.told.kept_sentences import kept, told
from gateway.adapters.system.keyring import Keyring
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.outcomes import Outcome, Part
from gateway.domain.broadcast.states import State
from gateway.domain.money.money import Money
from gateway.domain.telecom.sms import Lane


def to_row(keyring: Keyring, new: NewBroadcast, now: datetime) -> dict[str, object]:
    """Returns the row of a draft."""
    key = {"key_index": keyring.index("broadcast", new.key)}
    texts = json.dumps(dict(new.texts), ensure_ascii=False)
    return {
        **key,
        "institution": new.institution,
        "topic": new.topic,
        "title": new.title,
        "lane": new.lane.value,
        "channel": new.channel,
        "audience": _written(new.audience),
        "texts_sealed": BROADCASTS.seal(keyring, "texts_sealed", key, texts),
        "fallback": new.fallback,
        "per_minute": new.per_minute,
        "service_code": new.service_code,
        "valid_until": new.valid_until,
        "state": State.DRAFT.value,
        "created_by": new.created_by,
        "created_at": now,
        "changed_at": now,
        "held": False,
    }


def to_broadcast(keyring: Keyring, row: Mapping[Any, Any]) -> Broadcast:
    """Returns the broadcast of a row; raises Refused when no key opens its texts."""
    return Broadcast(
        id=row["id"],
        key=row["key_index"],
        institution=row["institution"],
        topic=row["topic"],
        title=row["title"],
        audience=_read(row["audience"]),
        texts=json.loads(BROADCASTS.open_text(keyring, "texts_sealed", row)),
        fallback=row["fallback"],
        lane=Lane(row["lane"]),
        channel=row["channel"],
        per_minute=row["per_minute"],
        service_code=row["service_code"],
        valid_until=row["valid_until"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        state=State(row["state"]),
        why=_why(row["why"], row["why_kept"]),
        checking_since=row["checking_since"],
        changed_at=row["changed_at"],
        version=row["version"],
        estimate=json.loads(row["estimate"] or "{}"),
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
        start_at=row["start_at"],
        cursor=row["cursor"],
        filled=row["filled"],
        left_out=json.loads(row["left_out"] or "{}"),
        next_at=row["next_at"],
        held=row["held"],
        filled_at=row["filled_at"],
        list_rows=row["list_rows"],
        closed_at=row["closed_at"],
        report=_report(row["report"]),
        emergency_by=row["emergency_by"],
        emergency_at=row["emergency_at"],
    )


def changes_of(broadcast: Broadcast, now: datetime) -> dict[str, object]:
    """Returns the columns that may change after a broadcast was drafted."""
    return {
        "state": broadcast.state.value,
        "why": broadcast.why,
        "why_kept": json.dumps(sentence) if (sentence := kept(broadcast.why)) else "",
        "checking_since": broadcast.checking_since,
        "lane": broadcast.lane.value,
        "changed_at": now,
        "estimate": json.dumps(broadcast.estimate, ensure_ascii=False)
        if broadcast.estimate
        else "",
        "approved_by": broadcast.approved_by,
        "approved_at": broadcast.approved_at,
        "start_at": broadcast.start_at,
        "next_at": broadcast.next_at,
        "held": broadcast.held,
        "closed_at": broadcast.closed_at,
        "emergency_by": broadcast.emergency_by,
        "emergency_at": broadcast.emergency_at,
    }


def to_report(parts: Sequence[Part]) -> str:
    """Returns what came of a broadcast, as it is kept."""
    return json.dumps([
        [part.language, part.channel, part.outcome.value, part.number, part.segments,
         str(part.cost) if part.cost else ""]
        for part in parts
    ])  # fmt: skip


def _why(text: str, sentence: str) -> str:
    """Returns why it is as it is; the plain text where a process of the version before wrote it."""
    again = told(text, json.loads(sentence) if sentence else None)
    return again if again == text else text


def _report(written: str) -> tuple[Part, ...] | None:
    if not written:
        return None
    return tuple(
        Part(
            language=language,
            channel=channel,
            outcome=Outcome(outcome),
            number=number,
            segments=segments,
            cost=Money.parse(cost) if cost else None,
        )
        for language, channel, outcome, number, segments, cost in json.loads(written)
    )


def _written(audience: Audience) -> str:
    return json.dumps(
        {
            "source": audience.source.value,
            "topic": audience.topic,
            "districts": list(audience.districts),
            "languages": list(audience.languages),
        },
        ensure_ascii=False,
    )


def _read(written: str) -> Audience:
    plain = json.loads(written)
    return Audience(
        source=Source(plain["source"]),
        topic=plain["topic"],
        districts=tuple(plain["districts"]),
        languages=tuple(plain["languages"]),
    )

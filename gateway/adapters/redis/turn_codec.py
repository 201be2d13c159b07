"""A kept turn and a turn's record as compact JSON, the form in which session stores hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from gateway.domain.dialogue.session import NOTHING_SEEN, Offer, Seen, Session, StoredTurn
from gateway.use_cases.ports import TurnRecord

# One encoder for all: json.dumps with options builds a new one on every call. `dict` turns the
# read-only mappings a release may hand out into what JSON knows; nothing here holds itself.
_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=dict, check_circular=False
).encode

# Without the look for spaces around, and for another encoding than ours.
_read = json.JSONDecoder().raw_decode

#: Of a turn that was written without them.
_LACKING: tuple[Any, ...] = ("", "", "", None, False, None)


def encode(kept: StoredTurn) -> bytes:
    """Returns the turn as JSON."""
    plain: list[object] = [
        kept.session.to_plain(),
        kept.reply_text,
        kept.reply_ends,
        kept.seen_length,
        kept.seen_hash,
        kept.origin,
        kept.caller,
        kept.channel,
        None if kept.offer is None else asdict(kept.offer),
        kept.spared,
        kept.seen,
    ]
    return _encode(plain).encode()


def decode(stored: bytes) -> StoredTurn:
    """Returns the turn that `encode` wrote.

    Raises ValueError or TypeError for what a gateway of another version wrote.
    """
    plain, reply_text, reply_ends, seen_length, seen_hash, *more = _read(stored.decode())[0]
    # What an older gateway wrote lacks the last ones.
    others: list[Any] = [*more, *_LACKING[len(more) :]]
    origin, caller, channel, asked, spared, seen = others
    return StoredTurn(
        session=Session.from_plain(plain),
        reply_text=reply_text,
        reply_ends=reply_ends,
        seen_length=seen_length,
        seen_hash=seen_hash,
        offer=Offer(**asked) if asked else None,
        origin=origin,
        caller=caller,
        channel=channel,
        spared=spared,
        seen=_seen(*seen) if seen else NOTHING_SEEN,
    )


def _seen(
    last: str,
    earlier: Sequence[str],
    folded: Sequence[Any],
    newest_only: bool,
    odd: int,
    answers: int,
) -> Seen:
    length, hashed = folded
    return Seen(last, tuple(earlier), (length, hashed), newest_only, odd, answers)


def encode_record(record: TurnRecord) -> bytes:
    """Returns a turn's record as JSON; it holds nothing of the citizen's."""
    return _encode(
        [
            record.at.timestamp(),
            record.channel,
            record.service,
            record.screen,
            record.event,
            record.language,
            record.milliseconds,
            record.network_code,
            record.institution,
        ]
    ).encode()


def decode_record(stored: bytes) -> TurnRecord:
    """Returns the record that `encode_record` wrote; raises ValueError or TypeError otherwise."""
    at, channel, service, screen, event, language, milliseconds, network_code, *more = json.loads(
        stored
    )
    [institution] = more or [""]  # 0.1.0 wrote none
    return TurnRecord(
        at=datetime.fromtimestamp(at, UTC),
        channel=channel,
        service=service,
        screen=screen,
        event=event,
        language=language,
        milliseconds=milliseconds,
        network_code=network_code,
        institution=institution,
    )

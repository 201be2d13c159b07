"""The copy of an MT that is sent again."""

from __future__ import annotations

from datetime import datetime

from gateway.domain.telecom.sms import NewSms, OutboundSms

#: What a copy shares with its first, whatever an MT comes to have besides.
_SHARED = [
    name
    for name in NewSms.__struct_fields__
    if name in OutboundSms.__struct_fields__ and name not in ("valid_until", "resend_of")
]


def copy_of(sms: OutboundSms, number: int, ends_at: datetime) -> NewSms:
    """Returns the `number`th copy of an MT, from 1; it is wanted no longer than its first.

    Of each number there is one at most: its key says which it is.
    """
    return NewSms(
        **{name: getattr(sms, name) for name in _SHARED},
        key=key_of(sms.id, number),
        valid_until=ends_at,
        resend_of=sms.id,
    )


def key_of(sms_id: int, number: int) -> str:
    """Returns the key of a copy.

    >>> key_of(12, 1)
    'resend:12:1'
    """
    return f"resend:{sms_id}:{number}"

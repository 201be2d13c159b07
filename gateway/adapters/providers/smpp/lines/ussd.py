"""Sessions of USSD over SMPP: what tells them apart, and which step a message is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gateway.adapters.providers.smpp.settings import UssdSettings

if TYPE_CHECKING:
    from smpp34 import DeliverSm, Tlv

SERVICE_OP, SESSION_INFO, MESSAGE_REFERENCE = 0x0501, 0x1383, 0x0204

_TAGS: Mapping[str, int] = {
    "its_session_info": SESSION_INFO,
    "user_message_reference": MESSAGE_REFERENCE,
}

#: The last bit of `its_session_info` says that the session ends; the seven before it count.
_END = 0x01

_DIALLED = re.compile(r"\*[0-9]+(\*[^*#]+)*#", re.ASCII)


def session_of(ussd: UssdSettings, source: str, tlvs: Mapping[int, bytes]) -> str | None:
    """Returns the name of the session that a message belongs to; None where it is an SMS.

    With the caller's number in it: operators count sessions from 0 again and again.
    """
    if SERVICE_OP not in tlvs:
        return None
    told = tlvs.get(_TAGS.get(ussd.session, 0), b"")
    if ussd.session == "its_session_info":
        told = told[:1]  # the second octet counts the messages of the session
    return f"{source}-{told.hex()}"


def told_of_turn(
    ussd: UssdSettings, session: str, message: DeliverSm, text: str, reference: str
) -> tuple[str, Mapping[str, object]]:
    """Returns the webhook that a step of a session is told at, and what is told."""
    tlvs = {each.tag: each.value for each in message.tlvs}
    operation = tlvs[SERVICE_OP][-1] if tlvs[SERVICE_OP] else -1
    ended = ussd.session == "its_session_info" and bool(
        tlvs.get(SESSION_INFO, b"\0")[-1:] and tlvs.get(SESSION_INFO, b"\0")[-1] & _END
    )
    who = {"session": session, "from": message.source_addr, "reference": reference}
    if operation == ussd.aborts or (ended and operation != ussd.begins):
        return "ussd-end", who
    begins = operation == ussd.begins
    dialled = ""
    if begins:
        for told in (text.strip(), message.destination_addr):
            if _DIALLED.fullmatch(told):
                dialled = told
                break
    return "ussd", {
        **who,
        "begins": begins,
        "dialled": dialled,
        "text": "" if begins else text,
    }


def screen_of(ussd: UssdSettings, session: str, *, ends: bool) -> list[Tlv]:
    """Returns the parameters of a screen of a session."""
    import smpp34

    operation = ussd.ends if ends else ussd.asks
    tlvs = [smpp34.Tlv(SERVICE_OP, bytes([operation]))]
    told = bytes.fromhex(session.rpartition("-")[2])
    if ussd.session == "its_session_info":
        tlvs.append(smpp34.Tlv(SESSION_INFO, (told or b"\0") + bytes([_END if ends else 0])))
    elif told:
        tlvs.append(smpp34.Tlv(_TAGS[ussd.session], told))
    return tlvs

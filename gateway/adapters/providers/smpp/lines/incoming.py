"""What comes in on a line: SMS, receipts, and the steps of USSD sessions."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from gateway.adapters.providers.smpp import statuses
from gateway.adapters.providers.smpp.lines import letters, pdus
from gateway.adapters.providers.smpp.lines.joining import Addresses, Joining
from gateway.adapters.providers.smpp.lines.ussd import session_of, told_of_turn
from gateway.adapters.providers.smpp.receipts import receipt_in
from gateway.adapters.providers.smpp.settings import Settings

if TYPE_CHECKING:
    from smpp34 import DeliverSm

#: Tells the gateway of something: a route of its webhooks, and the fields. Returns whether it took
#: it: what it did not take the operator sends again.
Tell = Callable[[str, Mapping[str, object]], Awaitable[bool]]

#: The bit of `esm_class` that says that a header stands before the text.
HEADER = 0x40

#: What was taken so shortly before its bind was lost may come again, for so long.
_DOUBTFUL_SECONDS, _AGAIN_SECONDS = 10.0, 600.0
_MOST_KNOWN = 5_000

#: How often it is looked whether a long SMS has waited for its parts in vain.
_LOOK_SECONDS = 5.0


class Incoming:
    """Reads what an operator delivers, and tells the gateway of it.

    `lost_at` says when each bind was lost last, on the loop's clock.
    """

    def __init__(
        self, settings: Settings, tell: Tell, lost_at: Callable[[], Sequence[float]]
    ) -> None:
        self._settings, self._tell, self._lost_at = settings, tell, lost_at
        self._joining = Joining()
        self._known: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        # A queue is there as long as somebody holds it or stands in it.
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, message: DeliverSm) -> int:
        """Tells the gateway of a message; returns the status for the operator.

        What one person sends is told in its order.
        """
        queue = self._queues.setdefault(message.source_addr, asyncio.Lock())
        async with queue:
            taken = await self._told(message)
        return statuses.OK if taken else statuses.NOT_NOW

    async def _told(self, message: DeliverSm) -> bool:
        tlvs = {each.tag: each.value for each in message.tlvs}
        octets = message.short_message or tlvs.get(pdus.MESSAGE_PAYLOAD, b"")
        part = None
        if message.esm_class & HEADER:
            octets, part = letters.without_header(octets)
        text = letters.read(octets, message.data_coding, self._settings.alphabet)
        state = tlvs.get(pdus.MESSAGE_STATE, b"")
        receipted = tlvs.get(pdus.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0")
        receipt = receipt_in(
            message.esm_class,
            text,
            receipted.decode("ascii", "replace") or None,
            state[0] if state else None,
        )
        if receipt is not None:
            if not receipt.reference or not receipt.state:
                return True  # nobody can make out of what it tells
            return await self._tell("delivery", receipt._asdict())
        reference, came_before = self._reference(message)
        session = session_of(self._settings.ussd, message.source_addr, tlvs)
        if session is not None:
            route, told = told_of_turn(self._settings.ussd, session, message, text, reference)
            return await self._tell(route, told)
        part = part or _part_in(tlvs)
        if part is not None and part.total > 1:
            if came_before:
                return True  # it waits for the others, or they were told together
            who = Addresses(message.source_addr, message.destination_addr)
            whole = self._joining.add(who, part, text, asyncio.get_running_loop().time())
            if whole is None:
                return True
            text = whole
        return await self._tell(
            "sms", _mo(reference, message.source_addr, message.destination_addr, text)
        )

    def _reference(self, message: DeliverSm) -> tuple[str, bool]:
        """Returns a name for what came, and whether it came before, as its bind was lost.

        An operator that has not seen our answer sends a message again, under another sequence
        number. SMPP has no name of its own for it.
        """
        now = asyncio.get_running_loop().time()
        body = message.encode()[16:]
        digest = hashlib.sha256(body).digest()
        known = self._known.pop(digest, None)
        if known is not None and now - known[1] < _AGAIN_SECONDS and self._doubtful(known[1]):
            return known[0], True
        reference = secrets.token_hex(12)
        self._known[digest] = (reference, now)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return reference, False

    def _doubtful(self, taken_at: float) -> bool:
        return any(at - _DOUBTFUL_SECONDS <= taken_at <= at for at in self._lost_at())

    async def tell_overdue(self) -> None:
        """Tells of long SMS whose parts do not all come, until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for late in self._joining.overdue(asyncio.get_running_loop().time()):
                await self._tell("sms", _mo(secrets.token_hex(12), *late.who, late.text))


def _mo(reference: str, source: str, to: str, text: str) -> Mapping[str, object]:
    return {"reference": reference, "from": source, "to": to, "text": text}


def _part_in(tlvs: Mapping[int, bytes]) -> letters.Part | None:
    """Returns which part of a text it is, where parameters say so."""
    reference, total, place = (
        tlvs.get(tag, b"") for tag in (pdus.SAR_REFERENCE, pdus.SAR_TOTAL, pdus.SAR_PLACE)
    )
    if len(total) != 1 or len(place) != 1 or not 1 <= place[0] <= total[0]:
        return None
    return letters.Part(reference=int.from_bytes(reference, "big"), total=total[0], place=place[0])

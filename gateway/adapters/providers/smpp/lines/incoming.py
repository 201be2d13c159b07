"""What comes in on a line: SMS, receipts, and the steps of USSD sessions."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from gateway.adapters.providers.smpp.lines import letters, pdus
from gateway.adapters.providers.smpp.lines.joining import Addresses, Joining, Whole
from gateway.adapters.providers.smpp.lines.kept_parts import KeptParts
from gateway.adapters.providers.smpp.lines.ussd import session_of, told_of_turn
from gateway.adapters.providers.smpp.receipts import receipt_in
from gateway.adapters.providers.smpp.settings import Settings

if TYPE_CHECKING:
    from smpp34 import DeliverSm

log = logging.getLogger(__name__)

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

    `lost_at` says when each bind was lost last, on the loop's clock. Parts of long SMS wait in
    `kept`.
    """

    def __init__(
        self,
        settings: Settings,
        tell: Tell,
        lost_at: Callable[[], Sequence[float]],
        kept: KeptParts | None = None,
    ) -> None:
        self._settings, self._tell, self._lost_at = settings, tell, lost_at
        self._joining = Joining(kept, asyncio.get_running_loop().time())
        self._known: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        # A queue is there as long as somebody holds it or stands in it.
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def take(self, message: DeliverSm) -> Awaitable[bool]:
        """Tells the gateway of a message; returns what will say whether it was stored.

        What one person sends is told in its order. A receipt waits for nobody: it is its network's.
        """
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
        if receipt is None:
            return self._in_order(message, tlvs, part, text)
        if not receipt.reference or not receipt.state:
            return _taken()  # nobody can make out of what it tells
        return self._tell("delivery", receipt._asdict())

    async def _in_order(
        self,
        message: DeliverSm,
        tlvs: Mapping[int, bytes],
        part: letters.Part | None,
        text: str,
    ) -> bool:
        queue = self._queues.setdefault(message.source_addr, asyncio.Lock())
        async with queue:
            return await self._told(message, tlvs, part, text)

    async def _told(
        self,
        message: DeliverSm,
        tlvs: Mapping[int, bytes],
        part: letters.Part | None,
        text: str,
    ) -> bool:
        reference = self._reference(message)
        session = session_of(self._settings.ussd, message.source_addr, tlvs)
        if session is not None:
            route, told = told_of_turn(self._settings.ussd, session, message, text, reference)
            return await self._tell(route, told)
        part = part or _part_in(tlvs)
        if part is not None and part.total > 1:
            return await self._part_told(message, part, text)
        return await self._tell(
            "sms", _mo(reference, message.source_addr, message.destination_addr, text)
        )

    async def _part_told(self, message: DeliverSm, part: letters.Part, text: str) -> bool:
        """Returns whether a part is kept, and its SMS told if that is whole now."""
        who = Addresses(message.source_addr, message.destination_addr)
        now = asyncio.get_running_loop().time()
        try:
            # In a thread: the loop holds all other lines, and a disk may take its time.
            whole = await asyncio.to_thread(self._joining.add, who, part, text, now)
        except OSError as error:
            log.error("A part of a long SMS cannot be kept: %s.", error.strerror)
            return False
        return whole is None or await self._whole_told(whole)

    async def _whole_told(self, whole: Whole) -> bool:
        """Returns whether a long SMS was taken; if not, it is told again."""
        if not await self._tell("sms", _mo(whole.name, *whole.who, whole.text)):
            return False
        now = asyncio.get_running_loop().time()
        try:
            await asyncio.to_thread(self._joining.taken, whole, now)
        except OSError as error:  # told again after a restart, it is known by its name
            log.error("A long SMS was told, and that cannot be noted: %s.", error.strerror)
        return True

    def _reference(self, message: DeliverSm) -> str:
        """Returns a name for what came: the one it had, where it comes again as its bind was lost.

        An operator that has not seen our answer sends a message again, under another sequence
        number. SMPP has no name of its own for it.
        """
        now = asyncio.get_running_loop().time()
        body = message.encode()[16:]
        digest = hashlib.sha256(body).digest()
        known = self._known.pop(digest, None)
        if known is not None and now - known[1] < _AGAIN_SECONDS and self._doubtful(known[1]):
            return known[0]
        reference = secrets.token_hex(12)
        self._known[digest] = (reference, now)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return reference

    def _doubtful(self, taken_at: float) -> bool:
        return any(at - _DOUBTFUL_SECONDS <= taken_at <= at for at in self._lost_at())

    async def tell_overdue(self) -> None:
        """Tells of long SMS whose parts do not all come, until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = asyncio.get_running_loop().time()
            for late in await asyncio.to_thread(self._joining.overdue, now):
                await self._whole_told(late)


async def _taken() -> bool:
    return True


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

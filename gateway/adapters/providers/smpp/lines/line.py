"""One channel over SMPP: its binds, and what goes out on them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gateway.adapters.providers.smpp import statuses
from gateway.adapters.providers.smpp.lines import letters, pdus
from gateway.adapters.providers.smpp.lines.incoming import HEADER, Incoming, Tell
from gateway.adapters.providers.smpp.lines.kept_parts import KeptParts
from gateway.adapters.providers.smpp.lines.session import FIRST_PAUSE, Bind
from gateway.adapters.providers.smpp.lines.ussd import screen_of
from gateway.adapters.providers.smpp.receipts import as_in_receipts
from gateway.adapters.providers.smpp.settings import Settings
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, Throttled

if TYPE_CHECKING:
    from smpp34 import Tlv

_RECEIPT_WANTED = 1
#: Parts behind the first are tried again where the operator says "too fast": half a text is worse.
_TRIES, _PAUSE = 5, 1.0


class Line:
    """The binds of a channel, for as long as `run` is not cancelled."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        tell: Tell,
        kept: KeptParts | None = None,
        *,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._settings = settings
        self._incoming = Incoming(
            settings, tell, lambda: [bind.lost_at for bind in self.binds], kept
        )
        self.binds = [
            Bind(f"{name}/{number}", settings, self._incoming.take, first_pause=first_pause)
            for number in range(1, settings.binds + 1)
        ]
        self._turns = itertools.cycle(range(len(self.binds)))
        self._references = itertools.count(secrets.randbelow(256))

    async def run(self) -> None:
        """Holds the binds, and tells of long SMS whose parts do not all come."""
        async with asyncio.TaskGroup() as group:
            for bind in self.binds:
                group.create_task(bind.run())
            group.create_task(self._incoming.tell_overdue())

    async def unbind(self) -> None:
        """Says good-bye on every bind."""
        await asyncio.gather(*(bind.unbind() for bind in self.binds))

    async def send(self, asked: Mapping[str, Any]) -> Mapping[str, object]:
        """Sends a text; returns its reference, and how many segments it took. Raises SendFailed.

        A receipt is asked for of the last segment: when that has arrived, so have those before it,
        since an operator sends them in their order.
        """
        text = letters.coded(str(asked["text"]), self._settings.alphabet)
        bind = self._bind()
        parts = self._parts(text)
        message_id = ""
        for place, (octets, header, tlvs) in enumerate(parts):
            fields = {
                **self._addresses(str(asked["from"]), str(asked["to"])),
                "short_message": header + octets,
                "service_type": self._settings.service_type,
                "esm_class": HEADER if header else 0,
                "data_coding": text.data_coding,
                "registered_delivery": _RECEIPT_WANTED if place == len(parts) - 1 else 0,
                "validity_period": str(asked.get("validity", "")),
                "tlvs": tlvs,
            }
            message_id = await self._submitted(bind, fields, is_first=not place)
        reference = as_in_receipts(message_id, self._settings.receipt_ids)
        if not reference:
            raise OutcomeUnknown("answer_unreadable")
        return {"reference": reference, "segments": len(text.parts)}

    async def show(self, asked: Mapping[str, Any]) -> Mapping[str, object]:
        """Sends a screen within its time; raises SendFailed."""
        settings = self._settings
        text = letters.coded(str(asked["text"]), settings.alphabet)
        tlvs = screen_of(settings.ussd, str(asked["session"]), ends=bool(asked["ends"]))
        fields = {
            **self._addresses(settings.address or settings.service_code or "", str(asked["to"])),
            "short_message": b"".join(text.parts),  # a page is never longer than one message
            "service_type": settings.ussd.service_type,
            "data_coding": text.data_coding,
            "tlvs": tlvs,
        }
        try:
            async with asyncio.timeout(float(asked["within"])):
                await self._submitted(self._bind(), fields, is_first=True)
        except TimeoutError:
            raise OutcomeUnknown("answer_timeout") from None
        return {"taken": True}

    def state(self) -> Sequence[bool]:
        """Returns of each bind whether it is up."""
        return [bind.bound for bind in self.binds]

    async def _submitted(self, bind: Bind, fields: Mapping[str, Any], *, is_first: bool) -> str:
        """Returns the id of a message that was taken; raises SendFailed."""
        import smpp34

        message = smpp34.SubmitSm(**fields)
        for tries in range(1, _TRIES + 1):
            try:
                answer = await bind.submit(message)
            except SendFailed:
                if is_first:
                    raise
                raise OutcomeUnknown("taken_in_part") from None
            if answer.status == statuses.OK:
                return answer.message_id
            failure = statuses.failure_for(answer.status)
            if is_first:
                raise failure
            if not isinstance(failure, Throttled) or tries == _TRIES:
                break
            await asyncio.sleep(_PAUSE)
        raise OutcomeUnknown("taken_in_part", failure.detail)

    def _bind(self) -> Bind:
        """Returns the next bind that is up; any where none is."""
        first = next(self._turns)
        in_turn = self.binds[first:] + self.binds[:first]
        return next((bind for bind in in_turn if bind.bound), in_turn[0])

    def _parts(self, text: letters.Coded) -> Sequence[tuple[bytes, bytes, list[Tlv]]]:
        """Returns of each message its octets, its header and its parameters."""
        import smpp34

        total = len(text.parts)
        if total == 1:
            return [(text.parts[0], b"", [])]
        if self._settings.long_texts == "payload":
            payload = smpp34.Tlv(pdus.MESSAGE_PAYLOAD, b"".join(text.parts))
            return [(b"", b"", [payload])]
        reference = next(self._references) & 0xFF
        parts: list[tuple[bytes, bytes, list[Tlv]]] = []
        for place, octets in enumerate(text.parts, 1):
            part = letters.Part(reference=reference, total=total, place=place)
            if self._settings.long_texts == "udh":
                parts.append((octets, letters.header_of(part), []))
                continue
            tlvs = [
                smpp34.Tlv(pdus.SAR_REFERENCE, reference.to_bytes(2, "big")),
                smpp34.Tlv(pdus.SAR_TOTAL, bytes([total])),
                smpp34.Tlv(pdus.SAR_PLACE, bytes([place])),
            ]
            parts.append((octets, b"", tlvs))
        return parts

    def _addresses(self, sender: str, to: str) -> Mapping[str, object]:
        ton, npi = _kind_of(sender)
        settings = self._settings
        return {
            "source_addr": sender.lstrip("+"),
            "source_addr_ton": ton if settings.source_ton is None else settings.source_ton,
            "source_addr_npi": npi if settings.source_npi is None else settings.source_npi,
            "destination_addr": to.lstrip("+"),
            "dest_addr_ton": 1,
            "dest_addr_npi": 1,
        }


def _kind_of(sender: str) -> tuple[int, int]:
    """Returns type and plan of an address: a number, a short code, or a name."""
    if sender.startswith("+"):
        return 1, 1
    return (0, 0) if sender.isdigit() else (5, 0)

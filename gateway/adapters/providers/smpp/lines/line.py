"""One channel over SMPP: its binds, and what goes out on them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.adapters.providers.smpp import statuses
from gateway.adapters.providers.smpp.lines import letters, pdus
from gateway.adapters.providers.smpp.lines.exchanges import Taken
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


class _Text(NamedTuple):
    """A text as it goes out: the bodies of its messages, and how many segments it takes."""

    bodies: Sequence[bytes]
    segments: int


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
        """Sends a text; returns its reference, and how many segments it took. Raises SendFailed."""
        (told,) = await self.send_all([asked])
        if isinstance(told, SendFailed):
            raise told
        return told

    async def send_all(
        self, asked: Sequence[Mapping[str, Any]]
    ) -> Sequence[Mapping[str, object] | SendFailed]:
        """Sends texts side by side on one bind; returns of each what `send` does, or its failure.

        A receipt is asked for of the last segment: when that has arrived, so have those before it,
        since an operator sends them in their order. Raises ValueError, KeyError and TypeError for
        what cannot be read, before anything is sent.
        """
        bind, texts = self._bind(), [self._text(each) for each in asked]
        in_parts = {
            place: asyncio.create_task(self._in_parts(bind, text.bodies))
            for place, text in enumerate(texts)
            if len(text.bodies) > 1
        }
        whole = [place for place in range(len(texts)) if place not in in_parts]
        answers = dict(
            zip(whole, await bind.submit([texts[at].bodies[0] for at in whole]), strict=True)
        )
        for place, task in in_parts.items():
            answers[place] = await task
        return [self._told(text, answers[place]) for place, text in enumerate(texts)]

    async def show(self, asked: Mapping[str, Any]) -> Mapping[str, object]:
        """Sends a screen within its time; raises SendFailed."""
        settings = self._settings
        text = letters.coded(str(asked["text"]), settings.alphabet)
        tlvs = screen_of(settings.ussd, str(asked["session"]), ends=bool(asked["ends"]))
        body = _body(
            **self._addresses(settings.address or settings.service_code or "", str(asked["to"])),
            short_message=b"".join(text.parts),  # a page is never longer than one message
            service_type=settings.ussd.service_type,
            data_coding=text.data_coding,
            tlvs=tlvs,
        )
        try:
            async with asyncio.timeout(float(asked["within"])):
                (answer,) = await self._bind().submit([body])
        except TimeoutError:
            raise OutcomeUnknown("answer_timeout") from None
        _id_in(answer)
        return {"taken": True}

    def state(self) -> Sequence[bool]:
        """Returns of each bind whether it is up."""
        return [bind.bound for bind in self.binds]

    def _text(self, asked: Mapping[str, Any]) -> _Text:
        text = letters.coded(str(asked["text"]), self._settings.alphabet)
        parts = self._parts(text)
        fields = {
            **self._addresses(str(asked["from"]), str(asked["to"])),
            "service_type": self._settings.service_type,
            "data_coding": text.data_coding,
            "validity_period": str(asked.get("validity", "")),
        }
        bodies = [
            _body(
                **fields,
                short_message=header + octets,
                esm_class=HEADER if header else 0,
                registered_delivery=_RECEIPT_WANTED if place == len(parts) else 0,
                tlvs=tlvs,
            )
            for place, (octets, header, tlvs) in enumerate(parts, 1)
        ]
        return _Text(bodies, len(text.parts))

    def _told(self, text: _Text, answer: Taken | SendFailed) -> Mapping[str, object] | SendFailed:
        try:
            reference = as_in_receipts(_id_in(answer), self._settings.receipt_ids)
        except SendFailed as failure:
            return failure
        if not reference:
            return OutcomeUnknown("answer_unreadable")
        return {"reference": reference, "segments": text.segments}

    async def _in_parts(self, bind: Bind, bodies: Sequence[bytes]) -> Taken | SendFailed:
        """Returns the answer to the last part, or what one before it came to."""
        for place, body in enumerate(bodies):
            for tries in range(1, _TRIES + 1):
                (answer,) = await bind.submit([body])
                failure = _failure_of(answer)
                if failure is None:
                    break
                if not place:
                    return failure
                if isinstance(answer, SendFailed):
                    return OutcomeUnknown("taken_in_part")
                if not isinstance(failure, Throttled) or tries == _TRIES:
                    return OutcomeUnknown("taken_in_part", failure.detail)
                await asyncio.sleep(_PAUSE)
        return answer

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


def _body(**fields: Any) -> bytes:
    """Returns the body of a message."""
    import smpp34

    return smpp34.SubmitSm(**fields).encode()[pdus.HEAD.size :]


def _failure_of(answer: Taken | SendFailed) -> SendFailed | None:
    if isinstance(answer, SendFailed):
        return answer
    return None if answer.status == statuses.OK else statuses.failure_for(answer.status)


def _id_in(answer: Taken | SendFailed) -> str:
    """Returns the id of a message that was taken; raises SendFailed."""
    if isinstance(answer, SendFailed):
        raise answer
    if answer.status != statuses.OK:
        raise statuses.failure_for(answer.status)
    return answer.message_id


def _kind_of(sender: str) -> tuple[int, int]:
    """Returns type and plan of an address: a number, a short code, or a name."""
    if sender.startswith("+"):
        return 1, 1
    return (0, 0) if sender.isdigit() else (5, 0)

"""A line to the SMS centre of smpp34, whose session is none of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import smpp34

from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from tests.apart import apart
from tests.providers.smpp.smsc import Told, centre, line_to, until

CALLER = "254711000001"
ASKED = {"to": "+254711000001", "from": "20880", "text": "Umefaulu: 385 €"}


def test_an_sms_goes_out_with_its_addresses_and_asks_for_a_receipt() -> None:
    async def go() -> None:
        async with centre() as smsc, line_to(smsc.port, Told()) as line:
            await until(lambda: all(line.state()))
            asked = {**ASKED, "validity": "260105120000000+"}
            answer = await line.send(asked)
            (sms,) = smsc.taken
            assert {"reference": "1", "segments": 1} == answer
            assert ("20880", 0, 0) == (sms.source_addr, sms.source_addr_ton, sms.source_addr_npi)
            assert (CALLER, 1, 1) == (sms.destination_addr, sms.dest_addr_ton, sms.dest_addr_npi)
            assert (0, 0, 1) == (sms.esm_class, sms.data_coding, sms.registered_delivery)
            assert b"Umefaulu: 385 \x1be" == sms.short_message

    apart(asyncio.run)(go())


@pytest.mark.parametrize(
    ("sender", "ton", "npi"), [("+254700000999", 1, 1), ("KENGOV", 5, 0), ("20880", 0, 0)]
)
def test_the_kind_of_a_sender_is_found_out(sender: str, ton: int, npi: int) -> None:
    async def go() -> None:
        async with centre() as smsc, line_to(smsc.port, Told()) as line:
            await until(lambda: all(line.state()))
            await line.send({**ASKED, "from": sender})
            (sms,) = smsc.taken
            assert (sender.lstrip("+"), ton, npi) == (
                sms.source_addr, sms.source_addr_ton, sms.source_addr_npi,
            )  # fmt: skip

    apart(asyncio.run)(go())


@pytest.mark.parametrize("text", ["Maji " * 70, "የውሃ አገልግሎት " * 13])
@pytest.mark.parametrize("way", ["udh", "sar", "payload"])
def test_a_long_text_arrives_as_it_was_sent(text: str, way: str) -> None:
    async def go() -> None:
        told = Told()
        async with centre() as smsc, line_to(smsc.port, told, long_texts=way) as line:
            await until(lambda: all(line.state()))
            answer = await line.send({**ASKED, "text": text})
            assert answer["segments"] == 3
            assert f"{len(smsc.taken):X}" == answer["reference"]
            assert [0] * (len(smsc.taken) - 1) + [1] == [
                sms.registered_delivery for sms in smsc.taken
            ]
            for sms in reversed(smsc.taken):  # in any order
                status = await smsc.deliver(
                    sms.short_message,
                    esm_class=sms.esm_class, data_coding=sms.data_coding, tlvs=sms.tlvs,
                )  # fmt: skip
                assert 0 == status
            ((route, fields),) = await told.of(1)
            assert ("sms", text, CALLER, "20880") == (
                route, fields["text"], fields["from"], fields["to"],
            )  # fmt: skip

    apart(asyncio.run)(go())


@pytest.mark.parametrize(
    ("statuses", "failure", "code"),
    [
        ([0x58], Throttled, "throttled"),
        ([0x14], Throttled, "queue_full"),
        ([0x0B], SendRejected, "number_unreachable"),
        ([0x0A], ChannelMisconfigured, "sender_id_refused"),
        ([0x08], ProviderUnavailable, "provider_error"),
        ([0x45], ProviderUnavailable, "provider_error"),
        ([0x400], ProviderUnavailable, "provider_error"),
    ],
)
def test_a_refusal_is_told_by_its_kind(
    statuses: list[int], failure: type[SendFailed], code: str
) -> None:
    async def go() -> None:
        async with centre() as smsc, line_to(smsc.port, Told()) as line:
            await until(lambda: all(line.state()))
            smsc.statuses = statuses
            with pytest.raises(SendFailed) as caught:
                await line.send(ASKED)
            assert (failure, code) == (type(caught.value), caught.value.code)

    apart(asyncio.run)(go())


def test_too_fast_within_a_long_text_is_waited_for_and_half_a_text_is_never_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def go() -> None:
        async with centre() as smsc, line_to(smsc.port, Told()) as line:
            await until(lambda: all(line.state()))
            smsc.statuses = [0, 0x58, 0x58]
            answer = await line.send({**ASKED, "text": "Maji " * 70})
            assert (3, 5) == (answer["segments"], len(smsc.taken))
            smsc.statuses = [0, 0x0B]
            with pytest.raises(OutcomeUnknown) as caught:
                await line.send({**ASKED, "text": "Maji " * 70})
            assert "taken_in_part" == caught.value.code

    monkeypatch.setattr("gateway.adapters.providers.smpp.lines.line._PAUSE", 0.01)
    apart(asyncio.run)(go())


def test_an_sms_is_answered_when_it_is_stored_and_comes_again_when_it_is_not() -> None:
    async def go() -> None:
        told = Told(takes=False)
        async with centre() as smsc, line_to(smsc.port, told) as line:
            await until(lambda: all(line.state()) and bool(smsc.bound))
            assert 0x64 == await smsc.deliver(b"RESULT 10231456")
            told.takes = True
            assert 0 == await smsc.deliver(b"RESULT 10231456")
            assert 0 == await smsc.deliver(b"RESULT 10231456")  # once more, as people do
            references = {fields["reference"] for _, fields in await told.of(3)}
            assert 3 == len(references)

    apart(asyncio.run)(go())


IN_TEXT = (
    b"id:1A2B sub:001 dlvrd:001 submit date:2611291200 done date:2611291201 stat:DELIVRD err:000 "
    b"text:id:9 stat:UNDELIV"
)
UNMARKED = (
    b"id:00000042 sub:1 dlvrd:0 submit date:261129120000 done date:261129120100 stat:EXPIRED "
    b"err:1F text:"
)


@pytest.mark.parametrize(
    ("octets", "fields", "expected"),
    [
        (IN_TEXT, {"esm_class": 4}, ("1A2B", "DELIVRD", "000")),
        (
            b"",
            {"esm_class": 4, "tlvs": [(0x001E, b"77\0"), (0x0427, b"\x05")]},
            ("77", "UNDELIV", ""),
        ),
        (UNMARKED, {}, ("00000042", "EXPIRED", "1F")),
        (b"ID:5-6-7 STAT:REJECTD", {"esm_class": 4}, ("5-6-7", "REJECTD", "")),
    ],
    ids=["in text", "in parameters", "unmarked", "short"],
)
def test_a_receipt_is_told_in_whatever_shape_it_comes(
    octets: bytes, fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    async def go() -> None:
        told = Told()
        async with centre() as smsc, line_to(smsc.port, told) as line:
            await until(lambda: all(line.state()) and bool(smsc.bound))
            given = dict(fields)
            if "tlvs" in given:
                given["tlvs"] = [smpp34.Tlv(tag, value) for tag, value in given["tlvs"]]
            assert 0 == await smsc.deliver(octets, **given)
            ((route, report),) = await told.of(1)
            assert ("delivery", *expected) == (route, *report.values())

    apart(asyncio.run)(go())


def test_a_session_of_ussd_goes_from_a_dial_to_its_last_screen() -> None:
    def step(operation: int, info: bytes) -> dict[str, Any]:
        return {
            "service_type": "USSD",
            "tlvs": [smpp34.Tlv(0x0501, bytes([operation])), smpp34.Tlv(0x1383, info)],
        }

    async def go() -> None:
        told = Told()
        async with centre() as smsc, line_to(smsc.port, told, service_code="*384#") as line:
            await until(lambda: all(line.state()) and bool(smsc.bound))
            assert 0 == await smsc.deliver(b"*384*31#", **step(1, b"\x07\x00"))
            session = (await told.of(1))[0][1]["session"]
            screen = {"session": session, "to": CALLER, "within": 5.0}
            await line.show({**screen, "text": "Year?", "ends": False})
            assert 0 == await smsc.deliver(b"2026", **step(18, b"\x07\x02"))
            await line.show({**screen, "text": "Asante", "ends": True})
            assert 0 == await smsc.deliver(b"", **step(81, b"\x07\x05"))
            begun, answered, ended = await told.of(3)

            assert (f"{CALLER}-07", True, "*384*31#", "") == tuple(
                begun[1][name] for name in ("session", "begins", "dialled", "text")
            )
            assert (session, False, "2026") == tuple(
                answered[1][name] for name in ("session", "begins", "text")
            )
            assert ("ussd-end", session) == (ended[0], ended[1]["session"])
            asks, ends = ({tlv.tag: tlv.value for tlv in screen.tlvs} for screen in smsc.taken)
            assert {0x0501: b"\x02", 0x1383: b"\x07\x00"} == asks
            assert {0x0501: b"\x11", 0x1383: b"\x07\x01"} == ends
            assert ["USSD", "USSD"] == [screen.service_type for screen in smsc.taken]

    apart(asyncio.run)(go())


def test_several_binds_are_held_and_shared() -> None:
    async def go() -> None:
        async with centre() as smsc, line_to(smsc.port, Told(), binds=3) as line:
            await until(lambda: all(line.state()))
            await asyncio.gather(*(line.send(ASKED) for _ in range(30)))
            assert 3 == len({sms.session_id for sms in smsc.taken})

    apart(asyncio.run)(go())

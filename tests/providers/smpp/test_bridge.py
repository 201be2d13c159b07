"""From an MT of the gateway to the operator and back, through the process that holds the binds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import pytest

from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.shared.lines import HeldLine
from gateway.adapters.providers.smpp.lines import pdus
from gateway.adapters.providers.smpp.lines.bridge import Bridge
from gateway.adapters.providers.smpp.webhooks import Smpp, lines_up
from gateway.adapters.providers.smpp.wire import KEY_HEADER, failure_as_told, failure_told
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    Malformed,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from tests.apart import apart
from tests.ports import free_port
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import NUMBER, TEXT, WEBHOOK_KEY, outbound, webhook
from tests.providers.smpp.smsc import (
    KEYRING,
    PATIENCE,
    Centre,
    centre,
    hold_a_line,
    read_pdu,
    scripted,
    settings,
    until,
)

TURN = UssdTurn(
    session_id="254711000001-07",
    subscriber=Msisdn.from_e164(NUMBER),
    service_code="*384#",
    text="",
    alone=AnswerAlone(begins=True, turn_id="r1"),
)


@contextlib.asynccontextmanager
async def bridged(
    urls: Mapping[str, str] | None = None, **changes: Any
) -> AsyncIterator[tuple[Smpp, Centre, str]]:
    """Yields a channel, the centre that it is bound to, and where the process between listens."""
    async with centre() as smsc, bridged_to(smsc.port, urls=urls, **changes) as channel:
        yield channel, smsc, channel._settings.base


@contextlib.asynccontextmanager
async def bridged_to(
    port: int,
    told: Callable[[Bridge], None] = lambda bridge: None,
    urls: Mapping[str, str] | None = None,
    **changes: Any,
) -> AsyncIterator[Smpp]:
    """Yields a channel that is bound to what listens at a port."""
    held = HeldLine(
        settings=settings(port, **changes), keys=[WEBHOOK_KEY], urls=urls or {}, keyring=KEYRING
    )
    bridge, up = Bridge({"line": held}, first_pause=0.05), asyncio.Future[int]()
    told(bridge)
    task = asyncio.create_task(bridge.serve("127.0.0.1", 0, up))
    try:
        url = f"http://127.0.0.1:{await up}"
        await until(lambda: all(bridge.lines["line"].state()))
        yield Smpp("line", settings(port, api_url=url), [WEBHOOK_KEY])
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_an_mt_and_a_screen_reach_the_operator() -> None:
    async def go() -> None:
        async with bridged() as (channel, smsc, url):
            taken = await asyncio.to_thread(channel.send, outbound(), "")
            reply = UssdReply(text="Huduma", ends=True)
            await asyncio.to_thread(channel.push_ussd, TURN, reply, 5.0)
            state = await asyncio.to_thread(Transport().get, f"{url}/", {})
            sms, screen = smsc.taken
            assert ("1", 1) == (taken.provider_ref, taken.segments)
            assert ((TEXT.encode(), "20880"), (b"Huduma", "USSD")) == (
                (sms.short_message, sms.source_addr),
                (screen.short_message, screen.service_type),
            )
            assert {"line": [True]} == json.loads(state.body)
            here = settings(smsc.port, api_url=url)
            assert [1, 0] == [
                await asyncio.to_thread(lines_up, name, here) for name in ("line", "another")
            ]
            nobody = settings(smsc.port, api_url=f"http://127.0.0.1:{free_port()}")
            assert 0 == await asyncio.to_thread(lines_up, "line", nobody)

    apart(asyncio.run)(go())


@pytest.mark.parametrize(
    ("status", "failure", "code"),
    [
        (0x58, Throttled, "throttled"),
        (0x0B, SendRejected, "number_unreachable"),
        (0x0A, ChannelMisconfigured, "sender_id_refused"),
        (0x08, ProviderUnavailable, "provider_error"),
    ],
)
def test_what_the_operator_refuses_comes_back_as_it_was_meant(
    status: int, failure: type[SendFailed], code: str
) -> None:
    async def go() -> None:
        async with bridged() as (channel, smsc, _):
            smsc.statuses = [status]
            with pytest.raises(SendFailed) as caught:
                await asyncio.to_thread(channel.send, outbound(), "")
            assert (failure, code) == (type(caught.value), caught.value.code)

    apart(asyncio.run)(go())


def test_several_go_in_one_call_and_each_is_judged_by_itself() -> None:
    async def judging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, body = await read_pdu(reader)
            said = next((text for text in (b"one", b"two", b"three") if text in body), b"")
            status = {b"two": 0x0B, b"three": 0x58}.get(said, 0)
            answer = head.command | pdus.ANSWER
            writer.write(pdus.pdu(answer, head.sequence, b"id-" + said + b"\0", status))

    async def go() -> None:
        async with scripted(judging) as port, bridged_to(port, window=3) as channel:
            token = ProviderToken("smpp", "", "4bd1aa30c2f94e07")
            texts = ["one", "two", "three", "Maji " * 40, "one"]
            mts = [outbound(id=number, text=text) for number, text in enumerate(texts)]
            mts.insert(1, outbound(subscriber=token))
            results = await asyncio.to_thread(channel.send_many, mts, "")

            told = [
                (each.provider_ref, each.segments) if isinstance(each, Accepted) else each.code
                for each in results
            ]
            assert [
                ("id-one", 1), "no_number", "number_unreachable", "throttled", ("id-", 2),
                ("id-one", 1),
            ] == told  # fmt: skip

    apart(asyncio.run)(go())


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (Answer(200, '{"each": []}'), None),
        (Answer(200, '{"reference": "1"}'), None),
        (Answer(500, ""), None),
        (
            Answer(200, '{"each": [1, {"reference": "", "segments": 1}]}'),
            ["answer_unreadable", "answer_unreadable"],
        ),
        (
            Answer(200, '{"each": [{"failure": "throttled", "code": "throttled"}, {}]}'),
            ["throttled", "answer_unreadable"],
        ),
    ],
)
def test_what_cannot_be_read_of_several_is_unknown(
    answer: Answer, codes: Sequence[str] | None
) -> None:
    with scripted_api([answer]) as api:
        channel = Smpp("line", settings(1, api_url=api.url), [WEBHOOK_KEY])
        mts = [outbound(id=1), outbound(id=2)]
        if codes is None:
            with pytest.raises(OutcomeUnknown):
                channel.send_many(mts, "")
        else:
            results = channel.send_many(mts, "")
            assert codes == [each.code for each in results if isinstance(each, SendFailed)]


def test_lines_of_an_older_version_are_handed_each_by_itself() -> None:
    answers = [
        Answer(400, '{"error": ""}'), Answer(200, '{"reference": "1", "segments": 1}'),
        Answer(409, '{"failure": "throttled", "code": "throttled"}'), Answer(403, "{}"),
    ]  # fmt: skip
    with scripted_api(answers) as api:
        channel = Smpp("line", settings(1, api_url=api.url), [WEBHOOK_KEY])
        one, other = channel.send_many([outbound(id=1), outbound(id=2)], "")
        with pytest.raises(ChannelMisconfigured):
            channel.send_many([outbound(id=3), outbound(id=4)], "")

    assert (Accepted, Throttled) == (type(one), type(other))
    assert 4 == len(api.paths)


def test_a_process_that_is_told_to_stop_waits_for_what_is_out_and_takes_no_more() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, _ = await read_pdu(reader)
            if head.command == pdus.SUBMIT_SM:
                out.set()
                await ending.wait()
            writer.write(pdus.pdu(head.command | pdus.ANSWER, head.sequence, b"C\0"))

    async def go() -> None:
        async with (
            scripted(slow) as port,
            bridged_to(port, bridges.append) as channel,
        ):
            sending = asyncio.create_task(asyncio.to_thread(channel.send, outbound(), ""))
            await out.wait()
            stopping = asyncio.create_task(bridges[0].unbind())
            await asyncio.sleep(0)
            with pytest.raises(ProviderUnavailable):  # surely not sent
                await asyncio.to_thread(channel.send, outbound(), "")
            assert not stopping.done()
            ending.set()
            assert "C" == (await sending).provider_ref
            await stopping

    bridges: list[Bridge] = []
    out, ending = asyncio.Event(), asyncio.Event()
    apart(asyncio.run)(go())


def test_what_comes_in_goes_to_the_webhooks_and_the_operator_learns_whether_it_was_stored() -> None:
    async def go() -> None:
        answers = [Answer(200), Answer(503), Answer(400), Answer(200)]
        with scripted_api(answers) as api:
            urls = {route: f"{api.url}/{route}/line" for route in ("sms", "delivery", "ussd")}
            async with bridged(urls) as (_, smsc, _):
                await until(lambda: bool(smsc.bound))
                statuses = [await smsc.deliver(b"RESULT") for _ in range(3)]
                statuses.append(await smsc.deliver(b"id:1 stat:DELIVRD", esm_class=4))
            assert [0, 0x64, 0, 0] == statuses
            assert ["POST /sms/line"] * 3 + ["POST /delivery/line"] == api.paths
            assert "254711000001" == json.loads(api.bodies[0])["from"]

    apart(asyncio.run)(go())


@pytest.mark.parametrize(
    ("path", "key", "body", "status"),
    [
        ("/lines/line/sms", "another", b"{}", 403),
        ("/lines/other/sms", WEBHOOK_KEY, b"{}", 404),
        ("/lines/line/all", WEBHOOK_KEY, b"{}", 404),
        ("/line", WEBHOOK_KEY, b"{}", 404),
        ("/lines/line/sms", WEBHOOK_KEY, b"{}", 400),
        ("/lines/line/sms", WEBHOOK_KEY, b"[", 400),
        ("/lines/line/screens", WEBHOOK_KEY, b'{"text": "a", "session": "zz-zz"}', 400),
    ],
)
def test_who_asks_for_what_is_not_there_is_told_so(
    path: str, key: str, body: bytes, status: int
) -> None:
    async def go() -> None:
        async with bridged() as (_, smsc, url):
            host, _, port = url.removeprefix("http://").partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            head = f"POST {path} HTTP/1.1\r\n{KEY_HEADER}: {key}\r\nContent-Length: {len(body)}"
            writer.write(head.encode() + b"\r\nConnection: close\r\n\r\n" + body)
            answer = await reader.read()
            writer.close()
            assert answer.startswith(f"HTTP/1.1 {status} ".encode())
            assert [] == smsc.taken

    apart(asyncio.run)(go())


def test_a_token_or_no_sender_at_all_sends_nothing() -> None:
    channel = Smpp("line", settings(1, api_url="http://127.0.0.1:1"), [WEBHOOK_KEY])
    nameless = Smpp("line", settings(1, address=None), [WEBHOOK_KEY])

    with pytest.raises(SendRejected):
        channel.send(outbound(subscriber=ProviderToken("smpp", "", "4bd1aa30c2f94e07")), "")
    with pytest.raises(ChannelMisconfigured):
        nameless.send(outbound(), "")
    with pytest.raises(ProviderUnavailable):
        Smpp("line", settings(1, api_url=f"http://127.0.0.1:{free_port()}"), ["k"]).send(
            outbound(), ""
        )


@pytest.mark.parametrize(
    "answer", [Answer(200, "[]"), Answer(200, "{}"), Answer(500), Answer(409, "{}"), Answer(302)]
)
def test_an_answer_that_cannot_be_read_leaves_it_unknown(answer: Answer) -> None:
    with scripted_api([answer]) as api, pytest.raises(OutcomeUnknown):
        Smpp("line", settings(1, api_url=api.url), [WEBHOOK_KEY]).send(outbound(), "")


@pytest.mark.parametrize(
    "failure",
    [Throttled("throttled", "0x58", 3.0), OutcomeUnknown("x"), ProviderUnavailable("y", "z")],
)
def test_a_failure_is_read_as_it_was_told(failure: SendFailed) -> None:
    read = failure_told(json.loads(json.dumps(failure_as_told(failure))))

    assert (type(failure), str(failure), failure.retry_after) == (
        type(read), str(read), read.retry_after,
    )  # fmt: skip


def test_a_process_that_is_told_to_stop_says_good_bye() -> None:
    heard: list[int] = []

    async def operator(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, _ = await read_pdu(reader)
            heard.append(head.command)
            writer.write(pdus.pdu(head.command | pdus.ANSWER, head.sequence, b"C\0"))
            if head.command == pdus.BIND_TRANSCEIVER:
                stop.set()

    async def go() -> None:
        async with scripted(operator) as port:
            process = spawned.Process(target=hold_a_line, args=(port, None, {}))
            process.start()
            try:
                await asyncio.to_thread(stop.wait, PATIENCE)
                process.terminate()
                await asyncio.to_thread(process.join, PATIENCE)
            finally:
                process.kill()

            assert 0 == process.exitcode

    stop, spawned = threading.Event(), multiprocessing.get_context("spawn")
    apart(asyncio.run)(go())
    assert [pdus.BIND_TRANSCEIVER, pdus.UNBIND] == heard


def test_receipts_that_come_together_are_told_together_and_each_once() -> None:
    async def go() -> None:
        with scripted_api([Answer(200)] * 40) as api:
            async with bridged({"delivery": f"{api.url}/delivery/line"}) as (_, smsc, _):
                await until(lambda: bool(smsc.bound))
                receipts = [f"id:{n} stat:DELIVRD err:000".encode() for n in range(40)]
                statuses = await asyncio.gather(
                    *(
                        smsc.deliver(receipt, esm_class=4, source_addr=f"2547110000{n:02}")
                        for n, receipt in enumerate(receipts)
                    )
                )
            assert [0] * 40 == statuses
            channel = Smpp("line", settings(1), [WEBHOOK_KEY])
            reports = [
                report
                for body in api.bodies
                for report in channel.parse_each_delivery(webhook(body=body))
            ]
            assert sorted(str(n) for n in range(40)) == sorted(
                report.provider_ref for report in reports if isinstance(report, DeliveryReport)
            )
            assert len(api.bodies) < 20

    apart(asyncio.run)(go())


def test_receipts_that_are_not_taken_come_again_and_one_that_is_wrong_costs_itself_alone() -> None:
    async def go() -> None:
        with scripted_api([Answer(503)] * 10) as api:
            async with bridged({"delivery": f"{api.url}/delivery/line"}) as (_, smsc, _):
                await until(lambda: bool(smsc.bound))
                statuses = await asyncio.gather(
                    *(smsc.deliver(f"id:{n} stat:DELIVRD".encode(), esm_class=4) for n in range(8))
                )
            assert [0x64] * 8 == statuses

    apart(asyncio.run)(go())
    told = {"each": [{"reference": "1", "state": "DELIVRD"}, {"state": "DELIVRD"}]}
    channel = Smpp("line", settings(1), [WEBHOOK_KEY])
    one, wrong = channel.parse_each_delivery(webhook(body=json.dumps(told).encode()))
    assert isinstance(one, DeliveryReport)
    assert isinstance(wrong, Malformed)

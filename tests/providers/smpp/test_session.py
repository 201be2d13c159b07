"""What a bind makes of a centre that is slow, silent, refuses, or breaks off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import smpp34

from gateway.adapters.providers.smpp.lines import pdus
from gateway.adapters.providers.smpp.lines.exchanges import Answers, Exchanges, Taken
from gateway.adapters.providers.smpp.lines.session import Bind
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
)
from tests.apart import apart
from tests.providers.smpp.smsc import (
    Told,
    line_to,
    read_pdu,
    scripted,
    settings,
    until,
)

ASKED = {"to": "+254711000001", "from": "20880", "text": "Umefaulu"}
BOUND = b"CENTRE\0"


async def bind(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int = 0) -> None:
    head, body = await read_pdu(reader)
    assert (9, True) == (head.command, body.startswith(b"gateway\0secret\0\0\x34"))
    writer.write(pdus.pdu(0x80000009, head.sequence, BOUND, status))


async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bind(reader, writer)
    while True:
        head, _ = await read_pdu(reader)
        if not head.command & pdus.ANSWER:
            body = b"id1\0" if head.command == pdus.SUBMIT_SM else b""
            writer.write(pdus.pdu(head.command | pdus.ANSWER, head.sequence, body))


async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bind(reader, writer)
    await read_pdu(reader)  # the message, and no answer to it


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bind(reader, writer, 0x0E)


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bind(reader, writer)
    await reader.read()


async def write_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bind(reader, writer)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read()


def test_a_bind_that_breaks_leaves_its_sms_unknown_and_is_bound_again() -> None:
    async def go() -> None:
        async with scripted(break_off, answer_all) as port, line_to(port, Told()) as line:
            await until(lambda: all(line.state()))
            with pytest.raises(OutcomeUnknown) as caught:
                await line.send(ASKED)
            assert "connection_lost" == caught.value.code
            await until(lambda: all(line.state()))
            assert "id1" == (await line.send(ASKED))["reference"]

    apart(asyncio.run)(go())


@pytest.mark.parametrize("script", [write_nonsense, break_off])
def test_whatever_breaks_a_bind_another_follows(script: object) -> None:
    async def go() -> None:
        scripts = (script, answer_all)
        async with (
            scripted(*scripts) as port,
            line_to(  # type: ignore[arg-type]
                port, Told(), enquire_seconds=1
            ) as line,
        ):
            await until(lambda: line.binds[0].lost_at > 0 and all(line.state()))
            assert "id1" == (await line.send(ASKED))["reference"]

    apart(asyncio.run)(go())


def test_a_bind_that_is_refused_says_that_the_channel_has_to_be_mended() -> None:
    async def go() -> None:
        async with scripted(refuse) as port, line_to(port, Told()) as line:
            await until(lambda: bool(line.binds[0].refused))
            with pytest.raises(ChannelMisconfigured) as caught:
                await line.send(ASKED)
            assert ("bind_refused", "0x0000000E") == (caught.value.code, caught.value.detail)

    apart(asyncio.run)(go())


def test_without_a_bind_an_sms_surely_was_not_sent() -> None:
    async def go() -> None:
        async with line_to(1, Told()) as line:
            with pytest.raises(ProviderUnavailable):
                await line.send(ASKED)

    apart(asyncio.run)(go())


def test_a_centre_that_never_answers_leaves_it_unknown_and_loses_its_bind() -> None:
    async def go() -> None:
        async with (
            scripted(say_nothing, answer_all) as port,
            line_to(port, Told(), response_seconds=1, enquire_seconds=1) as line,
        ):
            await until(lambda: all(line.state()))
            with pytest.raises(OutcomeUnknown) as caught:
                await line.send(ASKED)
            assert caught.value.code in ("answer_timeout", "connection_lost")
            await until(lambda: line.binds[0].lost_at > 0 and all(line.state()))

    apart(asyncio.run)(go())


def test_no_more_messages_wait_than_the_window_has_room_for() -> None:
    waiting: list[int] = []
    most: list[int] = []

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await bind(reader, writer)
        while True:
            head, _ = await read_pdu(reader)
            if head.command != pdus.SUBMIT_SM:
                return
            waiting.append(head.sequence)
            most.append(len(waiting))
            if len(waiting) == 3:
                for sequence in waiting:
                    writer.write(pdus.pdu(0x80000004, sequence, b"id1\0"))
                waiting.clear()

    async def go() -> None:
        async with scripted(slowly) as port, line_to(port, Told(), window=3) as line:
            await until(lambda: all(line.state()))
            await asyncio.gather(*(line.send(ASKED) for _ in range(12)))

    apart(asyncio.run)(go())
    assert 3 == max(most)


class Operator:
    """Where PDUs are written; it answers what it is told to."""

    def __init__(self, window: int, seconds: float) -> None:
        self.heads: list[pdus.Head] = []
        self.exchanges = Exchanges(window, seconds, self._write)

    def _write(self, octets: bytes) -> None:
        self.heads.append(pdus.head_of(octets))

    def answer(self, place: int, message_id: bytes) -> None:
        answered = self.heads[place]._replace(command=pdus.SUBMIT_SM | pdus.ANSWER)
        self.exchanges.answered(answered, message_id + b"\0")


def told(answers: Sequence[Taken | SendFailed]) -> list[str]:
    return [each.message_id if isinstance(each, Taken) else each.code for each in answers]


def test_each_of_several_has_its_own_answer_and_the_rest_wait_for_room() -> None:
    async def go() -> None:
        operator, answers = Operator(window=2, seconds=60), Answers(4)
        operator.exchanges.submit([b"a", b"b", b"c", b"d"], answers)
        assert 2 == len(operator.heads)
        for place, id in ((1, b"second"), (0, b"first"), (2, b"third"), (2, b"once more")):
            operator.answer(place, id)
        assert 4 == len(operator.heads)
        operator.exchanges.break_off()
        assert ["first", "second", "third", "connection_lost"] == told(await answers.wait())

    apart(asyncio.run)(go())


def test_what_broke_off_before_there_was_room_surely_was_not_sent() -> None:
    async def go() -> None:
        operator, answers = Operator(window=1, seconds=60), Answers(3)
        operator.exchanges.submit([b"a", b"b", b"c"], answers)
        operator.exchanges.break_off()
        assert ["connection_lost", "not_bound", "not_bound"] == told(await answers.wait())
        again = Answers(1)
        operator.exchanges.submit([b"d"], again)
        operator.answer(1, b"fourth")
        assert ["fourth"] == told(await again.wait())

    apart(asyncio.run)(go())


def test_nobody_waits_for_an_answer_or_for_room_without_end() -> None:
    async def go() -> None:
        operator, answers = Operator(window=1, seconds=0.05), Answers(2)
        operator.exchanges.submit([b"a", b"b"], answers)
        assert ["answer_timeout", "window_full"] == told(await answers.wait())
        late, more = operator.heads[0], Answers(2)
        operator.exchanges.submit([b"c", b"d"], more)
        operator.exchanges.answered(late._replace(command=0x80000004), b"late\0")
        operator.answer(1, b"third")
        operator.answer(2, b"fourth")
        assert ["third", "fourth"] == told(await more.wait())

    apart(asyncio.run)(go())


def test_what_nobody_waits_for_any_more_is_not_sent() -> None:
    async def go() -> None:
        operator, first, given_up, last = Operator(1, 60), Answers(1), Answers(1), Answers(1)
        operator.exchanges.submit([b"a"], first)
        operator.exchanges.submit([b"never"], given_up)
        operator.exchanges.submit([b"c"], last)
        waiting = asyncio.create_task(given_up.wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        operator.answer(0, b"first")
        operator.answer(1, b"last")
        assert (["first"], ["last"]) == (told(await first.wait()), told(await last.wait()))
        assert 2 == len(operator.heads)

    apart(asyncio.run)(go())


def test_what_comes_again_after_its_bind_was_lost_has_the_name_it_had() -> None:
    sms = smpp34.DeliverSm("254711000001", "20880", b"RESULT 10231456", sequence_number=7).encode()
    answers: list[int] = []

    async def deliver(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await bind(reader, writer)
        writer.write(sms)
        head, _ = await read_pdu(reader)
        answers.append(head.status)

    async def go() -> None:
        told = Told()
        async with scripted(deliver, deliver, answer_all) as port, line_to(port, told):
            (_, first), (_, again) = await told.of(2)
            await until(lambda: len(answers) == 2)
            assert first["reference"] == again["reference"]

    apart(asyncio.run)(go())
    assert [0, 0] == answers


def test_what_nobody_can_read_is_refused_for_ever_and_an_unknown_command_with_a_nack() -> None:
    got: list[tuple[int, int]] = []

    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await bind(reader, writer)
        for octets in (
            pdus.pdu(pdus.DELIVER_SM, 1, b"\0no end"),
            pdus.pdu(0x103, 2, b""),
            pdus.pdu(pdus.ALERT_NOTIFICATION, 3, b""),
            pdus.pdu(pdus.ENQUIRE_LINK, 4),
            pdus.pdu(pdus.UNBIND, 5),
        ):
            writer.write(octets)
        for _ in range(4):
            head, _ = await read_pdu(reader)
            got.append((head.command, head.status))

    async def go() -> None:
        async with scripted(odd, answer_all) as port, line_to(port, Told()):
            await until(lambda: len(got) == 4)

    apart(asyncio.run)(go())
    assert {(0x80000005, 0x65), (0x80000000, 3), (0x80000015, 0), (0x80000006, 0)} == set(got)


class HangsUp:
    """A writer whose connection is closed when it is said."""

    def __init__(self) -> None:
        self.closed = asyncio.get_running_loop().create_future()

    def close(self) -> None:
        pass

    async def wait_closed(self) -> None:
        await self.closed


@pytest.mark.parametrize("moments", range(6))
def test_a_bind_that_is_cancelled_while_its_operator_hangs_up_ends(
    moments: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        bind = Bind("line/1", settings(1), lambda message: asyncio.sleep(0, 0))
        writer = HangsUp()
        monkeypatch.setattr(bind, "_writer", writer)
        closing = asyncio.create_task(bind._close())
        await asyncio.sleep(0.01)
        writer.closed.set_result(None)
        for _ in range(moments):
            await asyncio.sleep(0)
        was_told = closing.cancel()
        await asyncio.wait({closing})
        assert was_told == closing.cancelled()

    apart(asyncio.run)(go())

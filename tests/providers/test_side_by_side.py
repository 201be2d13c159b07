"""Calls side by side in one thread: what they come to is what it is for each alone."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.providers.shared.calling.asked import HttpRequest, answer_to
from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.shared.side_by_side import SideBySide
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    SendFailed,
    SendRejected,
    Throttled,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.use_cases.ports.sms.courier import Results
from tests.contracts.test_http_exchange_tls import certificate
from tests.providers import test_africastalking_send as africastalking
from tests.providers import test_twilio_send as twilio
from tests.providers.raw_server import read_request
from tests.providers.samples import NUMBER, outbound
from tests.providers.test_exchange import ANSWERS, NO_ANSWERS

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PATIENCE_SECONDS = 10.0


@contextmanager
def lines(
    serve: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Yields the address of a server that answers ok once on each connection, then by `serve`."""
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket) -> None:
        try:
            with tls.wrap_socket(connection, server_side=True) if tls else connection as line:
                line.settimeout(PATIENCE_SECONDS)
                read_request(line)
                line.sendall(OK)
                serve(line)
        except OSError:  # the other side was faster
            return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=handle, args=(connection,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


class Asking:
    """Calls to an address by a transport that keeps a connection; it hears what is answered."""

    def __init__(self, url: str, transport: Transport) -> None:
        self.url, self.heard, self._transport = url, list[bytes](), transport

    async def call(self, mts: Sequence[OutboundSms], delivery_url: str) -> Results:
        answer = await answer_to(HttpRequest("POST", f"{self.url}/x", b"a=b", {"Key": "k"}))
        self.heard.append(answer.body)
        if answer.status >= 400:
            raise SendRejected("refused", str(answer.status))
        return [Accepted(provider_ref=answer.text)]

    def connected(self) -> Asking:
        """Makes the connection; returns itself."""
        assert b"ok" == self._transport.get(f"{self.url}/", {}).body
        return self

    def came_to(self) -> Results | Exception:
        """Returns what one call comes to."""
        with closing(SideBySide(self._transport, self.call)) as courier:
            assert courier.begin(1, [outbound()], "")
            ((number, came_to),) = ended(courier, 1)
        assert 1 == number
        return came_to


def ended(courier: SideBySide, count: int) -> list[tuple[int, Results | Exception]]:
    over = list[tuple[int, Results | Exception]]()
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while len(over) < count and time.monotonic() < give_up_at:
        over += courier.ended(PATIENCE_SECONDS)
    return over


def answering(answer: bytes, pieces: int = 1) -> Callable[[socket.socket], None]:
    """Returns what answers with so many octets each time, and hangs up."""

    def serve(line: socket.socket) -> None:
        read_request(line)
        size = max(1, -(-len(answer) // pieces))
        for first in range(0, len(answer), size):
            line.sendall(answer[first : first + size])

    return serve


@pytest.fixture
def transport() -> Transport:
    return Transport()


@pytest.mark.parametrize("pieces", [1, 7])
@pytest.mark.parametrize(("sent", "status", "body"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_read_in_whatever_form_and_pieces_it_comes(
    transport: Transport, sent: bytes, status: int, body: bytes, pieces: int
) -> None:
    with lines(answering(sent, pieces)) as place:
        asking = Asking(f"http://{place}", transport).connected()
        assert [Accepted(provider_ref=body.decode())] == asking.came_to()


@pytest.mark.parametrize("sent", [*NO_ANSWERS.values(), b""], ids=[*NO_ANSWERS, "nothing"])
def test_what_is_no_whole_answer_leaves_the_outcome_open(transport: Transport, sent: bytes) -> None:
    with lines(answering(sent)) as place:
        asking = Asking(f"http://{place}", transport).connected()
        came_to = asking.came_to()

    assert isinstance(came_to, OutcomeUnknown)
    assert [] == asking.heard


def test_an_answer_that_does_not_come_leaves_the_outcome_open() -> None:
    def silent(line: socket.socket) -> None:
        while line.recv(1000):
            pass

    with lines(silent) as place:
        came_to = Asking(f"http://{place}", Transport(read_seconds=0.1)).connected().came_to()

    assert isinstance(came_to, OutcomeUnknown)
    assert "answer_timeout" == came_to.code


def test_without_a_connection_that_stands_nothing_is_begun(transport: Transport) -> None:
    asked: list[bytes] = []
    with (
        lines(lambda line: asked.append(line.recv(1000))) as place,
        closing(SideBySide(transport, Asking(f"http://{place}", transport).call)) as courier,
    ):
        assert not courier.begin(1, [outbound()], "")
        assert [] == courier.ended(0.0)

    assert [] == asked


def test_what_an_answer_means_is_raised_as_for_each_alone(transport: Transport) -> None:
    too_many = b"HTTP/1.1 429 No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
    with lines(answering(too_many)) as place:
        throttled = Asking(f"http://{place}", transport).connected().came_to()
    with lines(answering(OK.replace(b"200 OK", b"404 No"))) as place:
        refused = Asking(f"http://{place}", transport).connected().came_to()

    assert isinstance(throttled, Throttled)
    assert 7.0 == throttled.retry_after
    assert isinstance(refused, SendRejected)


def test_a_call_that_fits_no_request_reaches_nobody(transport: Transport) -> None:
    asked: list[bytes] = []
    with lines(lambda line: asked.append(line.recv(1000))) as place:
        Asking(f"http://{place}", transport).connected()

        async def call(mts: Sequence[OutboundSms], url: str) -> Results:
            await answer_to(HttpRequest("GET", f"http://{place}/", b"", {"Key": "a\nb"}))
            return []

        with closing(SideBySide(transport, call)) as courier:
            assert courier.begin(1, [outbound()], "")
            ((_, came_to),) = ended(courier, 1)

    assert isinstance(came_to, ChannelMisconfigured)
    assert [b""] == asked


def test_a_kept_connection_goes_from_one_way_to_the_other(transport: Transport) -> None:
    callers: list[int] = []

    def serve(line: socket.socket) -> None:
        for _ in range(4):
            read_request(line)
            callers.append(line.getpeername()[1])
            line.sendall(OK)

    with lines(serve) as place:
        asking = Asking(f"http://{place}", transport).connected()
        for _ in range(2):
            assert [Accepted(provider_ref="ok")] == asking.came_to()
            assert b"ok" == transport.get(f"http://{place}/", {}).body

    assert 1 == len(set(callers))
    assert 4 == len(callers)


def test_many_are_out_at_once_and_each_is_told_as_its_own() -> None:
    """None is answered before all have come."""
    together, transport = threading.Barrier(3), Transport()

    def serve(line: socket.socket) -> None:
        asked = read_request(line)
        together.wait(PATIENCE_SECONDS)
        said = asked.rpartition(b"=")[2]
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))

    async def call(mts: Sequence[OutboundSms], url: str) -> Results:
        body = f"of={mts[0].id}".encode()
        answer = await answer_to(HttpRequest("POST", f"http://{place}/", body, {}))
        return [Accepted(provider_ref=answer.text)]

    with lines(serve) as place:
        first = [
            threading.Thread(target=transport.get, args=(f"http://{place}/", {})) for _ in range(3)
        ]
        held = transport.kept
        transport.kept = lambda origin: None  # type: ignore[method-assign] # each its own
        for thread in first:
            thread.start()
        for thread in first:
            thread.join()
        transport.kept = held  # type: ignore[method-assign]
        with closing(SideBySide(transport, call)) as courier:
            begun = [courier.begin(number, [outbound(id=10 + number)], "") for number in (1, 2, 3)]
            over = dict(ended(courier, 3))

    assert [True] * 3 == begun
    assert {n: [Accepted(provider_ref=str(10 + n))] for n in (1, 2, 3)} == over


def test_a_wait_is_ended_by_who_wakes_it(transport: Transport) -> None:
    with closing(SideBySide(transport, Asking("http://nobody.example", transport).call)) as courier:
        courier.wake()
        began = time.monotonic()
        assert [] == courier.ended(PATIENCE_SECONDS)
    courier.wake()  # too late, and no harm

    assert time.monotonic() - began < PATIENCE_SECONDS


def test_in_tls_an_answer_of_many_records_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate_file, key_file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    said = b"x" * 40_000
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + said
    connect = socket.create_connection
    with lines(answering(answer, 9), context) as place:
        port = int(place.rpartition(":")[2])
        monkeypatch.setattr(
            socket,
            "create_connection",
            lambda address, *rest, **named: connect(("127.0.0.1", port)),
        )
        asking = Asking(f"https://ministry.example:{port}", Transport()).connected()
        came_to = asking.came_to()

    assert [Accepted(provider_ref=said.decode())] == came_to
    assert [said] == asking.heard


AT = json.dumps(json.loads(africastalking.answer_with(africastalking.recipient())))
KINDS: dict[str, tuple[Callable[[str], Any], str, str]] = {
    "africastalking": (africastalking.provider, AT, "bulkSMSMode=1"),
    "twilio": (twilio.provider, json.dumps(twilio.CREATED), "StatusCallback="),
}


@pytest.mark.parametrize(("made", "answer", "asked_for"), KINDS.values(), ids=KINDS)
def test_a_provider_sends_the_same_request_either_way_and_judges_its_answer_so(
    made: Callable[[str], Any], answer: str, asked_for: str
) -> None:
    requests: list[bytes] = []
    said = answer.encode()
    whole = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said)
    refused = b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}"

    def serve(line: socket.socket) -> None:
        for reply in (whole, whole, refused):
            requests.append(read_request(line))
            line.sendall(reply)

    with lines(serve) as place:
        provider = made(f"http://{place}")
        with pytest.raises(SendFailed):  # the answer to the first on its line is no answer to it
            provider.send(outbound(id=7), "https://g.example/d")
        alone = provider.send(outbound(id=7), "https://g.example/d")
        came_to = list[Results | Exception]()
        with closing(provider.courier()) as courier:
            for number in (1, 2):
                assert courier.begin(number, [outbound(id=7)], "https://g.example/d")
                came_to += [said for _, said in ended(courier, 1)]

    assert [alone] == came_to[0]
    assert isinstance(came_to[1], ChannelMisconfigured)
    assert requests[0] == requests[1]
    assert asked_for.encode() in requests[0]
    assert NUMBER[1:].encode() in requests[0]

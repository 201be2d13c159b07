"""The one way out: what each failure means for the SMS, on real sockets."""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from gateway.adapters.providers.shared import observed_connection
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import LARGEST_ANSWER, Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    Throttled,
)
from tests.ports import free_port
from tests.providers.raw_server import Answer, raw_server, read_request, scripted_api

FIELDS = {"to": "+254711000001", "message": "Umefaulu"}
SECRET = {"apiKey": "an-api-key"}


def post(url: str, read_seconds: float = 5.0, connect_seconds: float = 5.0) -> HttpAnswer:
    transport = Transport(connect_seconds=connect_seconds, read_seconds=read_seconds)
    return transport.post_form(url, FIELDS, SECRET)


def read_request_and_hang_up(connection: socket.socket) -> None:
    read_request(connection)


def read_a_byte_and_hang_up(connection: socket.socket) -> None:
    connection.recv(1)


def wait_for_close(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


@contextmanager
def kept_alive(called: Callable[[int], object]) -> Iterator[str]:
    """Yields the address of a server that answers ok; `called` is told each caller's port."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            called(self.client_address[1])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def failure_of(url: str, read_seconds: float = 5.0, connect_seconds: float = 5.0) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        post(url, read_seconds, connect_seconds)
    for secret in ("711000001", "Umefaulu", "an-api-key", "127.0.0.1"):
        assert secret not in f"{caught.value!r} {caught.value}"
    assert caught.value.__suppress_context__
    return caught.value


def test_an_answer_comes_back_whole() -> None:
    with scripted_api([Answer(201, '{"a": 1}', {"X-Mixed-Case": "b"})]) as api:
        answer = post(f"{api.url}/send")

    assert (answer.status, answer.body, answer.headers["x-mixed-case"]) == (201, b'{"a": 1}', "b")
    assert [FIELDS] == api.forms
    assert api.headers[0]["Apikey"] == "an-api-key"


def test_a_body_that_is_not_utf8_can_still_be_read() -> None:
    with scripted_api([Answer(400, b"caf\xe9")]) as api:
        assert post(api.url).text == "caf�"


@pytest.mark.parametrize("status", [200, 201, 302, 307, 400, 401, 404, 409, 500, 503])
def test_every_status_but_429_is_an_answer_and_redirects_are_not_followed(status: int) -> None:
    with scripted_api([Answer(status, "x", {"Location": "/elsewhere"})]) as api:
        answer = post(f"{api.url}/send")

    assert status == answer.status
    assert api.paths == ["POST /send"]


def test_429_is_throttled_for_as_long_as_the_provider_asks() -> None:
    with (
        scripted_api([Answer(429, "", {"Retry-After": "17"})]) as api,
        pytest.raises(Throttled) as caught,
    ):
        post(api.url)

    assert (caught.value.code, caught.value.retry_after) == ("throttled", 17.0)


def test_a_connection_serves_one_request_after_the_other() -> None:
    accepted: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        for _ in range(2):
            accepted.append(read_request(connection))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with raw_server(serve) as place:
        transport = Transport()
        bodies = [transport.post_form(f"http://{place}/", FIELDS, {}).body for _ in range(2)]

    assert bodies == [b"ok", b"ok"]
    assert len(accepted) == 2


def test_a_connection_that_the_provider_closed_meanwhile_is_not_used_again() -> None:
    closed = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    transport = Transport()
    with raw_server(serve) as place:
        assert transport.post_form(f"http://{place}/", FIELDS, {}).body == b"ok"
        assert closed.wait(5)
    with pytest.raises(ProviderUnavailable) as caught:  # a new one, and nobody listens any more
        transport.post_form(f"http://{place}/", FIELDS, {})

    assert caught.value.code == "connection_refused"


@pytest.mark.parametrize(("idle_seconds", "connections"), [(59.0, 1), (61.0, 2)])
def test_a_connection_is_not_used_again_after_a_minute(
    idle_seconds: float, connections: int
) -> None:
    now, callers = [0.0], list[int]()

    with kept_alive(callers.append) as url:
        transport = Transport(monotonic=lambda: now[0])
        transport.post_form(url, FIELDS, {})
        now[0] += idle_seconds
        transport.post_form(url, FIELDS, {})

    assert (2, connections) == (len(callers), len(set(callers)))


def test_requests_at_once_each_have_a_connection_and_leave_it_to_the_next() -> None:
    together, callers = threading.Barrier(3), list[int]()

    def meet(port: int) -> None:
        callers.append(port)
        if len(callers) <= 3:
            together.wait(5)

    with kept_alive(meet) as url, ThreadPoolExecutor(3) as pool:
        transport = Transport()
        for _ in range(2):
            asked = [pool.submit(transport.post_form, url, FIELDS, {}) for _ in range(3)]
            assert [b"ok"] * 3 == [each.result().body for each in asked]

    assert (6, 3) == (len(callers), len(set(callers)))


def test_a_refused_connection_is_surely_not_sent() -> None:
    failure = failure_of(f"http://127.0.0.1:{free_port()}/")

    assert (type(failure), failure.code) == (ProviderUnavailable, "connection_refused")


def test_a_connection_that_breaks_before_the_answer_leaves_the_outcome_open() -> None:
    with raw_server(read_request_and_hang_up) as place:
        failure = failure_of(f"http://{place}/")

    assert (type(failure), failure.code) == (OutcomeUnknown, "connection_lost")


def test_an_answer_that_breaks_off_leaves_the_outcome_open() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"SMSMess')

    with raw_server(serve) as place:
        failure = failure_of(f"http://{place}/")

    assert (type(failure), failure.code) == (OutcomeUnknown, "connection_lost")


def test_an_answer_that_is_no_http_leaves_the_outcome_open() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

    with raw_server(serve) as place:
        failure = failure_of(f"http://{place}/")

    assert (type(failure), failure.code) == (OutcomeUnknown, "connection_lost")


def test_an_answer_that_does_not_come_leaves_the_outcome_open() -> None:
    with raw_server(wait_for_close) as place:
        failure = failure_of(f"http://{place}/", read_seconds=0.05)

    assert (type(failure), failure.code) == (OutcomeUnknown, "answer_timeout")


def test_a_tls_handshake_that_does_not_end_is_surely_not_sent() -> None:
    with raw_server(wait_for_close) as place:
        failure = failure_of(f"https://{place}/", connect_seconds=0.05)

    assert (type(failure), failure.code) == (ProviderUnavailable, "connect_timeout")


def test_a_server_that_hangs_up_in_the_tls_handshake_was_surely_not_sent_anything() -> None:
    with raw_server(read_a_byte_and_hang_up) as place:
        failure = failure_of(f"https://{place}/")

    assert not isinstance(failure, OutcomeUnknown)


def test_tls_to_a_server_without_it_is_for_a_person_to_mend() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with raw_server(serve) as place:
        failure = failure_of(f"https://{place}/")

    assert (type(failure), failure.code) == (ChannelMisconfigured, "tls_failed")


def test_an_answer_over_the_limit_is_not_read_to_its_end() -> None:
    with scripted_api([Answer(201, "x" * (LARGEST_ANSWER + 1)), Answer(201, "x")]) as api:
        transport = Transport()
        with pytest.raises(OutcomeUnknown) as caught:
            transport.post_form(api.url, FIELDS, {})
        afterwards = transport.post_form(api.url, FIELDS, {})

    assert caught.value.code == "answer_too_large"
    assert afterwards.body == b"x"


def test_the_longest_answer_is_read() -> None:
    with scripted_api([Answer(201, "x" * LARGEST_ANSWER)]) as api:
        assert len(post(api.url).body) == LARGEST_ANSWER


@pytest.mark.parametrize("key", ["two\r\nlines", "a\nb", "ключ"])
def test_a_credential_that_fits_no_header_is_for_a_person_to_mend(key: str) -> None:
    with scripted_api([]) as api, pytest.raises(ChannelMisconfigured) as caught:
        Transport().post_form(api.url, FIELDS, {"apiKey": key})

    assert caught.value.code == "request_not_possible"
    assert key not in repr(caught.value)


@pytest.mark.parametrize("url", ["ftp://provider.example/", "http://[::1", "http://:80"])
def test_an_address_that_is_none_is_for_a_person_to_mend(url: str) -> None:
    with pytest.raises(ChannelMisconfigured):
        Transport().post_form(url, FIELDS, {})


def test_no_log_shows_an_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted_api([Answer(201, "x")]) as api:
        post(f"{api.url}/2010-04-01/Accounts/AC1/Messages.json")

    assert "AC1" not in caplog.text


def drip(connection: socket.socket) -> None:
    """Sends an answer so slowly that no read ever times out."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        if select.select([connection], [], [], 0.01)[0]:
            return  # the other side has hung up


@pytest.mark.parametrize("serve", [drip, wait_for_close])
def test_with_a_limit_the_whole_exchange_ends_in_time(
    serve: Callable[[socket.socket], None],
) -> None:
    with raw_server(serve) as address:
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            Transport().post_json(f"http://{address}/", FIELDS, SECRET, within=0.3)

    assert time.monotonic() - began < 3


def test_a_name_that_is_long_looked_for_costs_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    # The clock of this module alone: what else runs here waits by the real one.
    monkeypatch.setattr(observed_connection, "time", SimpleNamespace(monotonic=lambda: now[0]))
    connect = socket.create_connection
    asked: list[bytes] = []

    def slowly(address: tuple[str, int], *others: object, **named: object) -> socket.socket:
        now[0] += 5.0
        return connect(address)

    with raw_server(lambda connection: asked.append(connection.recv(100))) as address:
        monkeypatch.setattr(socket, "create_connection", slowly)
        with pytest.raises(ProviderUnavailable):
            Transport().post_json(f"http://{address}/", FIELDS, SECRET, within=2.0)

    assert b"" == b"".join(asked)


def test_json_is_sent_as_utf_8_and_the_connection_is_kept_without_its_limit() -> None:
    ports: list[int] = []
    transport = Transport()
    with kept_alive(ports.append) as url:
        for within in (5.0, 4.0, None):
            assert "ok" == transport.post_json(url, {"text": "ä"}, {}, within).text

    assert 1 == len(set(ports))


def test_a_limit_that_strikes_when_the_exchange_is_over_spares_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timers: list[threading.Timer] = []

    class Late(threading.Timer):
        """A timer that is past the point where it could be held up."""

        def start(self) -> None:
            timers.append(self)

    ports: list[int] = []
    transport = Transport()
    with kept_alive(ports.append) as url:
        monkeypatch.setattr(observed_connection.threading, "Timer", Late)
        transport.post_json(url, {}, {}, 5.0)

        timers[0].function(*timers[0].args)

        assert "ok" == transport.post_json(url, {}, {}).text
    assert 1 == len(set(ports))

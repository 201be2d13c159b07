"""A request as it goes out, and answers in all the forms that HTTP/1.1 has for them."""

from __future__ import annotations

import socket

import pytest

from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    SendFailed,
)
from tests.providers.raw_server import raw_server, read_request

ANSWERS = {
    "a length": (b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", 201, b"ok"),
    "nothing": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "no reason": (b"HTTP/1.1 200\r\ncontent-length:2\r\n\r\nok", 200, b"ok"),
    "its end is the end of the connection": (b"HTTP/1.0 200 OK\r\n\r\nok", 200, b"ok"),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\n\r\n",
        200,
        b"ok",
    ),
    "go on first": (
        b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        200,
        b"ok",
    ),
    "a field of Latin-1": (
        b"HTTP/1.1 200 OK\r\nX: caf\xe9\r\nContent-Length: 2\r\n\r\nok",
        200,
        b"ok",
    ),
}
NO_ANSWERS = {
    "too little": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
    "a chunk that is cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
    "no chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nok",
    "another version": b"HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "no status": b"HTTP/1.1 ok\r\n\r\n",
    "too many fields": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n",
    "a field without end": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
}


@pytest.mark.parametrize(("sent", "status", "body"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_read_in_whatever_form_it_comes(sent: bytes, status: int, body: bytes) -> None:
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        connection.sendall(sent)

    with raw_server(serve) as address:
        answer = Transport().post_form(f"http://{address}/a?b=c", {"to": "é&"}, {"Key": "k"})

    assert (status, body) == (answer.status, answer.body)
    head, _, form = asked[0].partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    assert ("POST /a?b=c HTTP/1.1", b"to=%C3%A9%26") == (line, form)
    assert {
        f"Host: {address}", "Accept-Encoding: identity", "Content-Length: 12", "Key: k",
        "Content-Type: application/x-www-form-urlencoded",
    } == {*fields}  # fmt: skip


@pytest.mark.parametrize("sent", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_whole_answer_leaves_the_outcome_open(sent: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(sent)

    with raw_server(serve) as address, pytest.raises(OutcomeUnknown):
        Transport().get(f"http://{address}/", {})


def test_the_first_of_a_repeated_field_counts() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n")

    with raw_server(serve) as address:
        assert "1" == Transport().get(f"http://{address}/", {}).headers["x-a"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/", {"Key": "k\r\nX: y"}), ("/", {"Key": "k\n"}), ("/", {"Key": "ውሃ"}), ("/a b", {})],
)
def test_what_fits_no_request_reaches_nobody(path: str, headers: dict[str, str]) -> None:
    asked: list[bytes] = []
    with (
        raw_server(lambda connection: asked.append(connection.recv(100))) as address,
        pytest.raises(SendFailed) as caught,
    ):
        Transport().get(f"http://{address}{path}", headers)

    assert isinstance(caught.value, ChannelMisconfigured)
    assert b"" == b"".join(asked)

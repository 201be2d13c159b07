"""Webhook bodies are read strictly and shown to nobody."""

from __future__ import annotations

import contextlib
import traceback
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.telecom.webhook import FORM, MOST_FIELDS, WebhookReply, WebhookRequest


def request(body: bytes = b"", query: str = "", content_type: str = FORM) -> WebhookRequest:
    return WebhookRequest(
        method="POST",
        path="/ussd/ke",
        query=query,
        headers={"content-type": content_type, "authorization": "Bearer s3cret"},
        body=body,
        remote_address="192.0.2.1",
        public_url="https://gateway.example",
    )


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (" text/plain ;", "text/plain"),
        ("", ""),
    ],
)
def test_content_type_is_read_without_case_and_parameters(sent: str, expected: str) -> None:
    assert expected == request(content_type=sent).content_type


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", []),
        (b"a=1", [("a", "1")]),
        (b"b=&a=1&b=2", [("b", ""), ("a", "1"), ("b", "2")]),
        (b"text=31%2A5+x", [("text", "31*5 x")]),
        (b"phoneNumber=%2B999700012345", [("phoneNumber", "+999700012345")]),
        (b"text=%E1%8A%A0", [("text", "አ")]),
        ("text=አ".encode(), [("text", "አ")]),
        (b"a", [("a", "")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"a=%2500", [("a", "%00")]),
        (b"a=%zz", [("a", "%zz")]),
        (b"a=" + b"x" * 60_000, [("a", "x" * 60_000)]),
        (b"&".join([b"a="] * MOST_FIELDS), [("a", "")] * MOST_FIELDS),
    ],
)
def test_a_form_is_read_in_the_order_sent(body: bytes, expected: list[tuple[str, str]]) -> None:
    assert expected == request(body).form_pairs()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=1", "application/json"),
        (b"a=1", "multipart/form-data"),
        (b"a=1", ""),
        (b"a=\xff", FORM),
        (b"a=%FF", FORM),
        (b"a=%E1%8A", FORM),
        (b"a=%ED%A0%BD", FORM),
        (b"a=%00", FORM),
        (b"a=\0", FORM),
        (b"&".join([b"a="] * (MOST_FIELDS + 1)), FORM),
    ],
)
def test_a_body_that_is_no_form_is_malformed(body: bytes, content_type: str) -> None:
    with pytest.raises(Malformed):
        request(body, content_type=content_type).form_pairs()


def test_a_field_sent_twice_is_malformed() -> None:
    with pytest.raises(Malformed, match="more than once"):
        request(b"text=1&text=2").form()


def test_a_form_is_read_by_name() -> None:
    expected = {"text": "1*2", "empty": ""}
    assert expected == request(b"text=1*2&empty=").form()


def test_of_a_repeated_query_field_the_first_counts() -> None:
    expected = {"key": "right", "x": ""}
    assert expected == request(query="key=right&key=wrong&x=").query_fields()


@pytest.mark.parametrize("query", ["key=%FF", "key=%00", "&".join(["a="] * (MOST_FIELDS + 1))])
def test_a_query_that_cannot_be_read_is_malformed(query: str) -> None:
    with pytest.raises(Malformed):
        request(query=query).query_fields()


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=10))
def test_what_is_encoded_as_a_form_is_read_back(pairs: list[tuple[str, str]]) -> None:
    sent = [(name, value) for name, value in pairs if name or value]

    assert sent == request(urlencode(sent).encode()).form_pairs()


@given(
    st.binary() | st.text().map(quote_plus).map(str.encode),
    st.text(st.characters(max_codepoint=127)),
)
def test_any_body_and_query_are_read_or_malformed(body: bytes, query: str) -> None:
    arrived = request(body, query)

    for read in (arrived.form, arrived.form_pairs, arrived.query_fields):
        with contextlib.suppress(Malformed):
            assert isinstance(read(), dict | list)


def test_neither_request_nor_reply_print_what_they_carry() -> None:
    arrived = request(b"text=my+answer", "key=s3cret")

    shown = f"{arrived!r} {WebhookReply(body='CON Balance of Asha')!r}"

    assert all(word not in shown for word in ("answer", "s3cret", "Asha"))
    assert "/ussd/ke" in shown


def test_the_error_of_an_unreadable_body_does_not_carry_the_body() -> None:
    with pytest.raises(Malformed) as refused:
        request(b"text=my+answer%FF").form_pairs()

    told = "".join(traceback.format_exception(refused.value, chain=True))
    assert refused.value.__suppress_context__
    assert "answer%FF" not in told.replace('request(b"text=my+answer%FF")', "")

"""Webhook bodies are read strictly and shown to nobody."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote_from_bytes, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.telecom.charsets import declared_charset, words_of
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
        (b"a=1", [(b"a", b"1")]),
        (b"b=&a=1&b=2", [(b"b", b""), (b"a", b"1"), (b"b", b"2")]),
        (b"text=31%2A5+x", [(b"text", b"31*5 x")]),
        (b"phoneNumber=%2B999700012345", [(b"phoneNumber", b"+999700012345")]),
        (b"text=%E1%8A%A0", [(b"text", "አ".encode())]),
        ("text=አ".encode(), [(b"text", "አ".encode())]),
        (b"a", [(b"a", b"")]),
        (b"a=1;b=2", [(b"a", b"1;b=2")]),
        (b"a=%2500", [(b"a", b"%00")]),
        (b"a=%zz", [(b"a", b"%zz")]),
        (b"a=\xff%FF", [(b"a", b"\xff\xff")]),
        (b"a=\xe1%8A\xa0", [(b"a", "አ".encode())]),
        (b"a=%00", [(b"a", b"\0")]),
        (b"a=" + b"x" * 60_000, [(b"a", b"x" * 60_000)]),
        (b"&".join([b"a="] * MOST_FIELDS), [(b"a", b"")] * MOST_FIELDS),
    ],
)
def test_a_form_is_read_in_the_order_sent(body: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert expected == request(body).form_pairs()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=1", "application/json"),
        (b"a=1", "multipart/form-data"),
        (b"a=1", ""),
        (b"&".join([b"a="] * (MOST_FIELDS + 1)), FORM),
    ],
)
def test_a_body_that_is_no_form_is_malformed(body: bytes, content_type: str) -> None:
    with pytest.raises(Malformed):
        request(body, content_type=content_type).form_pairs()


def test_a_field_sent_twice_is_malformed_where_it_is_read() -> None:
    fields = request(b"text=1&text=2&id=7").form()

    assert "7" == fields["id"]
    for read in (fields.__getitem__, fields.words, fields.get):
        with pytest.raises(Malformed, match="'text' is sent more than once"):
            read("text")


@pytest.mark.parametrize("sent", [b"\xff", b"%FF", b"%E1%8A", b"%ED%A0%BD", b"%00", b"\0"])
def test_a_field_that_cannot_be_read_is_malformed_where_it_decides(sent: bytes) -> None:
    fields = request(b"id=" + sent + b"&other=7").form()

    assert "7" == fields["other"]
    with pytest.raises(Malformed, match="'id'"):
        fields["id"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"%E9t%E9", "été"),
        (b"\xe9t\xe9", "été"),
        (b"%C3%A9", "é"),
        (b"%E1%8A%A0", "አ"),
        (b"caf%E9", "café"),
        ("ውሃ የለም".encode()[:-1], "ውሃ የለ"),
        (b"%E1%8B%8D%E1%88%83 %FF", "ውሃ \ufffd"),
        (b"Se\xf1or na\xefve", "Señor naïve"),
        (b"%80", "€"),
        (b"%81", "\ufffd"),
        (b"a%00b", "ab"),
        (b"", ""),
    ],
)
def test_what_a_citizen_wrote_is_read_as_well_as_can_be(sent: bytes, read: str) -> None:
    assert read == request(b"text=" + sent).form().words("text")


@pytest.mark.parametrize(
    ("charset", "sent", "read"),
    [
        ("ISO-8859-1", "Résultat".encode("latin-1"), "Résultat"),
        ('"iso-8859-1"', "Résultat 10231456".encode("latin-1"), "Résultat 10231456"),
        ("windows-1256", "نتيجة".encode("cp1256"), "نتيجة"),
        ("ISO-8859-15", "5 €".encode("iso8859-15"), "5 €"),
        ("UTF-16BE", "ውሃ".encode("utf-16-be"), "ውሃ"),
        ("utf-8", "ውሃ".encode(), "ውሃ"),
        ("utf-8", "Résultat".encode("latin-1"), "Résultat"),
        ("us-ascii", "Résultat".encode("latin-1"), "Résultat"),
        ("ISO-8859-6", b"\xff\xfe", "ÿþ"),
        ("utf-9", "été".encode(), "été"),
        ("idna", "été".encode(), "été"),
        ("", "été".encode(), "été"),
    ],
)
def test_the_charset_that_is_declared_counts_where_the_words_are_in_it(
    charset: str, sent: bytes, read: str
) -> None:
    body = b"text=" + quote_from_bytes(sent).encode()

    fields = request(body, content_type=f"{FORM}; charset={charset}").form()

    assert read == fields.words("text")


@pytest.mark.parametrize("content_type", ["", FORM, f"{FORM}; charset", f"{FORM}; charset=", "é"])
def test_a_content_type_without_a_charset_declares_none(content_type: str) -> None:
    assert "" == declared_charset(content_type)


@given(st.binary(max_size=60), st.sampled_from(["", "utf-8", "iso-8859-1", "utf-16", "x"]))
def test_no_bytes_are_too_odd_to_be_words(value: bytes, charset: str) -> None:
    assert "\0" not in words_of(value, charset)


@given(st.text(max_size=60).filter(lambda text: "\0" not in text))
def test_utf8_is_read_as_it_was_written(text: str) -> None:
    sent = text.encode("utf-8", "replace")

    assert sent.decode() == words_of(sent)


def test_a_name_that_cannot_be_read_is_no_field() -> None:
    fields = request(b"%FF=1&%C3%A9=2&id=7").form()

    assert (["id"], 1) == ([*fields], len(fields))
    with pytest.raises(KeyError):
        fields.words("text")


def test_a_form_is_read_by_name() -> None:
    expected = {"text": "1*2", "empty": ""}
    assert expected == dict(request(b"text=1*2&empty=").form())


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

    assert [(name.encode(), value.encode()) for name, value in sent] == request(
        urlencode(sent).encode()
    ).form_pairs()


@given(st.lists(st.sampled_from([b"&", b"=", b"+", b"%", b"%41", b"%e", b"a", b"\xff"])))
def test_a_form_is_read_as_the_standard_library_does(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")

    assert [tuple(each.encode("latin-1") for each in pair) for pair in pairs] == request(
        body
    ).form_pairs()


@given(
    st.binary() | st.text().map(quote_plus).map(str.encode),
    st.text(st.characters(max_codepoint=127)),
)
def test_any_body_and_query_are_read_or_malformed(body: bytes, query: str) -> None:
    arrived = request(body, query)

    for read in (arrived.form, arrived.form_pairs, arrived.query_fields):
        with contextlib.suppress(Malformed):
            assert isinstance(read(), Mapping | list)


def test_neither_request_nor_reply_print_what_they_carry() -> None:
    arrived = request(b"text=my+answer", "key=s3cret")

    shown = f"{arrived!r} {WebhookReply(body='CON Balance of Asha')!r}"

    assert all(word not in shown for word in ("answer", "s3cret", "Asha"))
    assert "/ussd/ke" in shown


def test_the_error_of_an_unreadable_body_does_not_carry_the_body() -> None:
    with pytest.raises(Malformed) as refused:
        request(b"text=my+answer%FF").form()["text"]

    told = "".join(traceback.format_exception(refused.value, chain=True))
    assert refused.value.__suppress_context__
    assert "answer%FF" not in told.replace('request(b"text=my+answer%FF")', "")

"""The fields of a JSON body: read one by one, whatever was sent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.providers.shared.json_fields import json_fields
from gateway.domain.faults_and_errors.errors import Malformed
from tests.providers.samples import webhook

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=200) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_read_or_refused_and_nothing_read_breaks_a_store(body: bytes) -> None:
    try:
        fields = json_fields(webhook(body=body))
    except Malformed:
        return
    for name in fields:
        for read in (fields.__getitem__, fields.words):
            try:
                text = read(name)
            except Malformed:
                continue
            assert "\0" not in text
            assert text == text.encode("utf-8").decode("utf-8")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"a": "\xe1\x88\xb0"}', "ሰ"),
        (b'{"a": "\\ud83d\\ude00"}', "\N{GRINNING FACE}"),
        (b'{"a": 1330929317043}', "1330929317043"),
        (b'{"a": 0010}', None),
        (b'{"a": 1.50}', "1.50"),
        (b'{"a": ""}', ""),
        (b'{"a": "x", "b": {"c": 1}}', "x"),
        (b'{"a": "x", "a": "x"}', None),
        (b'{"a": NaN}', None),
        (b'{"a": true}', None),
        (b'{"a": ["x"]}', None),
        (b'{"a": "\\u0000"}', None),
        (b'{"a": "\\ud83d"}', None),
        (b'{"a": "\xff"}', None),
        (b"[" * 60_000, None),
        (b'{"a":' * 10_000, None),
        (b"", None),
    ],
    ids=range(17),
)
def test_a_field_is_what_was_written_or_refused(body: bytes, text: str | None) -> None:
    if text is None:
        with pytest.raises(Malformed):
            json_fields(webhook(body=body))["a"]
    else:
        assert text == json_fields(webhook(body=body))["a"]


def test_what_a_citizen_wrote_is_read_as_well_as_can_be() -> None:
    fields = json_fields(webhook(body=b'{"a": "x\\u0000\\ud83d \xff y"}'))

    assert "x\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER} y" == fields.words("a")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"FROM": "x"}', "x"),
        (b'{"From": "y", "from": "x"}', "x"),
        (b'{"From": "y", "FROM": "x"}', None),
        (b'{"From": null}', ""),
    ],
)
def test_a_name_in_other_capitals_is_read_and_two_of_them_are_refused(
    body: bytes, text: str | None
) -> None:
    if text is None:
        with pytest.raises(Malformed):
            json_fields(webhook(body=body)).get("from")
    else:
        assert text == json_fields(webhook(body=body)).get("from", "")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"FROM=x", "x"),
        (b"From=y&from=x", "x"),
        (b"From=y&FROM=x", None),
        (b"FROM=x&FROM=x", None),
        (b"to=1", ""),
    ],
)
def test_so_is_a_name_in_a_form(body: bytes, text: str | None) -> None:
    fields = webhook(body=body).form()
    for read in (lambda: fields.get("from", ""), lambda: fields.words("from")):
        if text is None:
            with pytest.raises(Malformed):
                read()
        elif text:
            assert text == read()

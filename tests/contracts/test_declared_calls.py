"""Declared calls: what is sent for them, and what becomes of the reply."""

from __future__ import annotations

import contextlib
import gzip
import json
import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.handler_calls.declared_calls import DeclaredCalls, request_of
from gateway.adapters.handler_calls.http_exchange import Reply
from gateway.adapters.handler_calls.reply_mapping import outcome_of
from gateway.adapters.handler_calls.thread_runner import ThreadRunner
from gateway.adapters.menu_files.compiling.calls import declared
from gateway.adapters.menu_files.schemas.calls import CallShape
from gateway.adapters.releases.in_process import ServedReleases
from gateway.domain.faults_and_errors.errors import (
    DeadlineExceeded,
    FaultyAnswer,
    HandlerFailed,
    Misunderstood,
    ServiceFailed,
)
from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from tests.domain.menus import SAMPLE
from tests.handlers.desk import DeskInMemory
from tests.ministry import Ministry, ministry, says

ANSWERS = {"tank": "117", "note": "a&b=c/../$CALL_WATER_TOKEN é"}
TOKEN = "s3cret"


def call_of(**changes: object) -> ServiceCall:
    """Returns a call of the tanks."""
    made = ServiceCall(
        handler="call:tanks",
        answers=ANSWERS,
        language="sw",
        subscriber=Msisdn("+999700000123"),
        key="turn-7",
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def tanks(**written: object) -> DeclaredCall:
    """Returns a declared call with the keys given."""
    told: dict[str, object] = {
        "url": "https://water.example/v1/{tank}",
        "values": {"level": {"path": "tank.level", "max": 3}},
        "outcomes": {"found": {"status": "200", "when": "tank"}, "unknown": {"status": "404"}},
        **written,
    }
    return declared("tanks", CallShape.model_validate(told))


def secret(name: str) -> str:
    """Returns the one secret there is."""
    if name != "CALL_WATER_TOKEN":
        raise ServiceFailed(f"{name} is not set.")
    return TOKEN


def test_answers_are_encoded_in_a_url() -> None:
    call = tanks(url="https://water.example/v1/{note}?q={note}&of={subscriber}&in={language}")

    url = request_of(call, call_of(), secret).url

    encoded = "a%26b%3Dc%2F..%2F%24CALL_WATER_TOKEN%20%C3%A9"
    assert f"https://water.example/v1/{encoded}?q={encoded}&of=%2B999700000123&in=sw" == url


@pytest.mark.parametrize("typed", [".", "..", "..."])
def test_dots_do_not_lead_up(typed: str) -> None:
    url = request_of(tanks(), call_of(answers={"tank": typed}), secret).url

    assert "https://water.example/v1/" == url


def test_a_secret_stands_where_the_operator_wrote_it_and_nowhere_else() -> None:
    call = tanks(
        headers={"Authorization": "Bearer $CALL_WATER_TOKEN", "X-Note": "{note}"},
        method="POST",
        json={"note": "{note}", "token": "$CALL_WATER_TOKEN", "more": ["{tank}", {"a": "b"}]},
    )

    request = request_of(call, call_of(), secret)

    assert f"Bearer {TOKEN}" == request.headers["Authorization"]
    assert "a&b=c/../$CALL_WATER_TOKEN %C3%A9" == request.headers["X-Note"]
    assert {"note": ANSWERS["note"], "token": TOKEN, "more": ["117", {"a": "b"}]} == json.loads(
        request.body or b""
    )


def test_a_form_is_encoded() -> None:
    request = request_of(tanks(method="POST", form={"note": "{note}"}), call_of(), secret)

    assert b"note=a%26b%3Dc%2F..%2F%24CALL_WATER_TOKEN+%C3%A9" == request.body
    assert "application/x-www-form-urlencoded" == request.headers["Content-Type"]


def test_what_writes_carries_the_key_of_its_turn() -> None:
    written = request_of(tanks(method="POST", form={"tank": "{tank}"}), call_of(), secret)
    read = request_of(tanks(), call_of(), secret)

    assert "turn-7" == written.headers["Idempotency-Key"]
    assert "Idempotency-Key" not in read.headers


def test_a_secret_that_is_missing_is_named() -> None:
    with pytest.raises(ServiceFailed, match="OTHER is not set"):
        request_of(tanks(headers={"A": "$CALL_OTHER"}), call_of(), secret)


@given(st.text(max_size=20))
def test_no_answer_leaves_its_place(typed: str) -> None:
    call = tanks(url="https://water.example/v1/{tank}/x?q=1", headers={"X-Tank": "{tank}"})

    request = request_of(call, call_of(answers={"tank": typed}), secret)

    assert request.url.startswith("https://water.example/v1/")
    assert request.url.endswith("/x?q=1")
    assert 5 == request.url.count("/")
    assert request.headers["X-Tank"].isprintable() or not request.headers["X-Tank"]


def reply(status: int, data: object) -> Reply:
    """Returns a reply with JSON, or with these bytes."""
    return Reply(status, data if isinstance(data, bytes) else json.dumps(data).encode())


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("80", "80"),
        (80, "80"),
        (0, "0"),
        (7.5, "7.5"),
        (True, "true"),
        ("a\nb\x00c", "a b c"),
        (1500.0, "1500"),
        (-0.0, "0"),
        (1e6, "1000000"),
        (2.5e-7, "0.00000025"),
        (0.1 + 0.2, "0.3"),
        (12345678901234567890, "12345678901234567890"),
        ("1500.0", "1500.0"),  # a text may be a version, or a place in a law
        ("Water &amp; roads", "Water & roads"),
        ("&Eacute;cole d&#39;&#xE9;t&eacute;&nbsp;1", "École d'été 1"),
        ("R&D; R&amp D &notathing; &#0;", "R&D; R&amp D &notathing; \ufffd"),
        ("&lt;b&gt;", "<b>"),
        ("a&#10;b&amp;amp;", "a b&amp;"),
    ],
)
def test_a_value_is_taken_out_as_text(level: object, shown: str) -> None:
    outcome = outcome_of(tanks(), reply(200, {"tank": {"level": level}}))

    assert Outcome("found", {"level": shown}) == outcome


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("1500.0", "1500"),
        ("1e6", "1000000"),
        ("2.50", "2.50"),
        ("2.5E+2", "250"),
        ("-0", "0"),
        (" 80 ", "80"),
        ("KES 80", "KES 80"),
        ("1e999", "1e999"),
        ("1,500.0", "1,500.0"),
        ("٤٠", "٤٠"),
    ],
)
@pytest.mark.parametrize("kind", ["amount", "whole_number"])
def test_a_number_in_a_text_is_written_as_numbers_are_where_a_number_belongs(
    level: str, shown: str, kind: str
) -> None:
    call = tanks(values={"level": {"path": "tank.level", "max": 9, "kind": kind}})

    assert {"level": shown} == outcome_of(call, reply(200, {"tank": {"level": level}})).values


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1e9, max_value=1e9))
def test_whatever_way_a_number_is_written_it_is_the_same_number(number: Decimal) -> None:
    value = {"path": "tank.level", "max": 20, "kind": "amount"}
    call = tanks(values={"level": value})

    for written in (str(number), f"{number:e}", repr(float(number))):
        for raw in (written, f'"{written}"'):
            body = f'{{"tank": {{"level": {raw}}}}}'.encode()
            level = outcome_of(call, reply(200, body)).values["level"]
            assert isinstance(level, str)
            assert (Decimal(level), False) == (number, "e" in level.lower())


@pytest.mark.parametrize(
    ("body", "headers", "what"),
    [
        (b"", ("", ""), "that is empty"),
        (b" \r\n", ("application/json", ""), "that is empty"),
        (b'{"tank": {"level": NaN}}', ("", ""), "with NaN, which is no JSON"),
        (b'{"tank": {"level": -Infinity}}', ("", ""), "with -Infinity, which is no JSON"),
        (gzip.compress(b'{"tank": 1}', mtime=0), ("", "gzip"), "that is compressed (gzip)"),
        (gzip.compress(b'{"tank": 1}', mtime=0), ("", ""), "that is compressed (gzip)"),
        (zlib.compress(b'{"tank": 1}'), ("", "deflate"), "that is compressed (deflate)"),
        ('{"tank": "é"}'.encode("latin-1"), ("", ""), "that is not in UTF-8:"),
        (
            '{"tank": "é"}'.encode("latin-1"),
            ("application/json; charset=ISO-8859-1", ""),
            "that is not in UTF-8 (it says iso8859-1)",
        ),
        ('{"tank": "é"}'.encode("cp1252"), ("text/plain; charset=made-up", ""), "in UTF-8:"),
        (b"<html>Busy</html>", ("text/html", ""), "that is no JSON"),
        (b'{"tank": 1} ', ("", "identity"), ""),
        ('{"tank": "é"}'.encode("utf-16"), ("application/json; charset=utf-16", ""), ""),
        (b'\xef\xbb\xbf{"tank": 1}', ("", ""), ""),
    ],
)
@pytest.mark.parametrize("when", ["tank", None])
def test_a_reply_that_cannot_be_read_is_named_as_what_it_is(
    body: bytes, headers: tuple[str, str], what: str, when: str | None
) -> None:
    values = {"level": {"path": "to_string(tank)", "max": 9}}
    call = tanks(values=values, outcomes={"found": {"status": "200", "when": when}})

    if not what:
        assert "found" == outcome_of(call, Reply(200, body, *headers)).name
        return
    with pytest.raises(HandlerFailed, match=re.escape(what)):
        outcome_of(call, Reply(200, body, *headers))


@pytest.mark.parametrize("lacking", [{}, {"level": None}, {"level": []}, {"level": {"a": 1}}])
def test_a_reply_that_lacks_a_value_is_no_reply(lacking: dict[str, object]) -> None:
    with pytest.raises(HandlerFailed, match="without the value 'level'"):
        outcome_of(tanks(), reply(200, {"tank": {"x": 1, **lacking}}))


def test_something_may_stand_in_for_a_value() -> None:
    values = {"level": {"path": "tank.level", "max": 3, "otherwise": "?"}}

    outcome = outcome_of(tanks(values=values), reply(200, {"tank": {"x": 1}}))

    assert {"level": "?"} == outcome.values


def test_rows_are_taken_out_as_many_as_declared() -> None:
    call = tanks(
        lists={
            "days": {
                "path": "days[?open]",
                "rows": 2,
                "fields": {"name": {"path": "day", "max": 9}, "at": {"path": "hour", "max": 2}},
            }
        },
        outcomes={"found": {"status": "200", "gives": ["days"]}},
    )
    days = [{"day": f"d{n}", "hour": n, "open": n != 1} for n in range(5)]

    outcome = outcome_of(call, reply(200, {"days": days}))

    assert {"days": [{"name": "d0", "at": "0"}, {"name": "d2", "at": "2"}]} == outcome.values


def test_a_list_that_is_none_is_no_reply() -> None:
    call = tanks(
        lists={"days": {"path": "days", "rows": 2, "fields": {"a": {"path": "a", "max": 1}}}}
    )

    with pytest.raises(HandlerFailed, match="without the list 'days'"):
        outcome_of(call, reply(200, {"tank": {"level": 1}, "days": "none"}))


def test_the_first_outcome_that_fits_counts() -> None:
    call = tanks(
        outcomes={
            "empty": {"status": "2xx", "when": "tank.level == `0`"},
            "found": {"status": "2xx"},
            "unknown": {"status": ["404", "410"]},
            "down": {"status": "5xx"},
        }
    )

    named = [
        outcome_of(call, reply(status, {"tank": {"level": level}})).name
        for status, level in ((200, 0), (206, 5), (404, 1), (410, 1), (503, 1))
    ]

    assert ["empty", "found", "unknown", "unknown", "down"] == named


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (200, b"<html>Welcome</html>", FaultyAnswer),
        (200, b"", FaultyAnswer),
        (200, b"[" * 100_000, FaultyAnswer),
        (200, b'{"tank": NaN}', FaultyAnswer),
        (200, b'{"tank": {"level": 1e999}}', FaultyAnswer),
        (200, b"\xff\xfe", FaultyAnswer),
        (200, {"tank": None}, FaultyAnswer),
        (204, b"", FaultyAnswer),
        (302, b"", HandlerFailed),
        (500, {}, HandlerFailed),
        (429, {}, HandlerFailed),
        (401, {}, HandlerFailed),
        (400, {}, Misunderstood),
        (422, {}, Misunderstood),
    ],
)
def test_what_was_not_declared_is_a_failure(
    status: int, said: object, kind: type[HandlerFailed]
) -> None:
    with pytest.raises(HandlerFailed) as caught:
        outcome_of(tanks(), reply(status, said))

    assert kind is type(caught.value)


@given(st.binary(max_size=60), st.integers(100, 599))
def test_any_reply_is_an_outcome_or_a_civil_failure(body: bytes, status: int) -> None:
    named = "civil failure"
    with contextlib.suppress(HandlerFailed):
        named = outcome_of(tanks(), Reply(status, body)).name

    assert named in ("found", "unknown", "civil failure")


@pytest.fixture
def water() -> Iterator[Ministry]:
    """The system of the tanks."""
    with ministry() as running:
        yield running


def runner_of(call: DeclaredCall) -> ThreadRunner:
    """Returns a runner that knows this call and no handler."""
    release = replace(SAMPLE, calls={"tanks": call})
    calls = DeclaredCalls(releases=ServedReleases(release), secret=secret)
    return ThreadRunner({}, DeskInMemory({}), declared=calls.find)


def on_loopback(water: Ministry, **written: object) -> DeclaredCall:
    """Returns the call of a system on loopback."""
    return tanks(url=water.url + "/v1/{tank}", allow_private=["127.0.0.0/8"], **written)


def test_a_call_is_made_and_its_values_are_those_of_the_reply(water: Ministry) -> None:
    water.answers["/v1/117"] = (200, {"tank": {"level": 80}})

    outcome = runner_of(on_loopback(water)).run(call_of(), 5)

    assert Outcome("found", {"level": "80"}) == outcome


@pytest.mark.parametrize(
    ("kind", "level"),
    [(None, 2200), ("whole_number", 2200), ("whole_number", 75), ("whole_number", "n/a")],
)
def test_a_figure_with_another_length_or_of_another_kind_is_never_part_of_an_answer(
    kind: str | None, level: object, water: Ministry, caplog: pytest.LogCaptureFixture
) -> None:
    water.answers["/v1/117"] = (200, {"tank": {"level": level}})
    bounds = {"maximum": 50} if kind else {}
    value = {"path": "tank.level", "max": 3, "kind": kind, **bounds}

    with pytest.raises(FaultyAnswer):
        runner_of(on_loopback(water, values={"level": value})).run(call_of(), 5)

    assert "'level'" in caplog.text  # for whoever is called by the alert
    assert str(level) not in caplog.text


def test_a_call_has_its_own_timeout(water: Ministry) -> None:
    water.hangs("/v1/117")

    with pytest.raises(DeadlineExceeded):
        runner_of(on_loopback(water, timeout=0.1)).run(call_of(), 5)


def test_a_system_that_refuses_fails_with_a_reference(water: Ministry) -> None:
    water.answers["/v1/117"] = says(b"go away")

    with pytest.raises(HandlerFailed) as caught:
        runner_of(on_loopback(water)).run(call_of(), 5)

    assert 8 == len(caught.value.reference)


def test_nothing_of_a_call_is_logged(water: Ministry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    water.answers["/v1/10231456"] = (500, {"name": "Asha Mwangi"})
    call = on_loopback(water, headers={"Authorization": "Bearer $CALL_WATER_TOKEN"})

    with pytest.raises(HandlerFailed):
        runner_of(call).run(call_of(answers={"tank": "10231456"}), 5)

    assert caplog.text
    for word in ("10231456", "Asha", TOKEN, "+999700000123"):
        assert word not in caplog.text


def test_a_call_that_no_release_declares_is_no_call() -> None:
    assert runner_of(tanks()).contract(call_of(handler="call:tonks")) is None
    assert runner_of(tanks()).contract(call_of(handler="tanks")) is None
    assert tanks().contract == runner_of(tanks()).contract(call_of())

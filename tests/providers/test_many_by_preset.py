"""One text to many in one call, by preset: each number is judged, and what is lost is unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.providers.http.template import load
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SettingsInvalid,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import for_channels
from gateway.standin.exchange import Exchange
from gateway.standin.server import running
from tests.providers.presets import NAMES, provider_of, settings_of
from tests.providers.raw_server import Answer, scripted_api
from tests.providers.samples import outbound
from tests.providers.test_adding_a_preset import FILES

MANY = [name for name in NAMES if (sms := settings_of(name).speaks.sms) and sms.many]
NUMBERS = [f"+25471100000{digit}" for digit in range(3)]
FIRST, SECOND, THIRD = (number.removeprefix("+") for number in NUMBERS)
TOKEN = ProviderToken("http", "line", "abc")


def mts(*subscribers: Any) -> list[OutboundSms]:
    told = [Msisdn(each) if isinstance(each, str) else each for each in subscribers]
    return [outbound(id=number, subscriber=each) for number, each in enumerate(told, 40)]


def infobip(number: str, group: int) -> dict[str, Any]:
    return {"messageId": f"i{number}", "destination": number, "status": {"groupId": group}}


def celcom(number: str, code: object) -> dict[str, Any]:
    return {"respose-code": code, "mobile": number, "messageid": f"c{number}"}


def bulk(number: str, status: str) -> dict[str, Any]:
    kind = status.partition(".")[0]
    return {"id": f"b{number}", "to": number, "status": {"id": status, "type": kind}}


def arkesel(number: str) -> dict[str, Any]:
    return {"recipient": number, "id": f"a{number}"}


def test_those_that_come_along_have_it_where_each_number_has_its_answer() -> None:
    assert ["arkesel-sms", "bulksms", "celcom", "infobip"] == MANY


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("infobip", {"messages": [
            {"sender": "MINEDU", "destinations": [{"to": number}],
             "content": {"text": "Umefaulu: 385"},
             "webhooks": {"delivery": {"url": "", "contentType": "application/json"},
                          "callbackData": str(id)}}
            for id, number in ((40, FIRST), (41, SECOND))
        ]}),
        ("arkesel-sms", {
            "sender": "MINEDU", "message": "Umefaulu: 385", "recipients": [FIRST, SECOND],
        }),
        ("bulksms", {
            "to": NUMBERS[:2], "from": "+27710000000", "body": "Umefaulu: 385",
            "longMessageMaxParts": 10,
        }),
        ("celcom", {
            "apikey": "a-key", "partnerID": "77", "shortcode": "MINEDU",
            "mobile": f"{FIRST},{SECOND}", "message": "Umefaulu: 385", "pass_type": "plain",
        }),
    ],
)  # fmt: skip
def test_one_call_names_all_numbers(name: str, fields: dict[str, Any]) -> None:
    with scripted_api([Answer(200, "{}")]) as api, pytest.raises(OutcomeUnknown):
        provider_of(name, api_url=api.url).send_many(mts(*NUMBERS[:2]), "")

    assert [fields] == [json.loads(body) for body in api.bodies]


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        ("infobip", {"messages": [infobip(THIRD, 1), infobip(SECOND, 2), infobip(FIRST, 1)]},
         [f"i{FIRST}", SendRejected, f"i{THIRD}"]),
        ("infobip", {"messages": [infobip(FIRST, 9), infobip(SECOND, 5)]},
         [OutcomeUnknown, SendRejected, OutcomeUnknown]),
        ("celcom", {"responses": [
            celcom(FIRST, 200), celcom(SECOND[3:], "200"), celcom(f"0{THIRD[3:]}", 1003)]},
         [f"c{FIRST}", f"c{SECOND[3:]}", SendRejected]),
        ("celcom", {"responses": [celcom(FIRST, 1004), celcom(SECOND, 1005), celcom("3", 200)]},
         [ChannelMisconfigured, ProviderUnavailable, OutcomeUnknown]),
        # Two rows for one number: which of them holds nobody can tell.
        ("celcom", {"responses": [celcom(FIRST, 200), celcom(FIRST, 1003), celcom(SECOND, 200)]},
         [OutcomeUnknown, f"c{SECOND}", OutcomeUnknown]),
        ("arkesel-sms", {"status": "success", "data": [
            arkesel(SECOND), {"invalid numbers": [FIRST]}, {"recipient": THIRD}]},
         [OutcomeUnknown, f"a{SECOND}", OutcomeUnknown]),
        ("bulksms", [bulk(SECOND, "ACCEPTED.null"), bulk(FIRST, "FAILED.BLOCKED")],
         [SubscriberOptedOut, f"b{SECOND}", OutcomeUnknown]),
        ("arkesel-sms", {"status": "success", "DATA": [arkesel(n) for n in (FIRST, SECOND, THIRD)]},
         [f"a{FIRST}", f"a{SECOND}", f"a{THIRD}"]),
    ],
)  # fmt: skip
def test_each_number_is_judged(
    name: str, answer: object, expected: Sequence[str | type[SendFailed]]
) -> None:
    with scripted_api([Answer(200, json.dumps(answer))]) as api:
        results = provider_of(name, api_url=api.url).send_many(mts(*NUMBERS), "")

    told = [each.provider_ref if isinstance(each, Accepted) else type(each) for each in results]
    assert list(expected) == told


@pytest.mark.parametrize(
    ("name", "answer", "failure"),
    [
        ("infobip", Answer(500, "oops"), OutcomeUnknown),
        ("infobip", Answer(200, "no JSON"), OutcomeUnknown),
        ("infobip", Answer(200, '{"messages": []}'), OutcomeUnknown),
        ("infobip", Answer(200, '{"messages": {"to": 1}}'), OutcomeUnknown),
        ("celcom", Answer(401, "{}"), ChannelMisconfigured),
        ("celcom", Answer(429, "{}"), Throttled),
        ("arkesel-sms", Answer(402, '{"status": "error"}'), ChannelMisconfigured),
        # A refusal of the whole says nothing of each: tried again, each goes alone.
        ("arkesel-sms", Answer(200, '{"status": "error"}'), ProviderUnavailable),
        ("infobip", Answer(400, "{}"), ProviderUnavailable),
    ],
)
def test_what_is_said_of_the_whole_call_counts_for_all(
    name: str, answer: Answer, failure: type[SendFailed]
) -> None:
    with scripted_api([answer]) as api, pytest.raises(SendFailed) as caught:
        provider_of(name, api_url=api.url).send_many(mts(*NUMBERS), "")

    assert failure is type(caught.value)


def test_numbers_that_end_alike_are_nobodys_where_the_answer_leaves_the_country_out() -> None:
    answer = {"responses": [celcom(FIRST[3:], 200), celcom(SECOND, 200)]}
    with scripted_api([Answer(200, json.dumps(answer))]) as api:
        alike = mts(NUMBERS[0], f"+255{FIRST[3:]}", NUMBERS[1])
        results = provider_of("celcom", api_url=api.url).send_many(alike, "")

    assert [OutcomeUnknown, OutcomeUnknown, Accepted] == [type(each) for each in results]


def test_who_has_no_number_stops_nobody_else_and_nobody_is_no_call() -> None:
    answer = {"responses": [celcom(FIRST, 200)]}
    with scripted_api([Answer(200, json.dumps(answer))]) as api:
        provider = provider_of("celcom", api_url=api.url)
        results = provider.send_many(mts(TOKEN, NUMBERS[0]), "")
        nobody = provider.send_many(mts(TOKEN, TOKEN), "")

    assert [SendRejected, Accepted] == [type(each) for each in results]
    assert [SendRejected, SendRejected] == [type(each) for each in nobody]
    assert 1 == len(api.paths)


# ------------------------------------------- on the stand-in, as all that send to many keep to


@pytest.fixture(params=MANY)
def line(request: pytest.FixtureRequest) -> Iterator[tuple[HttpProvider, Exchange]]:
    standin = create_app(for_channels({"line": settings_of(request.param)}, {}))
    with running(standin) as url:
        yield provider_of(request.param, api_url=url), standin.extensions[EXTENSION]


def test_many_are_taken_once_each(line: tuple[HttpProvider, Exchange]) -> None:
    provider, exchange = line

    results = provider.send_many(mts(*NUMBERS), "")

    taken = {sms["reference"]: sms["to"] for sms in exchange.taken()}
    told = {each.provider_ref: n for each, n in zip(results, NUMBERS, strict=True)}  # type: ignore[union-attr]
    assert told == taken
    assert {"Umefaulu: 385"} == {sms["text"] for sms in exchange.taken()}


def test_an_answer_that_is_lost_leaves_each_unknown_though_it_was_taken(
    line: tuple[HttpProvider, Exchange],
) -> None:
    provider, exchange = line
    exchange.faults.add(Fault(kind=FaultKind.DROP_CONNECTION))

    with pytest.raises(OutcomeUnknown):
        provider.send_many(mts(*NUMBERS), "")

    assert sorted(NUMBERS) == sorted(sms["to"] for sms in exchange.taken())


@pytest.mark.parametrize("kind", [FaultKind.THROTTLE, FaultKind.REFUSE, FaultKind.ERROR])
def test_what_the_stand_in_does_not_take_is_not_sent(
    line: tuple[HttpProvider, Exchange], kind: FaultKind
) -> None:
    provider, exchange = line
    exchange.faults.add(Fault(kind=kind))

    try:
        results: Sequence[object] = provider.send_many(mts(*NUMBERS), "")
    except SendFailed as failed:
        results = [failed] * 3

    (came_to,) = {type(each) for each in results}
    meant = {
        FaultKind.THROTTLE: {Throttled}, FaultKind.ERROR: {OutcomeUnknown},
        FaultKind.REFUSE: {SendRejected, ProviderUnavailable},  # of each, or of the whole
    }  # fmt: skip
    assert came_to in meant[kind]
    assert [] == exchange.taken()


# ------------------------------------------------------------------------- in a file of one's own

PELICAN = FILES["config/providers/pelican.yaml"]
HERD = "  many: {most: 50, each: letters, number: to}\nreports:"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"letters.0.id": "ids.0"}, "Each number has its answer"),
        ({"    id: letters.0.id\n": ""}, "Each number has its answer"),
        ({"to: [\"{to}\"]": "to: \"{to}\""}, "No list of one entry holds {to}"),
        ({"to: [\"{to}\"]": "to: [\"{to}\", x]"}, "No list of one entry holds {to}"),
        ({"most: 50, ": "most: 50, joined: \"|\", "}, "No field holds {to} alone"),
        ({"most: 50": "most: 1"}, "Expected 2 or more"),
        ({"number: to}": "nummer: to}"}, "Did you mean 'number'?"),
        ({"  id: id\n  status": "  own_id: id\n  status"}, "a call for many has none"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_many_is_told(
    tmp_path: Path, changes: dict[str, str], says: str
) -> None:
    text = PELICAN.replace("reports:", HERD)
    (tmp_path / "pelican.yaml").write_text(text, "utf-8")
    assert load.compiled(tmp_path / "pelican.yaml").sms is not None
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "pelican.yaml").write_text(text, "utf-8")

    with pytest.raises(SettingsInvalid) as caught:
        load.compiled(tmp_path / "pelican.yaml")

    assert says in str(caught.value)

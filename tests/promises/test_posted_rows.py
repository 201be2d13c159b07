"""A form that goes on to a ministry's system: whatever dies or is down, it has each row once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from gateway.adapters.handler_calls.slow_call_worker import CallsWorker
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.posting.tables import postings
from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.ministry import Ministry, ministry
from tests.polling import PATIENCE_SECONDS, eventually
from tests.promises.test_kill_slow_calls import worker
from tests.small_deployment import small_deployment

CALLER = Msisdn("+999700000123")
PATH = "/v1/wells"
FORM = """\
writes: report
post_to: wells_register
columns:
  fault: {kind: one_of, codes: [dry, broken]}
  name: {room: 30, personal: true, empty: allowed}
"""
MENU = """\
service: wells
shortcut: 52
title: A well
keywords: {en: [WELL]}
screens:
  fault:
    text: What is wrong?
    choice:
      1: {label: It is dry, value: dry, next: keep}
      2: {label: The pump is broken, value: broken, next: keep}
  keep: {store: wells, outcomes: {stored: thanks}}
  thanks:
    text: "Thank you: {fault}"
    choice: {1: {label: Give my name, next: name}, 2: {label: Correct it, next: fault}}
  name: {input: name, max: 30, text: "Your name?", next: add}
  add: {store: wells, adds: name, outcomes: {stored: done, gone: done}}
  done: {end: "Thank you."}
"""
CALL = """
wells_register:
  method: POST
  url: %s/v1/wells
  headers: {Authorization: Bearer $CALL_WATER_TOKEN}
  json: {id: "{row}", fault: "{fault}", name: "{name}", from: "{subscriber}"}
  allow_private: [127.0.0.0/8]
  outcomes: {taken: {status: 2xx}, known: {status: 409}}
  breaker: {failures: 99, window_seconds: 60, rest_seconds: 1}
"""


@pytest.fixture
def water() -> Iterator[Ministry]:
    with ministry() as running:
        running.answers[PATH] = (201, {})
        yield running


@pytest.fixture
def environ(tmp_path: Path, valkey: str, water: Ministry) -> Mapping[str, str]:
    environ = small_deployment(tmp_path, water, valkey)
    calls = (tmp_path / "menus" / "calls.yaml").read_text("utf-8")
    files = {
        "forms/wells.yaml": FORM,
        "menus/wells.yaml": MENU,
        "menus/calls.yaml": calls + CALL % water.url,
        "menus/main.yaml": "languages: {en: English}\nhome: {text: Services, options: "
        "{1: {open: tanks}, 2: {open: wells}}}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return environ


@pytest.fixture
def gateway(environ: Mapping[str, str]) -> Iterator[Gateway]:
    gateway = Gateway(load(environ))
    migrate(gateway.engine)
    yield gateway
    gateway.close()


def reports(gateway: Gateway, *answers: str) -> str:
    """Returns the last screen of a session that reports a well."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    text, reply = "2", phone.turn(CALLER, "s-1", "")
    reply = phone.turn(CALLER, "s-1", text)
    for answer in answers:
        text = f"{text}*{answer}"
        reply = phone.turn(CALLER, "s-1", text)
    return reply.text


def works(gateway: Gateway) -> None:
    """Does what the ticker and a worker do, until all that was begun is over."""
    gateway.outbound.sweep()
    worker = CallsWorker(gateway.handler_calls.run_slow, gateway.handler_calls.post_rows)
    worker()
    worker.close()


def posted(water: Ministry) -> list[dict[str, str]]:
    return [json.loads(each.body) for each in water.asked if each.target == PATH]


def keys(water: Ministry) -> list[str]:
    return [each.headers["idempotency-key"] for each in water.asked if each.target == PATH]


def again_due(gateway: Gateway) -> None:
    with gateway.engine.begin() as connection:
        connection.execute(update(postings).values(due_at=gateway.clock.now()))


def test_a_report_goes_on_as_it_stands_and_again_when_it_is_completed(
    gateway: Gateway, water: Ministry
) -> None:
    assert "Thank you: The pump is broken" in reports(gateway, "2")
    assert [] == posted(water)  # nobody waits for it on the line
    works(gateway)
    assert "Thank you." == reports(gateway, "2", "1", "Asha Musa")
    works(gateway)

    first, second = posted(water)
    assert ("broken", "", CALLER.e164) == (first["fault"], first["name"], first["from"])
    assert ("broken", "Asha Musa", first["id"]) == (second["fault"], second["name"], second["id"])
    assert 2 == len(set(keys(water)))
    assert "Bearer s3cret-of-water" == water.asked[-1].headers["authorization"]


@pytest.mark.parametrize("reply", [(503, {}), (422, {"error": "no"})])
def test_a_system_that_does_not_take_it_gets_it_again_under_the_same_key(
    gateway: Gateway, water: Ministry, environ: Mapping[str, str], reply: object
) -> None:
    water.answers[PATH] = reply
    reports(gateway, "2")
    works(gateway)

    def told(*arguments: str) -> str:
        return CliRunner().invoke(main, arguments, env=dict(environ)).output

    assert "wells → wells_register: 1 row since" in told("calls", "waiting")
    (row,) = json.loads(told("calls", "waiting", "--json"))
    assert (1, 0, "wells_register") == (row["waiting"], row["given_up"], row["call"])
    assert "not posted since" in told("doctor")
    water.answers[PATH] = (409, {})
    assert "1 row of wells will be posted within seconds." in told("calls", "again", "wells")
    works(gateway)

    assert "Every stored row has gone on.\n" == told("calls", "waiting")
    assert 2 == len(keys(water))
    assert 1 == len(set(keys(water)))


def test_a_worker_killed_while_it_posts(
    gateway: Gateway, water: Ministry, environ: Mapping[str, str]
) -> None:
    def hang(handler: BaseHTTPRequestHandler) -> None:
        water.released.wait(PATIENCE_SECONDS)
        handler.close_connection = True

    water.answers[PATH] = hang
    reports(gateway, "2")
    gateway.outbound.sweep()
    with worker(environ) as first:
        eventually(lambda: posted(water))
        first.kill()
    water.answers[PATH] = (201, {})
    again_due(gateway)  # the lease of the dead has run out
    works(gateway)

    assert 2 == len(keys(water))
    assert 1 == len(set(keys(water)))
    assert [] == gateway.sql.postings.unposted()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("wells_register:\n  method: POST", "wells_register:\n  method: GET", "writes nothing"),
        ('name: "{name}"', 'name: "{nmae}"', "sends {nmae}, and a row of form 'wells' has no such"),
        ('name: "{name}"', 'name: "{nmae}"', "column. Did you mean 'name'?"),
        ('name: "{name}"', 'name: "{number}"', "sends {number}"),
        ("wells_register:\n", "well_register:\n", "Did you mean 'well_register'?"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_take_a_row_is_a_fault_of_the_menu(
    tmp_path: Path, environ: Mapping[str, str], before: str, after: str, says: str
) -> None:
    path = tmp_path / "menus" / "calls.yaml"
    text = path.read_text("utf-8")
    assert before in text
    text = text.replace(before, after, 1)
    if "GET" in after:
        text = text.replace('  json: {id: "{row}", fault: "{fault}", name: "{name}", from: "{subs'
                            'criber}"}\n', "")  # fmt: skip
    path.write_text(text, "utf-8")

    with pytest.raises(MenuInvalid) as caught:
        load(environ).load_release()
    (fault,) = caught.value.faults
    assert ("M095", True) == (fault.code, says in fault.sentence), fault.sentence

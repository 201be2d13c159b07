"""`gateway sms`: messages are found, their life is told, and people decide what no report has."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.institutions.tables import audit_trail
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.cli.main import EXIT_REFUSED, main
from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import Role
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.delivery import DeliveryStatus as S
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import Outcomes, Routed
from tests.clock import FixedClock
from tests.gateways import environment

ASHA, JUMA = Msisdn("+254711000001"), Msisdn("+254711000002")
TEXT = "Your tank is full"
Sms = Callable[..., Result]


@pytest.fixture
def sms(tmp_path: Path, valkey: str, clock: FixedClock) -> Sms:
    """Runs `gateway sms` on the deployment that the fixture `gateway` serves."""
    environ = environment(tmp_path, valkey)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["sms", *arguments], env=environ, obj=clock)

    return run


def made(gateway: Gateway, *statuses: S, to: Msisdn = ASHA, lane: Lane = Lane.REPLY) -> list[int]:
    """Makes MTs that came to these statuses; returns their ids."""
    outbox, now = gateway.sql.outbox, gateway.clock.now()
    ids = []
    for number, status in enumerate(statuses):
        new = NewSms(
            channel="at-ke", subscriber=to, text=TEXT, lane=lane, purpose=Purpose.REPLY,
            key=f"{to.e164} {lane} {number} {status}", institution="water",
        )  # fmt: skip
        (id_,) = outbox.add([new], now)
        ids.append(id_)
        if status is S.QUEUED:
            continue
        outbox.lease("at-ke", lane, 10, now, now)
        outbox.start([id_], Outcomes(), now)
        if status in (S.UNKNOWN, S.FAILED, S.REFUSED):
            outbox.start([], Outcomes(final={id_: (status, "provider_error (500)")}), now)
            continue
        if status is S.SENDING:
            continue
        outbox.start([], Outcomes(accepted={id_: Accepted(provider_ref=f"r{id_}")}), now)
        if status is not S.SENT:
            report = DeliveryReport(provider_ref=f"r{id_}", status=status, detail="Word")
            outbox.record_reports([("at-ke", report)], now)
    return ids


def told(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return list(json.loads(result.output))


def recorded(gateway: Gateway) -> list[tuple[str, str, str]]:
    """Returns who did what to what, as the audit has it."""
    line = audit_trail.c
    with statements(gateway.engine) as connection:
        query = select(line.who, line.act, line.what).order_by(line.line)
        lines = [tuple(row) for row in connection.execute(query)]
    return [each for each in lines if each[1] != "chain begun"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([], [0, 1, 2, 3]),
        (["--number", "0711000001"], [0, 1, 2]),
        (["--number", ASHA.e164, "--status", "unknown"], [0]),
        (["--status", "unknown"], [0]),
        (["--status", "unknown", "--lane", "bulk"], []),
        (["--status", "delivered"], [1]),
        (["--lane", "bulk"], [3]),
        (["--channel", "twilio"], []),
        (["--status", "queued", "--channel", "at-ke", "--institution", "water"], [3]),
        (["--institution", "health"], []),
        (["--older", "1"], []),
        (["--older", "0", "--limit", "2"], []),
    ],
    ids=str,
)
def test_messages_are_found_by_what_is_known_of_them(
    gateway: Gateway, sms: Sms, asked: list[str], found: list[int]
) -> None:
    ids = made(gateway, S.UNKNOWN, S.DELIVERED, S.FAILED)
    ids += made(gateway, S.QUEUED, to=JUMA, lane=Lane.BULK)

    listed = told(sms("list", "--json", *asked))

    assert [ids[each] for each in reversed(found)] == [each["id"] for each in listed]
    assert "text" not in "".join(str(each) for each in listed)


def test_a_list_for_people_masks_numbers_and_shows_no_text(gateway: Gateway, sms: Sms) -> None:
    made(gateway, S.UNKNOWN)

    shown = sms("list").output

    assert "unknown" in shown
    assert "provider_error (500)" in shown
    assert ASHA.e164 not in shown
    assert TEXT not in shown
    assert "No messages." in sms("list", "--status", "sent").output


def test_the_life_of_a_message_is_told_moment_by_moment(
    gateway: Gateway, sms: Sms, clock: FixedClock
) -> None:
    (id_,) = made(gateway, S.UNKNOWN)
    flowing = made(gateway, S.SENT, to=JUMA)
    settle = gateway.outbound.settle
    settle()
    clock.advance(300)
    later = made(gateway, S.DELIVERED, to=Msisdn("+254711000003"))
    settle()
    copy = max(flowing + later) + 1
    report = DeliveryReport(
        provider_ref="r-late", status=S.DELIVERED, detail="Success", message_id=id_
    )
    clock.advance(60)
    gateway.outbound.record_delivery([(gateway.channels["at-ke"], report)])

    shown = sms("show", str(id_)).output
    life = json.loads(sms("show", str(id_), "--json").output)["life"]

    why = "the provider answered with a fault: provider_error (500)"

    assert [
        "Accepted into the lane reply.",
        f"Nobody knows whether the provider has it: {why}.",
        f"Sent once more by rule, as SMS {copy}.",
        "Its report came: delivered Success.",
        "Delivered (the network's word: Success).",
    ] == [each["what"] for each in life if not each["what"].startswith("Attempt")]
    assert all(each["what"] in shown for each in life)
    assert (ASHA.e164 in shown, TEXT in shown) == (False, False)
    assert f"as a copy of SMS {id_}" in sms("show", str(copy)).output


def test_what_is_revealed_is_recorded_with_the_reason(gateway: Gateway, sms: Sms) -> None:
    (id_,) = made(gateway, S.UNKNOWN)

    shown = sms("show", str(id_), "--reveal", "the citizen asks", "--by", "amina").output
    listed = sms("list", "--number", ASHA.e164, "--reveal", "she asks", "--by", "amina").output

    assert ASHA.e164 in shown
    assert TEXT in shown
    assert ASHA.e164 in listed
    assert [("amina", "reveal", f"sms {id_}")] * 2 == recorded(gateway)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, "he is +254711000001", "0711 000 001 calls"])
def test_a_reason_that_must_not_be_kept_is_refused(gateway: Gateway, sms: Sms, why: str) -> None:
    (id_,) = made(gateway, S.UNKNOWN)

    refused = [
        sms("show", str(id_), "--reveal", why),
        sms("settle", str(id_), "failed", "--why", why),
        sms("resend", str(id_), "--why", why, "--force"),
    ]

    assert {EXIT_REFUSED} == {each.exit_code for each in refused}
    assert [] == recorded(gateway)


@pytest.mark.parametrize("status", ["delivered", "failed"])
def test_what_nobody_knows_is_settled_by_a_person(gateway: Gateway, sms: Sms, status: str) -> None:
    unknown, sent = made(gateway, S.UNKNOWN, S.SENT)

    done = sms("settle", str(unknown), status, "--why", "read out to us", "--by", "amina")
    also = told_one(sms("settle", str(sent), status, "--why", "so it is", "--json"))
    again = sms("settle", str(unknown), "failed", "--why", "no")

    assert f"SMS {unknown} is {status}; it was unknown.\n" == done.output
    assert {"id": sent, "status": status, "before": "sent"} == also
    assert (EXIT_REFUSED, True) == (again.exit_code, f"is {status}: only what" in again.output)
    assert f"Settled by amina: {status}: read out to us." in sms("show", str(unknown)).output
    settled = [line for line in recorded(gateway) if line[1:] == ("settle", f"sms {unknown}")]
    assert [("amina", "settle", f"sms {unknown}")] == settled  # and not what was refused


def told_one(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.output))


@pytest.mark.parametrize(
    ("status", "plainly", "forced"),
    [
        (S.FAILED, True, True),
        (S.UNDELIVERED, True, True),
        (S.REJECTED, True, True),
        (S.DELIVERED, False, True),
        (S.SENT, False, True),
        (S.SENDING, False, True),
        (S.UNKNOWN, False, True),
        (S.QUEUED, False, False),
        (S.REFUSED, False, False),
    ],
    ids=str,
)
def test_sending_once_more_takes_force_where_the_citizen_may_have_it(
    gateway: Gateway, sms: Sms, status: S, plainly: bool, forced: bool
) -> None:
    (id_,) = made(gateway, status)
    call = ("resend", str(id_), "--why", "she waits")

    first = sms(*call)
    second = sms(*call, "--force")

    assert (plainly, forced) == (first.exit_code == 0, second.exit_code == 0)
    assert first.exit_code in (0, EXIT_REFUSED)
    if not plainly:
        assert "is not sent again" in first.output
        assert ("--force" in first.output) == forced
    copies = told_one(sms("show", str(id_), "--json"))["copies"]
    assert plainly + forced == len(list(copies))


def test_a_copy_that_is_not_lost_hinders_another(gateway: Gateway, sms: Sms) -> None:
    (id_,) = made(gateway, S.FAILED)
    first = told_one(sms("resend", str(id_), "--why", "she waits", "--json"))

    again = sms("resend", str(id_), "--why", "she waits")

    assert EXIT_REFUSED == again.exit_code
    assert f"its copy {first['copy']} is queued" in again.output


def test_what_is_not_there_is_said_so(gateway: Gateway, sms: Sms) -> None:
    made(gateway, S.SENT)
    for command in (("show",), ("settle", "failed", "--why", "x"), ("resend", "--why", "x")):
        result = sms(command[0], "999", *command[1:])
        assert EXIT_REFUSED == result.exit_code
        assert "There is no SMS 999. See: gateway sms list" in result.output
    assert 2 == sms("list", "--number", "12").exit_code
    assert 2 == sms("settle", "1", "queued", "--why", "x").exit_code


def test_what_came_from_a_number_is_told_without_its_words(
    gateway: Gateway, sms: Sms, clock: FixedClock
) -> None:
    inbox = SqlInbox(gateway.engine, gateway.keyring)
    for number, (whose, outcome) in enumerate(
        [
            *(("education", "ended"), ("health", "not_understood"), ("", "loop")),
            *(("", "noise"), ("", "twin"), ("", "")),
        ]
    ):
        mo = InboundSms(provider_ref=str(number), subscriber=ASHA, to="2026", text="RESULT 77")
        came = inbox.accept("at-ke", mo, clock.now())
        assert came is not None
        if outcome:
            inbox.finish(Routed(inbound_id=came, outcome=outcome, institution=whose), clock.now())

    def of(number: str, *others: str) -> list[tuple[object, object]]:
        result = sms("received", "--number", number, "--json", *others)
        assert "RESULT" not in result.output
        assert "711000001" not in result.output
        return [(each["institution"], each["became"]) for each in told(result)]

    own = gateway.deployment.settings.institution
    assert [
        (own, "waits to be read"),
        (own, "the same once more within seconds: answered once"),
        (own, "not answered, since it asks for nothing: a nod, or thanks"),
        (own, "not answered, since it reads like a machine"),
        ("health", "not understood, or for a person: see the help desk"),
        ("education", "understood"),
    ] == of("0711 000 001")
    assert [] == of(JUMA.e164)
    looked = [each for each in recorded(gateway) if each[2] == "received sms of a number"]
    assert len(looked) == 4  # hers in three institutions, and his
    shown = sms("received", "--number", ASHA.e164)
    assert f"{own}  waits to be read" in shown.output
    assert "RESULT" not in shown.output
    assert sms("received", "--number", "Asha").exit_code == 2

    manage = gateway.institutions.manage_people
    manage.add("adam", {"*": frozenset({Role.ADMINISTRATOR})}, "", "adam")
    manage.add("hana", {"health": frozenset({Role.HELP_DESK})}, "", "adam")
    manage.add("omar", {own: frozenset({Role.HELP_DESK})}, "", "adam")
    assert ["health"] == [whose for whose, _ in of("0711000001", "--by", "hana")]
    assert [own] * 4 == [whose for whose, _ in of("0711000001", "--by", "omar")]

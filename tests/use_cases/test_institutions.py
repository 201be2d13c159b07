"""Whatever is stored says whose service it was; what is nobody's is the deployment's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import consents, conversations, inbound_sms, outbound_sms
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.ports.institutions import AuditEntry
from tests.use_cases.rig import CHANNEL, Rig

TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")


def whose(rig: Rig, table: object) -> list[str]:
    """Returns the institution of each row, the oldest first."""
    with statements(rig.gateway.engine) as connection:
        return list(connection.scalars(select(table.c.institution)))  # type: ignore[attr-defined]


def test_the_sms_and_the_handlers_of_a_service_are_its_institutions(rig: Rig) -> None:
    rig.turns(*TO_A_CASE)

    assert ["works"] == whose(rig, outbound_sms)
    assert {"works"} == {call.institution for call in rig.calls}


def test_a_turn_is_that_of_the_service_it_came_to(rig: Rig) -> None:
    rig.turns("1", "00")

    assert ["", "works", ""] == [record.institution for record in rig.sessions.records]


def test_a_text_its_reply_and_its_conversation_are_the_services(rig: Rig) -> None:
    rig.texts("REPORT")

    found = [whose(rig, table) for table in (inbound_sms, outbound_sms, conversations)]
    assert [["works"]] * 3 == found


@pytest.mark.parametrize("text", ["STOP", "HELP", "nobody knows this"])
def test_what_no_service_answers_is_the_deployments_own(rig: Rig, text: str) -> None:
    rig.texts(text)

    assert ["gateway"] == whose(rig, inbound_sms)
    assert ["gateway"] == whose(rig, outbound_sms)
    assert {"gateway"} >= set(whose(rig, consents))


def sweeps(rig: Rig) -> None:
    rig.gateway.outbound.sweep()
    rig.gateway.outbound.settle()


def test_an_mt_is_not_sent_after_the_time_it_holds_for(rig: Rig) -> None:
    soon = rig.clock.now() + timedelta(minutes=10)
    rig.accepts("The flood comes", valid_until=soon)
    rig.accepts("Prices have changed")
    rig.clock.advance(601)

    rig.send_sms(CHANNEL.name, Lane.BULK)
    sweeps(rig)

    assert "expired" == rig.statuses()["The flood comes"]
    assert "sent" == rig.statuses()["Prices have changed"]


def test_until_then_it_is_sent_as_any_other(rig: Rig) -> None:
    rig.accepts("The flood comes", valid_until=rig.clock.now() + timedelta(minutes=10))
    rig.clock.advance(599)
    sweeps(rig)

    rig.send_sms(CHANNEL.name, Lane.BULK)

    assert {"The flood comes": "sent"} == rig.statuses()


def test_what_an_mt_carries_is_read_back(rig: Rig) -> None:
    until = rig.clock.now() + timedelta(hours=1)
    (first,) = rig.accepts("It rains", institution="met", template_id="rain", valid_until=until)
    rig.accepts("It rains again", institution="met", template_id="rain", resend_of=first)

    leased = rig.outbox.lease(CHANNEL.name, Lane.BULK, 5, rig.clock.now(), until)

    carried = [(sms.institution, sms.template_id, sms.valid_until, sms.resend_of) for sms in leased]
    assert [("met", "rain", until, None), ("met", "rain", None, first)] == carried


def test_an_institution_that_no_menu_names_any_more_is_there_while_somebody_works_in_it(
    rig: Rig,
) -> None:
    office, now = rig.gateway.institutions, rig.clock.now()
    entry = AuditEntry(at=now, by="adam", institution="", act="administer", what="people")
    for name, where, role in (
        ("adam", EVERYWHERE, Role.ADMINISTRATOR),
        ("asha", "fisheries", Role.BROADCASTER),
    ):
        roles = {where: frozenset({role})}
        office.people.add(Person(name=name, known_as="", roles=roles, added_at=now), entry)

    assert "fisheries" in [each.institution.name for each in office.manage.listed("asha")]
    assert "fisheries" == office.manage.one("fisheries", "adam").institution.name

    office.people.remove("asha", entry)
    assert "fisheries" not in office.known.names()
    assert EVERYWHERE not in office.known.names()

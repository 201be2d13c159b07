"""The pages of people and of the audit: what a newcomer meets there, in words."""

from __future__ import annotations

import re

from gateway.domain.institutions.roles import Role
from gateway.use_cases.ports.institutions import AuditQuery, RoleChange
from tests.console.conftest import Desk, main_of


def test_nobody_is_let_into_every_institution_by_leaving_a_choice_as_it_is(desk: Desk) -> None:
    adam = desk.signed_in("adam")
    page = adam.get("/people/").text
    refused = adam.post("/people/", name="zoe", role="viewer", institution="")

    [choices] = re.findall(r'<select id="institution".*?</select>', page, re.DOTALL)
    assert ["", "*"] == re.findall(r'<option value="(.*?)"', choices)[:2]
    assert " required" in choices.partition(">")[0]
    assert refused.status_code == 400
    assert "zoe" not in adam.get("/people/").text
    for role in Role:
        assert f"<dt>{role.value.replace('_', ' ')}</dt>" in page


def test_a_refusal_shows_what_was_typed_and_not_who_has_typed_it(desk: Desk) -> None:
    adam = desk.signed_in("adam")

    refused = main_of(
        adam.post("/people/", name="two words", role="viewer", institution="*", username="adam")
    )

    assert "What you typed two words" in refused
    assert "adam" not in refused


def test_the_audit_says_and_offers_its_acts_in_the_language_of_its_reader(desk: Desk) -> None:
    desk.add("vera", Role.VIEWER)
    adam = desk.signed_in("adam")
    page = adam.get("/audit/", language="sw").text
    found = main_of(adam.get("/audit/?act=sign+in", language="sw"))
    query = AuditQuery(limit=100)
    recorded = {e.act for e in desk.gateway.institutions.read_audit.newest(query, "adam")}

    [choices] = re.findall(r'<select id="act".*?</select>', page, re.DOTALL)
    offered = dict(re.findall(r'<option value="(.*?)">(.*?)</option>', choices))
    assert {"sign in", "add person", "make link"} <= recorded <= offered.keys()
    assert "kuingia" == offered["sign in"]
    assert "<td>kuingia</td>" in page
    assert "kuongeza mtu" not in found.partition("Sababu")[2]


def test_who_has_lost_every_role_is_told_so_on_the_first_page(desk: Desk) -> None:
    desk.add("vera", Role.VIEWER)
    vera = desk.signed_in("vera")
    before = main_of(vera.get("/"))
    taken = RoleChange(institution="health", role=Role.VIEWER, given=False)
    desk.gateway.institutions.manage_people.change("vera", [taken], "", "adam")

    refused = main_of(vera.post("/cases/close", "/account/"))

    assert (
        "it takes the role viewer or editor or publisher or broadcaster or help desk or" in refused
    )
    assert "You have no role now" not in before
    assert main_of(vera.get("/")) == (
        "Home You have no role now, so there is nothing here for you. An administrator gives one."
    )

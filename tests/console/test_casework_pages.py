"""Helping one citizen in the console: found by number, answered, and nothing shown by mistake."""

from __future__ import annotations

import re

import pytest

from gateway.domain.institutions.roles import Role
from gateway.domain.telecom.sms import Lane
from tests.console import things
from tests.console.conftest import Browser, Desk, main_of
from tests.console.things import ASHA

WHOLE = re.compile(r"254 ?711 ?000 ?001|0?711000001")


@pytest.fixture
def hana(desk: Desk) -> Browser:
    """Hana helps in health, where Asha has a case, messages, an SMS and a session."""
    desk.add("hana", Role.HELP_DESK)
    things.fill(desk)
    return desk.signed_in("hana")


def sent(desk: Desk) -> list[str]:
    """Returns the texts of SMS to Asha, the newest first."""
    return [sms.text for sms, _ in desk.gateway.sql.outbox.to_subscriber(ASHA, 20)]


@pytest.mark.parametrize(
    "typed", ["0711 000 001", "+254-711-000-001", "254711000001", "٠٧١١٠٠٠٠٠١"]
)
def test_what_is_a_numbers_is_found_however_it_is_typed(
    desk: Desk, hana: Browser, typed: str
) -> None:
    page = hana.post("/find/", number=typed)

    for thing, path in (("case", "/cases/"), ("message", "/help-desk/"), ("sms", "/sms/"),
                        ("session", "/sessions/")):  # fmt: skip
        assert f'{path}{desk.made[f"{{{thing}}}"]}"' in page.text, thing
        if thing != "session":
            assert f'{path}{desk.made[f"{{their {thing}}}"]}"' not in page.text, thing
    assert "phone-health" in page.text
    assert "phone-education" not in page.text
    assert "my letter" not in page.text
    assert not WHOLE.search(page.text)
    assert not WHOLE.search(page.request.path)


@pytest.mark.parametrize("typed", ["", "Asha", "0711", "<b>0711000001x</b>", "1" * 4000])
def test_what_is_no_number_is_told_so(hana: Browser, typed: str) -> None:
    page = hana.post("/find/", number=typed)

    assert page.status_code == 400
    assert "That is no telephone number." in main_of(page)


def test_a_search_is_nobody_elses(desk: Desk, hana: Browser) -> None:
    found = hana.post("/find/", number="0711000001").request.path.removeprefix("/console")
    desk.add("omar", Role.HELP_DESK)

    assert hana.get(found).status_code == 200
    assert desk.signed_in("omar").get(found).status_code == 404


def test_the_lives_of_a_session_and_of_an_sms_are_told(desk: Desk, hana: Browser) -> None:
    desk.clock.advance(600)
    session = main_of(hana.get(f"/sessions/{desk.made['{session}']}"))
    sms = main_of(hana.get(f"/sms/{desk.made['{sms}']}"))

    assert "Report a problem › kind was shown." in session
    assert "Nothing came any more" in session
    assert "Accepted into the lane reply." in sms
    assert "It rains" not in sms
    swahili = main_of(hana.get(f"/sessions/{desk.made['{session}']}", "sw"))
    assert "laini ilikatika" in swahili


def test_a_number_is_shown_whole_for_a_reason_alone_and_to_who_may(
    desk: Desk, hana: Browser
) -> None:
    case, sms = f"/cases/{desk.made['{case}']}", f"/sms/{desk.made['{sms}']}"
    assert hana.post(f"{case}/reveal", "/account/", why="to call back").status_code == 403
    desk.add("ruth", Role.ADMINISTRATOR)
    ruth = desk.signed_in("ruth")

    assert ASHA.e164 not in ruth.get(case).text
    assert ruth.post(f"{case}/reveal", case, why="").status_code == 400
    assert ASHA.e164 in ruth.post(f"{case}/reveal", case, why="to call back").text
    shown = main_of(ruth.post(f"{sms}/reveal", sms, why="she asks what it said"))
    assert (ASHA.e164 in shown, "It rains." in shown) == (True, True)
    desk.clock.advance(400)  # who they are was shown too long ago
    asked = ruth.post(f"{case}/reveal", case, why="to call back")
    assert ASHA.e164 not in asked.text
    assert "Is it you?" in main_of(asked)
    lines = desk.gateway.institutions.trail.newest(things.audited("reveal"))
    assert ["she asks what it said", "to call back"] == [line.reason for line in lines]


def test_a_case_is_answered_once_it_is_known_what_that_takes(desk: Desk, hana: Browser) -> None:
    case = f"/cases/{desk.made['{case}']}"
    before = sent(desk)

    looked = hana.post(f"{case}/answer", case, text="We come on Monday. " * 9, do="look")
    assert "SMS: 2, on channel phone." in main_of(looked)
    assert before == sent(desk)
    told = main_of(hana.post(f"{case}/answer", case, text="We come on Monday.", do="send"))

    assert "Written to the citizen: We come on Monday." in told
    assert "We come on Monday." == sent(desk)[0]
    assert Lane.REPLY is desk.gateway.sql.outbox.to_subscriber(ASHA, 1)[0][0].lane
    too_long = hana.post(f"{case}/answer", case, text="x" * 500, do="send")
    assert (400, True) == (too_long.status_code, "over three segments" in main_of(too_long))
    assert "x" * 500 in too_long.text  # what was typed is not lost


def test_what_an_office_notes_is_shown_to_it_and_sent_to_nobody(desk: Desk, hana: Browser) -> None:
    case, before = f"/cases/{desk.made['{case}']}", sent(desk)
    hana.post(f"{case}/assign", case, to="hana")
    told = main_of(hana.post(f"{case}/note", case, note="The pump is <b>old</b>."))

    assert "Note, for the office alone: The pump is <b>old</b>. hana" in told
    assert "Now worked on by: hana" in told
    assert before == sent(desk)
    mine = main_of(hana.get("/cases/?who=me"))
    assert mine.count("Report a problem Water") == 1
    assert "No case fits." in main_of(hana.get("/cases/?who=me&overdue=1"))
    assert hana.post(f"{case}/assign", case, to="vera").status_code == 400


def test_several_are_solved_for_one_reason(desk: Desk, hana: Browser) -> None:
    number, path = desk.made["{solved}"], "/cases/close"

    assert hana.post(path, "/cases/", case=number, why="").status_code == 400
    assert hana.post(path, "/cases/", why="mended").status_code == 400
    assert (
        hana.post(path, "/cases/", case=desk.made["{their case}"], why="mended").status_code == 404
    )
    assert "1 of 1 are solved now." in main_of(
        hana.post(path, "/cases/", case=number, why="mended")
    )
    assert number in hana.get("/cases/?status=solved").text


def test_a_message_is_answered_and_closed(desk: Desk, hana: Browser) -> None:
    message, closed = (f"/help-desk/{desk.made[name]}" for name in ("{message}", "{closed}"))
    told = main_of(hana.post(f"{message}/answer", message, text="At eight.", do="send"))

    assert "Written to the citizen: At eight." in told
    assert "At eight." == sent(desk)[0]
    assert hana.post(f"{message}/answer", message, text="At nine.", do="send").status_code == 400
    assert "closed" in main_of(hana.post(f"{closed}/close", closed))
    assert "1 of 1" in main_of(
        hana.post("/help-desk/close", "/help-desk/", message=desk.made["{thanks}"], why="thanks")
    )


def test_what_many_ask_alike_is_taught_in_a_draft_that_its_editor_opens(
    desk: Desk, hana: Browser
) -> None:
    desk.add("omar", Role.EDITOR)
    omar = desk.signed_in("omar")

    page = omar.get("/help-desk/alike")
    refused = omar.post(
        "/help-desk/teach", "/help-desk/alike", word="two words", service="health", language="en"
    )
    known = omar.post(
        "/help-desk/teach", "/help-desk/alike", word="clinics", service="health", language="en"
    )
    taught = omar.post(
        "/help-desk/teach", "/help-desk/alike", word="Where", service="health", language="en"
    )

    assert "3 messages" in main_of(page)
    assert "Teach this keyword" not in hana.get("/help-desk/alike").text
    assert (400, True) == (refused.status_code, "A keyword is one word" in main_of(refused))
    assert (400, True) == (known.status_code, "is a keyword of" in main_of(known))
    (line,) = desk.gateway.drafts.listed(by="omar")
    draft = desk.gateway.drafts.one(line.id, by="omar")
    assert taught.request.path == f"/console/drafts/{line.id}/edit/form/health.yaml"
    assert "WHERE" in draft.files["health.yaml"]
    assert ("health.yaml",) == draft.changed_files


def test_what_a_case_is_about_is_told_as_the_menu_has_it(desk: Desk, hana: Browser) -> None:
    number = desk.known("{case}")
    for path in ("/cases/", f"/cases/{number}"):
        assert "Report a problem Water" in main_of(hana.get(path)), path
        assert "Maji" in main_of(hana.get(path, language="sw")), path


def test_who_may_not_see_a_number_whole_is_offered_it_nowhere(desk: Desk, hana: Browser) -> None:
    """A help desk that was offered it proved who they are, and was refused then."""
    desk.add("ada", Role.ADMINISTRATOR)
    ada = desk.signed_in("ada")

    for thing in ("/sms/{sms}", "/cases/{case}", "/help-desk/{message}"):
        before, _, name = thing.partition("{")
        path = before + desk.known("{" + name)
        assert "Show the number whole" in ada.get(path).text, path
        assert "Show the number whole" not in hana.get(path).text, path

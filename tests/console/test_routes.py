"""Route by route, for every role: each institution sees its own only, guessed identifiers included.

A route that stands in no row fails: whoever adds one says here whom it is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest
from werkzeug.test import TestResponse

from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.institutions.roles import Act, Role, may
from gateway.web.console.app import create_console
from tests.console import things
from tests.console.conftest import Browser, Desk, main_of


@dataclass(frozen=True)
class Route:
    """A route as who works in health asks for it; `{}` is a thing of an institution.

    `act` is what it takes; without one everybody who has signed in may. `own` and `foreign` fill
    `{}`: with `foreign` it must be as if there were no such thing (`none`).
    """

    rule: str
    act: Act | None = None
    method: str = "GET"
    own: str = ""
    foreign: str = ""
    none: str = ""
    page: str = ""
    form: dict[str, str] = field(default_factory=dict)
    foreign_form: dict[str, str] = field(default_factory=dict)

    def path(self, thing: str) -> str:
        """Returns the path for a thing."""
        before, _, after = self.rule.replace("<path:path>", "health.yaml").partition("<")
        return before + thing + after.partition(">")[2] if after else before


PEOPLE = {"own": "vera", "foreign": "eve", "none": "zoe"}
#: The draft of who asks, and that of an editor in education.
DRAFT = {"own": "mine", "foreign": "theirs", "none": "999"}
EDITED = (
    ("", ("GET",)), ("form/<path:path>", ("GET", "POST")), ("yaml/<path:path>", ("GET", "POST")),
)  # fmt: skip
HERE, THERE = {"institution": "health"}, {"institution": "education"}
ROLE = {"role": "viewer"}
#: `{…}` is a number that a thing of `THINGS` got when it was made.
CASE = {"own": "{case}", "foreign": "{their case}", "none": "100000009"}
MESSAGE = {"own": "{message}", "foreign": "{their message}", "none": "9999"}
CLOSED = {**MESSAGE, "own": "{closed}"}
SMS = {"own": "{sms}", "foreign": "{their sms}", "none": "9999"}
SESSION = {"own": "{session}", "foreign": "{their session}", "none": "9999"}
ALERT = {"own": "{alert}", "foreign": "{their alert}", "none": "9999"}
BROADCAST = {"own": "{broadcast}", "foreign": "{their broadcast}", "none": "9999"}
READY = {**BROADCAST, "own": "{ready}"}
NEW = {"key": "one", "title": "Xx", "to": "institution", "text-en": "Rain.", "do": "draft"}
WHY = {"why": "a citizen asks"}
ROUTES = [
    Route("/"),
    Route("/find/", Act.READ),
    Route("/find/", Act.READ, "POST", page="/find/", form={"number": "+254711000001"}),
    Route("/find/<token>", none="bm90aGluZw", foreign="{their search}"),
    Route("/sessions/<int:session_id>", Act.READ, **SESSION),
    Route("/sms/<int:sms_id>", Act.READ, **SMS),
    Route("/sms/<int:sms_id>/reveal", Act.REVEAL, "POST", **SMS, page="/account/", form=WHY),
    Route("/cases/", Act.READ),
    Route("/cases/close", Act.ANSWER, "POST", page="/account/",
          form={**WHY, "case": "{solved}"}, foreign_form={**WHY, "case": "{their case}"}),
    Route("/cases/<number>", Act.READ, **CASE),
    Route("/cases/<number>/reveal", Act.REVEAL, "POST", **CASE, page="/account/", form=WHY),
    Route("/cases/<number>/move", Act.ANSWER, "POST", **CASE, page="/account/",
          form={"status": "in_progress"}),
    Route("/cases/<number>/assign", Act.ANSWER, "POST", **CASE, page="/account/",
          form={"to": "help_desk"}),
    Route("/cases/<number>/note", Act.ANSWER, "POST", **CASE, page="/account/",
          form={"note": "It is old."}),
    Route("/cases/<number>/answer", Act.ANSWER, "POST", **CASE, page="/account/",
          form={"text": "Soon.", "do": "send"}),
    Route("/help-desk/", Act.READ),
    Route("/help-desk/alike", Act.READ),
    Route("/help-desk/teach", Act.EDIT, "POST", page="/account/",
          form={"word": "WHEREABOUTS", "service": "health", "language": "en"}),
    Route("/help-desk/close", Act.ANSWER, "POST", page="/account/",
          form={**WHY, "message": "{thanks}"}, foreign_form={**WHY, "message": "{their message}"}),
    Route("/help-desk/<int:message_id>", Act.READ, **MESSAGE),
    Route("/help-desk/<int:message_id>/reveal", Act.REVEAL, "POST", **MESSAGE, page="/account/",
          form=WHY),
    Route("/help-desk/<int:message_id>/assign", Act.ANSWER, "POST", **MESSAGE, page="/account/",
          form={"to": "help_desk"}),
    Route("/help-desk/<int:message_id>/close", Act.ANSWER, "POST", **CLOSED, page="/account/"),
    Route("/help-desk/<int:message_id>/answer", Act.ANSWER, "POST", **MESSAGE, page="/account/",
          form={"text": "Soon.", "do": "send"}),
    Route("/broadcasts/", Act.READ),
    Route("/broadcasts/new", Act.BROADCAST),
    Route("/broadcasts/new", Act.BROADCAST, "POST", page="/account/", form={**NEW, **HERE},
          foreign_form={**NEW, **THERE}),
    Route("/broadcasts/<int:id>", Act.READ, **BROADCAST),
    Route("/broadcasts/<int:id>/report.csv", Act.READ, **BROADCAST),
    Route("/broadcasts/<int:id>/check", Act.BROADCAST, "POST", **BROADCAST, page="/account/"),
    Route("/broadcasts/<int:id>/rehearse", Act.BROADCAST, "POST", **BROADCAST, page="/account/",
          form={"number": "0711000009"}),
    Route("/broadcasts/<int:id>/emergency", Act.EMERGENCY, "POST", **BROADCAST, page="/account/",
          form={"why": "The dam breaks."}),
    Route("/broadcasts/<int:id>/schedule", Act.BROADCAST, "POST", **READY, page="/account/",
          form={"at": "2126-12-01T07:00"}),
    Route("/broadcasts/<int:id>/start", Act.BROADCAST, "POST", **READY, page="/account/"),
    Route("/broadcasts/<int:id>/pause", Act.BROADCAST, "POST", **READY, page="/account/"),
    Route("/broadcasts/<int:id>/resume", Act.BROADCAST, "POST", **READY, page="/account/"),
    Route("/broadcasts/<int:id>/cancel", Act.BROADCAST, "POST", **READY, page="/account/"),
    Route("/alerts/", Act.READ),
    Route("/alerts/<int:id>", Act.READ, **ALERT),
    Route("/account/"),
    Route("/account/password"),
    Route("/account/recovery"),
    Route("/account/telephone"),
    Route("/drafts/", Act.EDIT),
    Route("/drafts/", Act.EDIT, "POST", page="/account/", form={"title": "Hours"}),
    Route("/releases/", Act.READ),
    Route("/overview/", Act.READ),
    Route("/overview/equity", Act.READ),
    Route("/overview/<name>.csv", Act.READ, own="services"),
    Route("/try", Act.READ),
    Route("/try", Act.READ, "POST", page="/try", form={"do": "again"}),
    *(
        Route(f"/drafts/<id>/edit/{way}", Act.EDIT, method, **DRAFT, page="/account/")
        for way, methods in EDITED
        for method in methods
    ),
    Route("/people/", Act.READ),
    Route("/people/<name>", Act.READ, **PEOPLE),
    Route("/people/<name>/link", Act.READ, **PEOPLE),
    Route("/people/", Act.ADMINISTER, "POST", page="/people/",
          form={**ROLE, **HERE, "name": "new"}, foreign_form={**ROLE, **THERE, "name": "new"}),
    Route("/people/<name>/roles", Act.ADMINISTER, "POST", **PEOPLE, page="/account/",
          form={**ROLE, **HERE, "do": "give"}, foreign_form={**ROLE, **THERE, "do": "give"}),
    Route("/people/<name>/link", Act.ADMINISTER, "POST", **PEOPLE, page="/account/"),
    Route("/people/<name>/sessions/end", Act.ADMINISTER, "POST", **PEOPLE, page="/account/"),
    Route("/people/<name>/remove", Act.ADMINISTER, "POST", **PEOPLE, page="/account/"),
    Route("/institutions/", Act.READ),
    Route("/institutions/<name>", Act.READ, own="health", foreign="education", none="nowhere"),
    Route("/audit/", Act.AUDIT),
]  # fmt: skip
#: What is for everybody, or for nobody but oneself; tests/console/test_entry.py has them. Drafts
#: are their owner's: tests/console/test_simulator_pages.py.
APART = {
    # Two roles may, and whoever is the second is too late: test_broadcast_pages.py asks as each.
    "POST /broadcasts/<int:id>/approve",
    # Of a file, and of one of several warnings: tests/console/test_alert_pages.py.
    "POST /alerts/take", "POST /alerts/<int:id>/<int:place>/draft",
    # Drafts are their owners': tests/console/test_draft_pages.py guesses those of others.
    "GET /drafts/<id>", "POST /drafts/<id>/try", "POST /drafts/<id>/hand-over",
    "POST /drafts/<id>/approve", "POST /drafts/<id>/publish", "POST /drafts/<id>/withdraw",
    "POST /drafts/<id>/discard", "GET /drafts/<id>/onto-live", "POST /drafts/<id>/onto-live",
    "POST /releases/roll-back", "POST /drafts/import",
    "GET /drafts/<id>/try", "POST /drafts/<id>/try/move", "POST /drafts/<id>/try/dialogue",
    "GET /sign-in", "POST /sign-in", "GET /way-in/<token>", "POST /way-in/<token>", "GET /again",
    "POST /again", "POST /sign-out", "GET /codes", "GET /language/<code>",
    "GET /static/<path:filename>", "GET /static/fonts/<name>.ttf",
    "POST /account/password", "POST /account/recovery", "POST /account/telephone",
    "POST /account/sessions/others/end",
}  # fmt: skip


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Somebody of each role in health, Vera who only looks there, and Eve in education."""
    for role in Role:
        desk.add(role.value, role)
    for name, where in (("vera", "health"), ("eve", "education")):
        desk.add(name, Role.VIEWER, where)
    things.fill(desk)
    things.fill_broadcasts(desk)
    things.fill_alerts(desk)
    return desk


def test_every_route_stands_in_the_table(desk: Desk) -> None:
    rules = {
        f"{method} {rule.rule}"
        for rule in create_console(desk.gateway).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert {f"{each.method} {each.rule}" for each in ROUTES} | APART == rules


def draft_of(desk: Desk, role: Role) -> dict[str, str]:
    """Returns the draft of who has a role in health, and that of somebody in education."""
    found = {}
    for thing, owner in (("theirs", "theo"), ("mine", role.value if may([role], Act.EDIT) else "")):
        if owner:
            found[thing] = desk.gateway.drafts.begin("A draft", by=owner).id
    return {"mine": found["theirs"], **found}


def ask(browser: Browser, route: Route, thing: str, form: dict[str, str]) -> tuple[int, str]:
    """Returns the status of the answer, and what it says with the thing's name taken out."""
    path = route.path(thing)
    if route.method == "GET":
        answered = browser.get(path)
    else:
        answered = browser.post(path, route.page, **form)
    said = main_of(answered).replace(thing or "\0", "THING")
    return answered.status_code, said.replace(grouped(thing) if thing else "\0", "THING")


def known(desk: Desk, form: dict[str, str]) -> dict[str, str]:
    """Returns a form with the numbers of things that were made."""
    return {name: desk.known(value) for name, value in form.items()}


def of_education(desk: Desk) -> list[object]:
    """Returns all that there is of another institution."""
    people = desk.gateway.institutions.people.all()
    those = [each for each in people if "education" in each.roles]
    return [(each, desk.gateway.sign_in.store.find(each.name)) for each in those]


def test_each_role_does_what_it_may_and_nothing_in_another_institution(staffed: Desk) -> None:
    staffed.add("theo", Role.EDITOR, "education")
    before = of_education(staffed)
    for role in Role:  # the administrator is the last, who removes Vera
        browser = staffed.signed_in(role.value)
        drafts = draft_of(staffed, role)
        for each in ROUTES:
            route = replace(each, own=drafts.get(each.own, each.own))
            route = replace(route, foreign=drafts.get(each.foreign, each.foreign))
            allowed = route.act is None or may([role], route.act)
            if route.foreign or route.foreign_form:
                form = known(staffed, route.foreign_form or route.form)
                status, said = ask(browser, route, staffed.known(route.foreign), form)
                assert status in {403, 404}, (role, route)
                if route.none:
                    assert (status, said) == ask(browser, route, route.none, form), (role, route)
            if not route.own and route.none:
                continue  # nobody has one but who made it
            form = known(staffed, route.form)
            status, said = ask(browser, route, staffed.known(route.own), form)
            assert status == (200 if allowed else 403), (role, route, said)
        for what in ("link", "sessions/end", "remove"):  # who sets a password can act as they
            answered = browser.post(f"/people/adam/{what}", "/account/")
            assert answered.status_code == 403, (role, what)
    assert before == of_education(staffed)


def test_nobody_is_shown_anything_before_they_have_signed_in(desk: Desk) -> None:
    browser = desk.browser()
    for route in ROUTES:
        path = route.path(desk.known(route.own) or "1")
        if route.method == "GET":
            assert main_of(browser.get(path)).startswith("Sign in"), path
        else:
            assert "Sign in" in main_of(browser.post(path, "/sign-in")), path


#: Forms that a page answers by itself, since nothing is done by them that is done again when that
#: page is loaded again: they ask, they say what would be, or the second time is the first.
ANSWERED_ON_THE_PAGE = {
    "POST /broadcasts/new": {"do": "look"},
    "POST /cases/<number>/answer": {"do": "see"},
    "POST /help-desk/<int:message_id>/answer": {"do": "see"},
}


def test_what_a_form_has_done_is_shown_on_a_page_that_does_nothing_when_loaded_again(
    staffed: Desk,
) -> None:
    """A browser that loads the answer to a form again sends the form again."""
    staffed.add("theo", Role.EDITOR, "education")
    signed_in = {role: staffed.signed_in(role.value) for role in Role}
    drafts = {role: draft_of(staffed, role) for role in Role}
    done = set()
    for route in ROUTES:
        if route.method != "POST":
            continue
        name = f"POST {route.rule}"
        role = next(each for each in Role if not route.act or may([each], route.act))
        browser = signed_in[role]
        path = route.path(staffed.known(drafts[role].get(route.own, route.own)))
        form = known(staffed, route.form)
        if name in ANSWERED_ON_THE_PAGE:
            asked = post_alone(browser, path, route.page, {**form, **ANSWERED_ON_THE_PAGE[name]})
            assert asked.status_code == 200, name
        sent = post_alone(browser, path, route.page, form)
        assert sent.status_code == 302, (name, main_of(sent))
        for _again in range(2):
            assert browser.client.get(sent.headers["Location"]).status_code == 200, name
        done.add(name)

    assert done >= ANSWERED_ON_THE_PAGE.keys()


def test_what_was_done_is_shown_to_the_browser_that_has_done_it_and_for_minutes_alone(
    staffed: Desk,
) -> None:
    case = f"/cases/{staffed.made['{case}']}"
    for name, path, page, form, sign in (
        ("adam", "/people/vera/link", "/people/vera", {}, "/console/way-in/"),
        ("adam", "/account/recovery", "/account/recovery", {}, "<li><code>"),
        ("administrator", f"{case}/reveal", case, WHY, "+254711000001"),
    ):
        browser, other = staffed.signed_in(name), staffed.signed_in(name)
        leads_to = post_alone(browser, path, page, form).headers["Location"]
        seen = [browser.client.get(leads_to).text for _ in range(2)]
        elsewhere = other.client.get(leads_to, follow_redirects=True).text
        changed = browser.client.get(f"{leads_to[:-4]}AAAA", follow_redirects=True).text
        staffed.clock.advance(301)
        late = browser.client.get(leads_to, follow_redirects=True).text

        assert [sign in text for text in (*seen, elsewhere, changed, late)] == [
            True, True, False, False, False
        ], path  # fmt: skip


def post_alone(browser: Browser, path: str, page: str, form: dict[str, str]) -> TestResponse:
    """Returns the answer to a form itself, wherever it leads."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert token is not None
    return browser.client.post(f"/console{path}", data={"csrf_token": token[1], **form})

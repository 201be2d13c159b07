"""The pages of the overview: figures of one's own, each picture with its table and CSV."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest

from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.institutions.roles import Role
from gateway.use_cases.ports import TurnRecord
from gateway.web.console.words import LANGUAGES
from tests.console.conftest import Browser, Desk, main_of


@pytest.fixture
def seen(desk: Desk) -> Desk:
    """Sessions of health and of education, and Hana who works in health."""
    desk.add("hana", Role.VIEWER)
    at = desk.gateway.clock.now() - timedelta(seconds=1)
    dialled = TurnRecord(
        at=at, channel="at-ke", service="clinics", screen="place", event="shown", language="sw",
        milliseconds=40, institution="health", lasted=0, network_code="63902",
    )  # fmt: skip
    done = dialled._replace(
        screen="found", event="ended", came_from="clinics.place", ends=True, lasted=12,
        came_from_institution="health", came_from_language="sw", lasted_before=0,
    )  # fmt: skip
    other = dialled._replace(institution="education", service="exam_results")
    zone = desk.gateway.deployment.settings.zone
    SqlTurns(desk.gateway.engine, zone).store([dialled] * 30 + [done] * 20 + [other] * 40)
    return desk


@pytest.fixture
def hana(seen: Desk) -> Browser:
    """Hana's browser."""
    return seen.signed_in("hana")


def test_each_picture_stands_with_its_table_and_its_csv(hana: Browser) -> None:
    page = hana.get("/overview/").text
    sections = re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL)
    parts = dict(sections)

    for name in ("time", "answers", "services", "screens"):
        for sign in ("<svg", "<figure", "<details>", f"/overview/{name}.csv"):
            assert sign in parts[name], (name, sign)
    assert "67%" in parts["services"]
    assert "queues" not in parts
    assert len(gzip.compress(page.encode())) < 30_000
    assert 'style="' not in page
    told = hana.get("/overview/services.csv?period=30d")
    assert "text/csv" in told.headers["Content-Type"]
    assert "clinics,30,20,0.6667" in told.text


def test_figures_that_are_asked_for_again_are_kept_a_moment_for_who_may_see_the_same(
    seen: Desk, hana: Browser
) -> None:
    seen.add("omar", Role.VIEWER)
    seen.add("eve", Role.VIEWER, "education")
    omar, eve = seen.signed_in("omar"), seen.signed_in("eve")
    zone = seen.gateway.deployment.settings.zone

    def more() -> None:
        at = seen.gateway.clock.now() - timedelta(seconds=1)
        turn = TurnRecord(
            at=at, channel="at-ke", service="rains", screen="place", event="shown", language="sw",
            milliseconds=40, institution="health", lasted=0,
        )  # fmt: skip
        SqlTurns(seen.gateway.engine, zone).store([turn] * 20)

    path = "/overview/?part=figures&period=24h"
    first = hana.get(path)
    more()

    assert "<html" not in first.text
    assert 'aria-labelledby="services"' in first.text
    assert first.text == omar.get(path).text
    assert "rains" not in omar.get(path).text
    assert "rains" in hana.get("/overview/").text, "who loads the page sees what is now"
    assert "clinics" not in eve.get(path).text
    assert first.text != hana.get(path, language="sw").text
    assert 404 == hana.get(f"{path}&institution=education").status_code
    assert 404 == hana.get(f"{path}&institution=education").status_code
    seen.clock.advance(16)
    assert "rains" in hana.get(path).text


def test_who_works_in_one_institution_sees_nothing_of_another(hana: Browser) -> None:
    for path in ("/overview/", "/overview/equity", "/overview/screens.csv"):
        assert "exam_results" not in hana.get(path).text, path
    for path in ("/overview/?institution=education", "/overview/queues.csv", "/overview/no.csv"):
        assert 404 == hana.get(path).status_code, path
    nowhere = hana.get("/overview/?institution=nowhere")
    guessed = hana.get("/overview/?institution=education")
    assert main_of(nowhere).replace("nowhere", "X") == main_of(guessed).replace("education", "X")


def test_districts_stand_there_where_a_service_counts_by_them_the_worst_served_first(
    seen: Desk, hana: Browser
) -> None:
    assert "Districts" not in hana.get("/overview/equity").text

    asks = TurnRecord(
        at=seen.gateway.clock.now() - timedelta(seconds=1), channel="at-ke", service="clinics",
        screen="fetch", event="shown", language="sw", milliseconds=40, institution="health",
        came_from="clinics.district", came_from_institution="health", came_from_language="sw",
    )  # fmt: skip
    turns = [
        each
        for district, came, completed in (("Mbale", 40, 30), ("Wendu", 30, 12), ("Kitembe", 6, 0),
                                      ("Lwanga", 5, 0))
        for each in [asks._replace(district=district)] * came
        + [
            asks._replace(district=district, came_from="clinics.fetch", event="ended", ends=True,
                          came_from_district=district, lasted=15)
        ] * completed
    ]  # fmt: skip
    SqlTurns(seen.gateway.engine, seen.gateway.deployment.settings.zone).store(turns)
    page = hana.get("/overview/equity").text
    [section] = re.findall(r'<section aria-labelledby="districts">(.*?)</section>', page, re.DOTALL)

    for sign in ("<svg", "<figure", "<details>", "/overview/districts.csv"):
        assert sign in section, sign
    assert section.index("Wendu") < section.index("Mbale")
    assert "Kitembe" not in page
    assert "Lwanga" not in page
    assert "(others),11,0" in hana.get("/overview/districts.csv").text


def test_the_worst_served_stand_on_a_page_of_their_own(hana: Browser) -> None:
    said = main_of(hana.get("/overview/equity?period=7d"))

    assert "Who is served how, the worst first" in said
    assert "language" in said
    assert "Fewer than 10 are shown with others" in said


def test_wrong_answers_are_told_by_what_was_said_in_the_language_of_the_reader(
    seen: Desk, hana: Browser
) -> None:
    refused = TurnRecord(
        at=seen.gateway.clock.now() - timedelta(seconds=1), channel="at-ke", service="clinics",
        screen="place", event="refused", language="sw", milliseconds=40, institution="health",
        refused_as="digits_wrong",
    )  # fmt: skip
    zone = seen.gateway.deployment.settings.zone
    SqlTurns(seen.gateway.engine, zone).store([refused] * 20)
    told = {language: hana.get("/overview/", language=language).text for language in LANGUAGES}

    assert "Please type … digits." in told["en"]
    assert "Tafadhali" in told["sw"]
    assert "اكتب … رقم." in told["ar"]
    assert [] == [language for language, page in told.items() if "digits_wrong" in page]
    assert "digits_wrong" in hana.get("/overview/wrong.csv").text, "programs are told its name"


def test_people_read_names_and_programs_identifiers(seen: Desk, hana: Browser) -> None:
    at = seen.gateway.clock.now() - timedelta(seconds=1)
    turn = TurnRecord(
        at=at, channel="at-ke", service="find_clinic", screen="list_districts", event="shown",
        language="sw", milliseconds=40, institution="health", lasted=0,
    )  # fmt: skip
    SqlTurns(seen.gateway.engine, seen.gateway.deployment.settings.zone).store([turn] * 50)
    page, equity = hana.get("/overview/"), hana.get("/overview/equity", language="fr")

    for name in ("Find a clinic", "list districts"):
        assert name in main_of(page), name
    assert "find_clinic" not in page.text
    assert "swahili" in main_of(equity)
    assert "find_clinic,50" in hana.get("/overview/services.csv").text
    assert ["", "health"] == re.findall(r'<option value="(\w*)"[^>]*>', page.text)[-2:]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "daily limit: 0 of 5 segments (0 %)"),
        ("fr", "limite du jour: 0 sur 5 segments (0 %)"),
        ("sw", "kikomo cha siku: 0 kati ya 5 vipande (0 %)"),
    ],
)
def test_a_limit_is_told_in_the_language_of_its_reader(
    seen: Desk, hana: Browser, language: str, told: str
) -> None:
    seen.gateway.institutions.manage.set("health", {"daily_limit": 5}, "adam")

    assert told in main_of(hana.get("/institutions/health", language=language))
    budgets = main_of(hana.get("/overview/", language=language)).split("CSV")[-2]
    assert told.partition(":")[0] in budgets

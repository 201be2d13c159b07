"""A service outside its hours says so at its entry, however it is come to, and in its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release
from tests.clock import FixedClock
from tests.handlers.desk import DeskInMemory
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write
from tests.phones import SERVICE_CODE, SmsPhone, UssdPhone

OPEN = "hours: {open: {mon-fri: [08:00-12:30, 13:30-17:00]}}\n"
NOTICE = "hours: {open: {mon-fri: [08:00-12:30, 13:30-17:00]}, when_closed: notice}\n"
OWN = """\
hours:
  open: {mon-fri: [08:00-17:00]}
  text: {en: "We open {opens|time}.", sw: "Saa {opens|time}."}
"""

SAYS = """\
  told: {end: {en: "Call 116.", sw: "Piga 116."}}
"""

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LUNCH = datetime(2026, 11, 30, 12, 45, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)

Menu = Callable[..., Release]


@pytest.fixture
def menu(tmp_path: Path) -> Menu:
    """Makes the sample menu with these hours of its service of results."""

    def made(hours: str, holidays: str = "") -> Release:
        results = FILES["results.yaml"].replace("screens:\n", f"{hours}screens:\n", 1)
        main = FILES["main.yaml"].replace("home:\n", f"{holidays}home:\n", 1)
        files = {**FILES, "results.yaml": results, "main.yaml": main}
        return load(write(tmp_path, files), HANDLERS, CHANNELS)

    return made


def dialled(release: Release, at: datetime) -> UssdPhone:
    return UssdPhone(release, DeskInMemory(), "en", clock=FixedClock(at))


def test_who_dials_a_closed_service_is_told_when_it_opens(menu: Menu) -> None:
    phone = dialled(menu(OPEN), LUNCH)

    told = phone.send(f"{SERVICE_CODE[:-1]}*31#")

    assert ("closed until 2026-11-30T13:30", True) == (told, phone.ended)


def test_what_was_begun_in_time_is_finished_after_it(menu: Menu) -> None:
    phone = dialled(menu(OPEN), MONDAY)
    phone.send(f"{SERVICE_CODE[:-1]}*31#")
    phone.clock.advance(hours=9)

    assert phone.send("10231456").startswith("Year?")


def test_its_line_at_home_is_marked_while_it_is_closed(menu: Menu) -> None:
    release = menu(OPEN)

    assert "2. Exam results closed mark\n" in dialled(release, SUNDAY).send(SERVICE_CODE) + "\n"
    assert "closed mark" not in dialled(release, MONDAY).send(SERVICE_CODE)


def test_a_service_that_is_open_with_a_notice_is_entered(menu: Menu) -> None:
    phone = dialled(menu(NOTICE), SUNDAY)
    phone.send(SERVICE_CODE)

    entered, following = phone.send("2"), phone.send("10231456")

    assert entered.startswith("closed until 2026-11-30T08:00\nCandidate number?")
    assert following.startswith("Year?")
    assert "closed mark" not in entered + following  # its own lines lead nowhere else


def test_several_answers_at_once_come_with_the_notice(menu: Menu) -> None:
    told = dialled(menu(NOTICE), SUNDAY).send(f"{SERVICE_CODE[:-1]}*31*10231456#")

    assert told.startswith("closed until 2026-11-30T08:00\nYear?")


@pytest.mark.parametrize(
    ("hours", "at", "told"),
    [
        (OPEN, LUNCH, "closed until 2026-11-30T13:30"),
        (NOTICE, LUNCH, "closed until 2026-11-30T13:30\nYear?"),
        (OPEN, MONDAY, "Year?"),
        (OWN, SUNDAY, "We open 8:00"),
    ],
)
def test_a_text_with_the_whole_question_is_told_the_same(
    menu: Menu, hours: str, at: datetime, told: str
) -> None:
    phone = SmsPhone(menu(hours), DeskInMemory(), "en", clock=FixedClock(at))

    assert phone.send("RESULT 10231456").startswith(told)


def test_a_conversation_that_opens_it_by_its_line_is_told_too(menu: Menu) -> None:
    phone = SmsPhone(menu(OPEN), DeskInMemory(), "en", clock=FixedClock(SUNDAY))
    release = phone.release
    word = next(iter(release.reserved.menu), "")
    shown = phone.send(word)

    assert "2. Exam results closed mark" in shown
    assert phone.send("2").startswith("closed until 2026-11-30T08:00")
    assert phone.ended


@pytest.mark.parametrize(
    ("hours", "at", "told"),
    [
        (OPEN, LUNCH, "closed until 2026-11-30T13:30"),
        (NOTICE, LUNCH, "closed until 2026-11-30T13:30\nCall 116."),
        (OPEN, MONDAY, "Call 116."),
    ],
)
def test_a_service_that_says_one_thing_and_ends_has_hours_as_well(
    tmp_path: Path, hours: str, at: datetime, told: str
) -> None:
    head, _, _ = FILES["results.yaml"].partition("screens:\n")
    files = {**FILES, "results.yaml": f"{head}{hours}screens:\n{SAYS}"}
    release = load(write(tmp_path, files), HANDLERS, CHANNELS)
    by_line = dialled(release, at)
    by_line.send(SERVICE_CODE)

    assert told == dialled(release, at).send(f"{SERVICE_CODE[:-1]}*31#")
    assert told == by_line.send("2")
    assert told == SmsPhone(release, DeskInMemory(), "en", clock=FixedClock(at)).send("RESULT")


def test_holidays_count_unless_the_service_is_open_on_them(menu: Menu) -> None:
    holidays = 'holidays: {days: {"12-25": Christmas, "12-26": Boxing Day}}\n'
    open_always = "hours: {open: {mon-sun: [00:00-24:00]}, holidays: open}\n"

    closed = dialled(menu(OPEN, holidays), CHRISTMAS).send(f"{SERVICE_CODE[:-1]}*31#")
    served = dialled(menu(open_always, holidays), CHRISTMAS).send(f"{SERVICE_CODE[:-1]}*31#")

    assert "closed until 2026-12-28T08:00" == closed
    assert served.startswith("Candidate number?")


@pytest.mark.parametrize(
    ("hours", "fault"),
    [
        (
            "{open: {mon-fri: [08:00-13:00, 12:00-17:00]}}",
            "[M098] The spans of mon, tue, wed, thu, fri overlap",
        ),
        ("{open: {mon: [20:00-06:00], tue: [05:00-09:00]}}", "[M098] The spans of tue overlap"),
        ("{open: {mon: [08:00-08:00]}}", "[M003] A span that ends when it begins is none."),
        ("{open: {monday: [08:00-12:00]}}", "is no day of the week: write mon, or mon-fri."),
        ("{open: {mon: [24:00-08:00]}}", "is no span of a day: write 08:00-12:30."),
        ("{open: {mon: [8:00-12:00]}}", "is no span of a day: write 08:00-12:30."),
        ("{open: {mon: []}}", "[M003]"),
        ("{open: {}}", "[M003]"),
        ("{open: {mon: [08:00-12:00]}, text: 'From {until}'}", "[M033] Nothing gives a value"),
        (f"{{open: {{mon: [08:00-12:00]}}, text: '{'w' * 200}'}}", "[M072]"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(menu: Menu, hours: str, fault: str) -> None:
    with pytest.raises(MenuInvalid) as caught:
        menu(f"hours: {hours}\n")

    assert any(fault in str(each) for each in caught.value.faults), caught.value.faults


@pytest.mark.parametrize(
    ("hours", "faults"),
    [
        ("{mon-fri: [08:00-12:00], sat: 08:00-10:00}", ["[M002] The days stand under `open`"]),
        ("{Monday: 08:00-12:00}", ["[M002] The days stand under `open`"]),
        ("mon-fri 08:00-12:00", ["[M003] Expected a map"]),
        ("{open: mon-fri 08:00-12:00}", ["[M003] Expected a map"]),
        ("{open: {mon: [8-12]}}", ["[M010] '8-12' is no span of a day"]),
        ("{open: {mon: closed, tue: 08:00-12:00}}", ["[M010] 'closed' is no span of a day"]),
        ("{open: {mon: {from: 8, to: 12}}}", ["[M003] Expected a list here, not a map"]),
        ("{open: {mon: [08:00, 17:00]}}", ["'08:00' is no span", "'17:00' is no span"]),
    ],
)
def test_one_slip_in_hours_is_one_fault(menu: Menu, hours: str, faults: list[str]) -> None:
    with pytest.raises(MenuInvalid) as caught:
        menu(f"hours: {hours}\n")

    told = [str(each) for each in caught.value.faults]
    assert len(told) == len(faults), told
    assert all(fault in each for fault, each in zip(faults, told, strict=True)), told


def test_a_day_of_one_span_needs_no_list(menu: Menu) -> None:
    listed, bare = (
        menu(f"hours: {{open: {{mon-fri: {spans}}}}}\n")
        for spans in ("[08:00-17:00]", "08:00-17:00")
    )

    kept = [
        [each.hours for each in release.services.values() if each.hours]
        for release in (listed, bare)
    ]
    assert kept[0] == kept[1] != []


@pytest.mark.parametrize("day", ["13-01", "2027-02-29", "easter-", "Christmas", "12-5"])
def test_a_holiday_that_is_no_day_is_refused(menu: Menu, day: str) -> None:
    with pytest.raises(MenuInvalid):
        menu(OPEN, f'holidays: {{days: {{"{day}": Some day}}}}\n')


def test_the_mark_has_room_on_the_page(tmp_path: Path) -> None:
    """A home that fits without the mark, and not with it, is not published."""
    main = FILES["main.yaml"].replace('"Public services"', f'"{"s" * 64}"')
    results = FILES["results.yaml"].replace("screens:\n", f"{OPEN}screens:\n", 1)
    load(write(tmp_path, {**FILES, "main.yaml": main}), HANDLERS, CHANNELS)

    with pytest.raises(MenuInvalid) as caught:
        load(
            write(tmp_path, {**FILES, "main.yaml": main, "results.yaml": results}),
            HANDLERS,
            CHANNELS,
        )

    assert {"M062"} == {fault.code for fault in caught.value.faults}

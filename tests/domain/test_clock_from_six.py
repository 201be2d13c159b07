"""Times by the clock that begins at six: shown, and typed as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.input_kinds.hours_from_six import time_from_six
from gateway.domain.input_kinds.kinds import check
from gateway.domain.input_kinds.times import sample_time
from gateway.domain.text.days_and_hours.clock_from_six import SAYINGS, said
from gateway.domain.text.value_formats import Filter

LANGUAGES = sorted(SAYINGS)
TIME = Accepts(kind="time", from_six=frozenset(LANGUAGES))


def shown(language: str, value: str) -> str:
    """Returns a time as a citizen reads it."""
    return Filter(kind="time", language=language, from_six=True).show(value)


@pytest.mark.parametrize(
    ("time", "sw", "am"),
    [
        ("00:00", "saa 6 usiku", "ከሌሊቱ 6 ሰዓት"),
        ("00:01", "saa 6:01 usiku", "ከሌሊቱ 6:01"),
        ("03:59", "saa 9:59 usiku", "ከሌሊቱ 9:59"),
        ("05:59", "saa 11:59 alfajiri", "ከሌሊቱ 11:59"),
        ("06:00", "saa 12 asubuhi", "ከጠዋቱ 12 ሰዓት"),
        ("07:00", "saa 1 asubuhi", "ከጠዋቱ 1 ሰዓት"),
        ("11:59", "saa 5:59 asubuhi", "ከጠዋቱ 5:59"),
        ("12:00", "saa 6 mchana", "ከቀኑ 6 ሰዓት"),
        ("13:05", "saa 7:05 mchana", "ከቀኑ 7:05"),
        ("17:59", "saa 11:59 jioni", "ከቀኑ 11:59"),
        ("18:00", "saa 12 jioni", "ከምሽቱ 12 ሰዓት"),
        ("19:00", "saa 1 usiku", "ከምሽቱ 1 ሰዓት"),
        ("23:59", "saa 5:59 usiku", "ከምሽቱ 5:59"),
    ],
)
def test_a_time_is_said_by_the_clock_of_the_language(time: str, sw: str, am: str) -> None:
    assert (sw, am) == (shown("sw", time), shown("am", time))


@pytest.mark.parametrize(
    ("hours", "sw", "am"),
    [
        ("08:00-18:00", "saa 2 asubuhi hadi saa 12 jioni", "ከጠዋቱ 2 ሰዓት እስከ ከምሽቱ 12 ሰዓት"),
        (
            "08:00-12:30, 13:30-17:00",
            "saa 2 asubuhi hadi saa 6:30 mchana, saa 7:30 mchana hadi saa 11 jioni",
            "ከጠዋቱ 2 ሰዓት እስከ ከቀኑ 6:30, ከቀኑ 7:30 እስከ ከቀኑ 11 ሰዓት",
        ),
        ("00:00-24:00", "saa 24", "24 ሰዓቶች"),
        ("18:00-24:00", "saa 12 jioni hadi saa 6 usiku", "ከምሽቱ 12 ሰዓት እስከ ከሌሊቱ 6 ሰዓት"),
        ("at any hour", "at any hour", "at any hour"),
    ],
)
def test_opening_hours_are_said_so_too(hours: str, sw: str, am: str) -> None:
    assert (sw, am) == (shown("sw", hours), shown("am", hours))


def test_no_span_is_longer_than_the_longest_that_a_page_was_measured_with() -> None:
    for language in LANGUAGES:
        by_clock = Filter(kind="time", language=language, from_six=True)
        for hour in range(24):
            for minute in (0, 8, 58):
                one = f"{hour:02}:{minute:02}"
                assert len(by_clock.show(one)) <= len(by_clock.longest(5))
                assert len(by_clock.show(f"{one}-{one}")) <= len(by_clock.longest(11))


def test_a_moment_is_measured_as_one_time_and_no_span() -> None:
    by_clock = Filter(kind="time", language="am", from_six=True)

    assert len(by_clock.longest(16)) == len(by_clock.longest(5)) < len(by_clock.longest(11))


def test_hours_of_other_clocks_are_shown_as_before() -> None:
    assert "8:00 am-6:00 pm" == Filter(kind="time", language="en").show("08:00-18:00")
    assert "08:00-18:00" == Filter(kind="time", language="fr").show("08:00-18:00")


@given(st.times(), st.sampled_from(LANGUAGES))
def test_a_time_that_is_typed_as_it_is_shown_is_that_time(time: object, language: str) -> None:
    minutes = f"{time:%H:%M}"

    assert minutes == check(TIME, shown(language, minutes), language)


@given(
    st.datetimes(timezones=st.just(UTC)).map(
        lambda one: one.replace(year=2020 + one.year % 40, day=min(one.day, 28))
    ),
    st.sampled_from(["Africa/Nairobi", "Africa/Addis_Ababa", "Africa/Lagos", "Asia/Kolkata"]),
    st.sampled_from(LANGUAGES),
)
def test_a_moment_is_told_by_the_clock_on_the_wall_of_its_time_zone(
    moment: datetime, zone: str, language: str
) -> None:
    local = moment.astimezone(ZoneInfo(zone))

    told = shown(language, local.isoformat(timespec="minutes"))

    assert told == said(language, local.hour, local.minute)
    assert (local.hour, local.minute) == time_from_six(told, language)


@given(st.times(), st.sampled_from(LANGUAGES))
def test_no_two_hours_of_a_day_are_said_alike(time: object, language: str) -> None:
    written = f"{time:%H:%M}"
    others = {shown(language, f"{hour:02}{written[2:]}") for hour in range(24)}

    assert 24 == len(others)


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("sw", "saa saba na dakika tano mchana", "13:05"),
        ("sw", "saa mbili asubuhi", "08:00"),
        ("sw", "Asubuhi saa 2", "08:00"),
        ("sw", "saa mbili na nusu asubuhi", "08:30"),
        ("sw", "saa tatu kasoro robo usiku", "20:45"),
        ("sw", "saa moja kasoro robo asubuhi", "06:45"),
        ("sw", "saa sita usiku", "00:00"),
        ("sw", "saa 6 mchana", "12:00"),
        ("sw", "saa kumi na mbili jioni", "18:00"),
        ("sw", "saa kumi na moja na nusu jioni", "17:30"),
        ("sw", "SAA 12 ALFAJIRI", "06:00"),
        ("sw", "saa kumi alfajiri", "04:00"),
        ("sw", "saa nane usiku wa manane", "02:00"),
        ("sw", "saa 10 alasiri", "16:00"),
        ("sw", "saa kumi na mbili kasoro robo jioni", "17:45"),
        ("sw", "saa kumi na moja kasoro dakika tano jioni", "16:55"),
        ("sw", "saa kumi kasoro mbili alasiri", "15:58"),
        ("sw", "saa 7 02 mchana", "13:02"),
        ("sw", "7 00 mchana", "13:00"),
        ("sw", "10 02 alfajiri", "04:02"),
        ("sw", "saa 7 kasoro 2 mchana", "12:58"),
        ("sw", "saa moja kasoro mbili asubuhi", "06:58"),
        ("sw", "saa tano tano asubuhi", "11:05"),
        ("sw", "1305", "13:05"),
        ("sw", "18:00", "18:00"),
        ("sw", "8am", "08:00"),
        ("am", "ከቀኑ 7:05", "13:05"),
        ("am", "ከቀኑ 7 ሰዓት ከ5 ደቂቃ", "13:05"),
        ("am", "ጠዋት 2 ሰዓት", "08:00"),
        ("am", "ጠዋት ሁለት ሰዓት ተኩል", "08:30"),
        ("am", "ከጥዋቱ 2:30", "08:30"),
        ("am", "ከሰዓት በኋላ 8 ሰዓት", "14:00"),
        ("am", "ማታ ሦስት ሰዓት", "21:00"),
        ("am", "ከምሽቱ አሥራ ሁለት ሰዓት", "18:00"),
        ("am", "ከሌሊቱ 6 ሰዓት", "00:00"),
        ("am", "ከቀኑ 7 02", "13:02"),
        ("am", "13:05", "13:05"),
    ],
)
def test_a_time_is_taken_as_people_write_it(language: str, typed: str, meant: str) -> None:
    assert meant == check(TIME, typed, language)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("sw", "7:05"),
        ("sw", "0705"),
        ("sw", "saa 7"),
        ("sw", "mchana"),
        ("sw", "saa 13 mchana"),
        ("sw", "saa 0 usiku"),
        ("sw", "saa 3 mchana"),
        ("sw", "saa 7 mchana jioni"),
        ("sw", "saa saba saba saba mchana"),
        ("sw", "saa 7 na dakika 70 mchana"),
        ("sw", "saa ya chakula mchana"),
        ("sw", "saa moja mbili asubuhi"),
        ("sw", "saa 1 2 asubuhi"),
        ("sw", "saa 10 2 jioni"),
        ("sw", "saa 7:05 02 mchana"),
        ("sw", "saa 7 02:30 mchana"),
        ("sw", "saa " * 40 + "mchana"),
        ("am", "7:05"),
        ("am", "7 ሰዓት"),
        ("am", "ከቀኑ"),
        ("am", "ከቀኑ 13 ሰዓት"),
        ("am", "ከጠዋቱ 8 ሰዓት"),
        ("am", "ከቀኑ 7 ሰዓት ከ70 ደቂቃ"),
        ("am", "ከቀኑ ምሳ ሰዓት"),
    ],
)
def test_what_may_be_two_times_or_none_is_asked_for_anew(language: str, typed: str) -> None:
    found = check(TIME, typed, language)

    assert isinstance(found, Complaint)
    assert isinstance(check(TIME, found.values["example"], language), str)


def test_who_reads_another_language_types_another_clock() -> None:
    assert "07:05" == check(TIME, "7:05", "fr")
    assert isinstance(check(TIME, sample_time(TIME, "am"), "am"), str)

"""What version 0.1.0 left in its stores is opened, and gone on with, by the present version.

`from_0_1_0/expected.json` says what waits there and how version 0.1.0 itself went on with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.sql.migrations.fill_institutions import fill_institutions
from tests import servers
from tests.ministry import ministry
from tests.upgrade.kept import EXPECTED, MADE_AT, Kept, Provider


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, valkey: str) -> Iterator[Kept]:
    """The stores as they were left, on each of the databases."""
    with ministry() as server:
        provider = Provider(server)
        if request.param == "sqlite":
            yield Kept(tmp_path, f"sqlite:///{tmp_path / 'gateway.db'}", valkey, provider)
        else:
            with servers.new_schema(request.getfixturevalue("postgres_server")) as url:
                yield Kept(tmp_path, url, valkey, provider)


def test_every_session_goes_on_where_it_was(kept: Kept) -> None:
    with kept.opened() as now:
        for entry in EXPECTED["ussd"]:
            typed, shown = entry["typed"], []
            if typed is None:
                typed = ""
                assert (entry["what"], entry["screen"]) == (entry["what"], now.turn(entry, ""))
            for answer, _ in entry["next"]:
                typed = f"{typed}*{answer}" if typed else answer
                shown.append([answer, now.turn(entry, typed)])
            assert (entry["what"], entry["next"]) == (entry["what"], shown)


def test_the_last_page_is_shown_again_to_who_repeats_a_turn(kept: Kept) -> None:
    begun = [entry for entry in EXPECTED["ussd"] if entry["typed"] is not None]
    with kept.opened() as now:
        pages = {entry["what"]: now.turn(entry, entry["typed"]) for entry in begun}

    assert {entry["what"]: entry["screen"] for entry in begun} == pages


def test_sessions_are_rebuilt_when_redis_was_lost_with_the_upgrade(kept: Kept) -> None:
    rebuilt = [entry for entry in EXPECTED["ussd"] if "first_without_redis" in entry]
    kept.lose_redis()
    pages = {}
    with kept.opened() as now:
        for entry in rebuilt:
            typed = [each for each in (entry["typed"], entry["next"][0][0]) if each]
            pages[entry["what"]] = now.turn(entry, "*".join(typed))

    assert {entry["what"]: entry["first_without_redis"] for entry in rebuilt} == pages


def test_what_a_turn_had_written_when_its_node_died_is_not_written_again(kept: Kept) -> None:
    after = EXPECTED["after_repeated_turns"]
    with kept.opened() as now:
        for entry in EXPECTED["repeated_turns"]:
            page = now.turn(entry, entry["text"])
            assert (entry["what"], entry["next"]) == (entry["what"], page)
        cases = json.loads(kept.command("cases", "list", "--status", "any", "--json"))
        assert after["cases"] == len(cases)
        # The version before kept no proof of a consent: the turn that comes again keeps the first.
        held = after["held"].replace("Other 1", "Other 2")
        assert held == now.dials(after["phone"], "*384*2026*93#", "1")
        assert after["sms"] == {phone: now.sms_to(phone) for phone in after["sms"]}


def test_every_conversation_by_sms_goes_on_where_it_was(kept: Kept) -> None:
    with kept.opened() as now:
        for entry in EXPECTED["conversations"]:
            if entry["last_reply"] is not None:
                assert entry["last_reply"] == now.sms_to(entry["phone"])[-1][0]
            said = [[text, *now.texts(entry, text)] for text, *_ in entry["next"]]
            assert (entry["what"], entry["next"]) == (entry["what"], said)


def test_texts_that_waited_are_routed_once(kept: Kept) -> None:
    waiting = EXPECTED["waiting_mos"]
    phones = list(waiting["replies_at_once"])
    with kept.opened() as now:
        before = {phone: len(now.sms_to(phone)) for phone in phones}

        def replies() -> dict[str, list[str]]:
            return {
                phone: [text for text, _ in now.sms_to(phone)[before[phone] :]] for phone in phones
            }

        now.gateway.inbound.work()
        assert waiting["replies_at_once"] == replies()
        for phone, mo in waiting["mos"].items():  # the provider tells of them once more
            now.receives(phone, mo["text"], reference=mo["reference"])
        now.pass_time(61)
        now.gateway.inbound.work()
        assert waiting["replies_after_a_minute"] == replies()


def test_sms_that_waited_are_sent_once_and_only_where_they_are_wanted(kept: Kept) -> None:
    outbound = EXPECTED["outbound"]
    early = outbound["early_report"]
    with kept.opened() as now:
        assert outbound["queued"] == {phone: now.sms_to(phone) for phone in outbound["queued"]}
        now.provider.named = {early["phone"]: early["reference"]}
        now.sends()
        now.pass_time(130)
        now.ticks()
        now.sends()
        assert outbound["sent"] == {phone: now.sms_to(phone) for phone in outbound["queued"]}
        wire = [sms for sms in now.provider.taken if sms["to"] in outbound["queued"]]
        assert outbound["wire"] == sorted(wire, key=lambda sms: sms["to"])


def test_reports_find_the_sms_that_were_sent_before(kept: Kept) -> None:
    outbound = EXPECTED["outbound"]
    at_rest = {phone: status for phone, status in outbound["statuses"].items()
               if phone not in outbound["queued"]}  # fmt: skip
    with kept.opened() as now:
        for report in outbound["late_reports"]:
            assert report["was"] == now.sms_to(report["phone"])[-1][1]
            now.reports(report["phone"], report["reference"], report["status"])
            assert report["is"] == now.sms_to(report["phone"])[-1][1]
        assert at_rest == {phone: now.sms_to(phone)[-1][1] for phone in at_rest}


def test_slow_answers_that_were_waited_for_come_by_sms_and_go_on_there(kept: Kept) -> None:
    slow = EXPECTED["slow"]
    with kept.opened() as now:
        before = {phone: len(now.sms_to(phone)) for phone in slow["answers"]}
        now.pass_time(60)
        now.runs_slow_calls()
        told = {phone: [text for text, _ in now.sms_to(phone)[before[phone] :]] for phone in before}
        assert slow["answers"] == told
        then = {"channel": "at-ke", "link_id": "", **slow["then"]}
        assert then["next"] == [[text, *now.texts(then, text)] for text, *_ in then["next"]]


def test_a_line_that_dropped_just_before_is_told_of_once(kept: Kept) -> None:
    nudge = EXPECTED["nudge"]
    with kept.opened() as now:
        before = len(now.sms_to(nudge["phone"]))
        assert nudge["at_once"] == now.gateway.ussd.nudge_dropped()
        now.pass_time(15)
        assert nudge["after_15_seconds"] == now.gateway.ussd.nudge_dropped()
        assert 0 == now.gateway.ussd.nudge_dropped()
        assert nudge["texts"] == [text for text, _ in now.sms_to(nudge["phone"])[before:]]


def _as_dated_now(texts: Mapping[str, Any]) -> Any:
    """Returns the SMS as they are dated now: in Amharic by a form that says day and era."""
    told = json.dumps(texts, ensure_ascii=False)
    return json.loads(re.sub(r"(\d+) (ታኅሣሥ) (2019)", r"\2 \1 ቀን \3 ዓ.ም.", told))


def test_reminders_are_sent_on_their_day_to_who_still_wants_them(kept: Kept) -> None:
    reminders = EXPECTED["reminders"]
    with kept.opened(timedelta(days=reminders["after_days"])) as now:
        before = {phone: len(now.sms_to(phone)) for phone in reminders["texts"]}
        while now.gateway.upkeep.send_reminders():
            pass
        now.sends()
        said = {phone: sorted(now.sms_to(phone)[before[phone] :]) for phone in before}
        assert _as_dated_now(reminders["texts"]) == said


def test_offices_find_their_cases(kept: Kept) -> None:
    desks = EXPECTED["desks"]
    kept.command("migrate")

    listed = json.loads(kept.command("cases", "list", "--status", "any", "--json"))
    shown = {number: _shown(kept, number) for number in desks["shown"]}

    assert _newest_first(desks["cases"]) == listed
    assert _of_old(desks["shown"]) == shown


def _owned(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a case as this version shows it: it was the deployment's own."""
    since = case["changed_at"] or case["opened_at"]
    return {
        **case,
        "institution": "gateway",
        "assigned_to": "",
        "due_at": None,
        "changed_at": since,
    }


def _newest_first(cases: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns cases as this version lists them: those that are over among them, newest first."""
    return [_owned(each) for each in reversed(cases)]


def _of_old(files: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the files of cases as this version shows them: who acted then is not known."""
    return {
        number: {**_owned(file), "events": [{"by": "", **event} for event in file["events"]]}
        for number, file in files.items()
    }


def _of_this_version(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns messages as this version shows them: what was nobody's is the deployment's own."""
    return [
        {
            **each,
            "assigned_to": "",
            "settled_by": "",
            "institution": each["institution"] or "gateway",
        }
        for each in messages
    ]


def test_what_was_nobodys_is_the_deployments_own(kept: Kept) -> None:
    told = kept.command("migrate")

    with kept.opened() as now:
        assert 0 == fill_institutions(now.gateway.engine, "another")
    assert "of no service now carry 'gateway'" in told
    assert "carry" not in kept.command("migrate")


def _shown(kept: Kept, number: str) -> Any:
    return json.loads(kept.command("cases", "show", number, "--json", "--by", "An office"))


def test_all_is_there_after_the_key_was_rotated_and_the_old_one_taken_off(kept: Kept) -> None:
    desks, outbound, reminders = EXPECTED["desks"], EXPECTED["outbound"], EXPECTED["reminders"]
    kept.rotate()

    listed = json.loads(kept.command("cases", "list", "--status", "any", "--json"))
    assert _newest_first(desks["cases"]) == listed
    shown = {number: _shown(kept, number) for number in desks["shown"]}
    assert _of_old(desks["shown"]) == shown
    found = kept.command("helpdesk", "list", "--status", "any", "--json", "--by", "An office")
    assert _of_this_version(desks["messages"]) == json.loads(found)
    early = outbound["early_report"]
    with kept.opened() as now:
        assert outbound["queued"] == {phone: now.sms_to(phone) for phone in outbound["queued"]}
        for entry in EXPECTED["conversations"]:
            said = [[text, *now.texts(entry, text)] for text, *_ in entry["next"]]
            assert (entry["what"], entry["next"]) == (entry["what"], said)
        now.provider.named = {early["phone"]: early["reference"]}
        now.sends()
        now.pass_time(130)
        now.ticks()
        now.sends()  # not to those who have said STOP before the rotation
        assert outbound["sent"] == {phone: now.sms_to(phone) for phone in outbound["queued"]}
    with kept.opened(timedelta(days=reminders["after_days"])) as now:
        before = {phone: len(now.sms_to(phone)) for phone in reminders["texts"]}
        while now.gateway.upkeep.send_reminders():
            pass
        now.sends()
        said_then = {phone: sorted(now.sms_to(phone)[before[phone] :]) for phone in before}
        assert _as_dated_now(reminders["texts"]) == said_then


def test_the_help_desk_finds_its_messages_and_answers_the_way_they_came(kept: Kept) -> None:
    answer = EXPECTED["desks"]["answer"]
    with kept.opened() as now:
        found = kept.command("helpdesk", "list", "--status", "any", "--json", "--by", "An office")
        listed = _of_this_version(EXPECTED["desks"]["messages"])
        assert listed == json.loads(found)
        number, text = answer["id"], answer["text"]
        assert (
            answer["segments"] == now.gateway.help_desk.answer(number, text, "An office").segments
        )
        now.sends()
        (wire,) = answer["wire"]
        assert [wire] == [sms for sms in now.provider.taken if sms["to"] == wire["to"]]


def test_releases_stay_what_they_were_and_go_live_when_they_were_to(kept: Kept) -> None:
    releases = EXPECTED["releases"]
    scheduled_at = datetime.fromisoformat(releases["scheduled_at"])
    home = "*384*2026*00#"
    with kept.opened() as now:
        assert releases["live"] == now.gateway.releases.current().id
        assert releases["home"]["live"] == now.dials("+254700000099", home)
        for each in ("older", "live", "scheduled"):
            found = now.gateway.releases.find(releases[each])
            assert found is not None
            assert releases[each] == found.id
    with kept.opened(scheduled_at - MADE_AT) as now:
        assert releases["scheduled"] == now.gateway.releases.current().id
        assert releases["home"]["scheduled"] == now.dials("+254700000099", home)


def test_a_release_of_the_earlier_version_is_gone_back_to(kept: Kept) -> None:
    releases = EXPECTED["releases"]
    history = json.loads(kept.command("menus", "history", "--json"))
    with kept.opened() as now:
        assert releases["older"] == now.roll_back()
    with kept.opened() as now:
        assert releases["home"]["older"] == now.dials("+254700000099", "*384*2026*00#")

    told = [{name: each[name] for name in releases["history"][0]} for each in history]
    assert releases["history"] == told


def test_breakers_in_redis_are_read_and_counting_begins_anew(kept: Kept) -> None:
    numbers = EXPECTED["numbers"]
    with kept.opened() as now:
        assert {} == now.gateway.vital_signs.counted().numbers
        breaker = now.gateway.vital_signs.breakers()["call:road_state"]
        assert numbers["breaker_of_the_roads"] == breaker.value


def test_statistics_that_waited_in_redis_are_moved(kept: Kept) -> None:
    numbers = EXPECTED["numbers"]
    with kept.opened() as now:
        before = now.count("turns")
        now.ticks()
        assert [numbers["turns"], numbers["turns_when_moved"]] == [before, now.count("turns")]


def test_jobs_that_waited_in_the_queues_are_run(kept: Kept) -> None:
    waiting = EXPECTED["waiting_mos"]
    answers = EXPECTED["slow"]["answers"]
    with kept.opened() as now:
        before = {phone: len(now.sms_to(phone)) for phone in (*waiting["mos"], *answers)}
        now.pass_time(30)  # nothing but the jobs wakes a worker here
        for queue in ("inbound", "calls", "reply", "bulk"):
            now.runs_jobs(queue)
        said = {phone: [text for text, _ in now.sms_to(phone)[before[phone] :]] for phone in before}
        assert answers == {phone: said[phone] for phone in answers}
        for phone in waiting["mos"]:
            assert waiting["replies_at_once"][phone] == said[phone]
        sent = {sms["to"] for sms in now.provider.taken}
        assert {*waiting["mos"], *answers} <= sent

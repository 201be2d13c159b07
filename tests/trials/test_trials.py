"""Trials: each thing that a network or a back end does, with what a citizen sees of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from gateway.adapters.golden_dialogues.files import read_back
from gateway.adapters.system.clock import SystemClock
from gateway.deployment.load import Deployment, load
from gateway.domain.dialogue.golden_dialogue import difference
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.trials.moves import move
from gateway.domain.trials.trial import Note, Setting, Trial, Tried
from gateway.rehearsal.rehearse import known_names, rehearse
from gateway.rehearsal.stage import stage
from gateway.rehearsal.trials import player
from gateway.rehearsal.trials.as_dialogue import as_dialogue
from gateway.rehearsal.trials.player import Player
from gateway.use_cases.ports import Toolkit
from tests.gateways import environment
from tests.ministry import ministry
from tests.small_deployment import small_deployment

CODE = "*384*2026#"
#: The menu of the reference deployment: health, its clinics, a region.
CLINICS = (CODE, "1", "1")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The reference deployment; its data folder is empty."""
    return load(environment(tmp_path_factory.mktemp("data"), "redis://none"))


@pytest.fixture(scope="module")
def reference(deployment: Deployment) -> Iterator[Player]:
    """Plays trials of the reference deployment."""
    release = deployment.load_release()
    with stage(deployment, release) as used:
        yield Player(used, release, SystemClock())


@pytest.fixture(scope="module")
def tanks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """Plays trials of a service that asks a ministry's system, which is never asked here."""
    with ministry() as water:
        folder = tmp_path_factory.mktemp("tanks")
        small = load(small_deployment(folder, water, "unix:///nowhere"))
        release = small.load_release()
        with stage(small, release) as used:
            yield Player(used, release, SystemClock())
        assert water.asked == []


def tried(one: Player, *moves: str, language: str = "en", newest: bool = False) -> Tried:
    """Returns what came of moves."""
    setting = Setting(language=language, newest=newest)
    return one.play(Trial(setting=setting, moves=tuple(map(move, moves))))


def first_line(found: Tried) -> str:
    """Returns the first line of the page that the phone shows; of an SMS, where it shows none."""
    newest = found.happened[-1]
    page = newest.page if newest.page is not None else next(iter(newest.sms), "")
    return page.split("\n")[0]


@pytest.mark.parametrize("newest", [False, True], ids=["all answers", "newest alone"])
@pytest.mark.parametrize(
    ("moves", "sees", "note", "is_open"),
    [
        ([CODE], "Public services", None, True),
        (["1"], "", Note.NOT_DIALLED, False),
        ([":redial"], "Public services", None, True),
        ([":dial *999#"], "", Note.CANNOT_DIAL, False),
        ([*CLINICS], "Which region?", None, True),
        ([CODE, "1", ":twice 1"], "Which region?", None, True),
        ([CODE, "1", ":late 1"], "Which region?", None, True),
        ([CODE, "1", ":late 1", "1"], "Which district?", None, True),
        ([":late *384*2026#"], "Public services", Note.NOTHING_BEFORE, True),
        ([":cut *384*2026#"], "Public services", Note.NOTHING_TO_CUT, True),
        ([*CLINICS, ":slow 1"], "Which district?", Note.NOTHING_ASKED, True),
        ([*CLINICS, ":lose"], "", None, False),
        ([*CLINICS, ":lose", "1"], "", Note.NOT_DIALLED, False),
        ([*CLINICS, ":lose", ":redial"], "Public services", None, True),
        ([*CLINICS, ":time-out"], "", None, False),
        ([*CLINICS, ":time-out", ":redial"], "Public services", None, True),
        ([*CLINICS, ":wait 2"], "", None, True),
        ([*CLINICS, ":wait 4"], "", None, False),
        ([*CLINICS, ":outcome nobody found"], "", Note.NO_OUTCOME, True),
        ([CODE, "7"], "Please choose a number from the list.", None, True),
        ([":text HELP"], "Public services of Zamani. Dial *384*2026#", None, False),
        ([":twice :text HELP"], "Public services of Zamani. Dial *384*2026#", None, False),
    ],
)
def test_each_thing_that_is_done_or_happens_shows_what_a_citizen_sees(
    reference: Player, moves: list[str], sees: str, note: Note | None, is_open: bool, newest: bool
) -> None:
    found = tried(reference, *moves, newest=newest)

    assert first_line(found).startswith(sees), found.happened
    assert (note, is_open) == (found.happened[-1].note, found.open)
    assert bool(sees) == bool(first_line(found))


def test_a_text_that_comes_twice_is_answered_once(reference: Player) -> None:
    [once] = tried(reference, ":text HELP").happened
    [twice] = tried(reference, ":twice :text HELP").happened

    assert once.sms == twice.sms
    assert 1 == len(twice.sms)


def test_what_was_typed_before_may_be_cut_off_where_all_answers_are_sent(
    reference: Player,
) -> None:
    cut = (CODE, "2", ":cut 1")
    assert first_line(tried(reference, *cut)).startswith("Candidate number")
    assert tried(reference, *cut, newest=True).happened[-1].note is Note.NOTHING_TO_CUT
    # What is left looks like the turn before, delivered again: nobody could tell.
    assert first_line(tried(reference, CODE, "1", ":cut 1")) == "Health"


@pytest.mark.parametrize(
    ("moves", "page", "sms", "came_to"),
    [
        (["117"], "Tank 117 is 12% full.", (), "found"),
        ([":slow 117"], "too slow", (), "too_slow"),
        ([":outcome tank_level found level=80", "117"], "Tank 117 is 80% full.", (), "found"),
        ([":outcome tank_level unknown", "117"], "There is no tank 117.", (), "unknown"),
    ],
)
def test_a_back_end_comes_to_what_is_wanted_and_is_never_asked(
    tanks: Player, moves: list[str], page: str, sms: tuple[str, ...], came_to: str
) -> None:
    found = tried(tanks, "*384*1#", "1", *moves)

    assert (page, sms) == (first_line(found), found.happened[-1].sms)
    assert [came_to] == [each.came_to for each in found.happened[-1].asked]
    assert {"tank_level": ["found", "unknown"]} == found.choices


def test_the_answer_of_a_back_end_that_is_declared_slow_follows_by_sms(tmp_path: Path) -> None:
    with ministry() as water:
        small = load(small_deployment(tmp_path, water, "unix:///nowhere", extra="slow: true"))
        release = small.load_release()
        with stage(small, release) as used:
            one = Player(used, release, SystemClock())
            late = tried(one, "*384*1#", "1", ":slow 117").happened[-1]
            in_time = tried(one, "*384*1#", "1", "117").happened[-1]
            copied = as_dialogue(one, tried(one, "*384*1#", "1", ":slow 117"))

    assert ("answer by sms", ("Tank 117 is 12% full.",)) == (late.page, late.sms)
    assert ("Tank 117 is 12% full.", ()) == (in_time.page, in_time.sms)
    assert copied.other_pages
    assert water.asked == []


def test_a_handler_in_python_reaches_no_other_system_and_may_be_told_what_to_answer(
    deployment: Deployment, reference: Player
) -> None:
    def fetch(call: ServiceCall, desk: Toolkit) -> Outcome:
        with urlopen(water.url, timeout=5) as answer:  # noqa: S310 - of the test's own
            return Outcome(str(answer.status))

    own = replace(deployment.handlers["case_status"], run=fetch)
    handlers = {**deployment.handlers, "case_status": own}
    with (
        ministry() as water,
        stage(replace(deployment, handlers=handlers), reference.release) as used,
    ):
        one = Player(used, reference.release, SystemClock())
        asks = tried(one, "*384*2026*42#", "100020266")
        told = tried(one, "*384*2026*42#", ":outcome case_status solved", "100020266")

        assert [("case_status", "failed")] == [
            (each.name, each.came_to) for each in asks.happened[-1].asked
        ]
        assert asks.happened[-1].page
        assert "solved" in asks.choices["case_status"]
        assert ["solved"] == [each.came_to for each in told.happened[-1].asked]
        assert water.asked == []
        with socket.create_connection(("127.0.0.1", urlsplit(water.url).port or 0)):
            pass  # only in a trial


def test_nothing_that_a_trial_holds_is_shown_without_what_it_is(reference: Player) -> None:
    held = tried(reference, "*384*2026*31#", "10231456", "2").held

    assert {"exam_results.candidate": "10231456", "exam_results.year": "2025"} == {
        each.name: each.said for each in held
    }
    assert all(each.personal for each in held)  # of a service that shows who passed
    assert "10231456" not in repr(held)
    region = tried(reference, *CLINICS, "1").held
    assert [False] == list({each.personal for each in region})


def test_the_page_is_that_of_the_network(reference: Player) -> None:
    moves = tuple(map(move, (CODE,)))
    wide = reference.play(Trial(setting=Setting(language="en"), moves=moves)).newest
    narrow = reference.play(
        Trial(setting=Setting(language="en", septets=120, count_prefix=True), moves=moves)
    ).newest

    assert wide is not None
    assert narrow is not None
    assert len(narrow.page or "") <= 116 < len(wide.page or "")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (Setting(language="xx"), "does not speak"),
        (Setting(channel="at-tz"), "no such channel"),
    ],
)
def test_a_setting_that_is_not_here_is_refused(
    reference: Player, setting: Setting, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        reference.play(Trial(setting=setting, moves=(move(CODE),)))


def test_a_trial_that_takes_too_long_is_left_and_says_how_much(
    reference: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "MOST_SECONDS", -1.0)

    found = tried(reference, *CLINICS)

    assert (0, 3) == (len(found.happened), found.left_over)


@pytest.mark.parametrize(
    ("moves", "other_pages"),
    [
        ([*CLINICS, "1"], False),
        ([*CLINICS, ":lose", ":wait 30", ":redial", "2"], False),
        ([*CLINICS, ":time-out", CODE, "7"], False),
        ([CODE, ":twice 1", ":late 1", ":cut 2"], False),
        ([":lose", "1", CODE, "1"], False),
        ([":text RESULT 10231456 2025", ":text 15042007"], False),
        ([":text HELP", ":wait 1440", ":text CLINIC"], False),
    ],
)
def test_a_copied_dialogue_passes_when_it_is_played(
    reference: Player,
    deployment: Deployment,
    moves: list[str],
    other_pages: bool,
    tmp_path: Path,
) -> None:
    found = tried(reference, *moves)
    copied = as_dialogue(reference, found, "A title")
    file = tmp_path / "copied.dialogue.yaml"

    assert other_pages == copied.other_pages
    again = read_back(copied.text, file, known_names(deployment, reference.release))
    assert "A title" == again.title
    assert [] == difference(again, reference.stage.play(again))


def test_a_copied_dialogue_passes_among_the_others(
    reference: Player, deployment: Deployment, tmp_path: Path
) -> None:
    copied = as_dialogue(reference, tried(reference, *CLINICS, ":lose", ":wait 30", ":redial"))
    file = tmp_path / "copied.dialogue.yaml"
    file.write_text(copied.text, "utf-8")

    assert [] == rehearse(deployment, reference.release, [file]).failed


def test_a_dialogue_of_a_back_end_pins_what_it_came_to(tanks: Player) -> None:
    found = tried(tanks, "*384*1#", "1", ":outcome tank_level unknown", "117", "1", "118")
    copied = as_dialogue(tanks, found).dialogue

    assert "There is no tank 118.\n1. Another" in copied.turns[-1].sees
    assert [] == difference(copied, tanks.stage.play(copied))
    assert not tanks.stage.unpinned


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        ([], "Dial or text first"),
        ([":lose", "1"], "Dial or text first"),
        ([CODE, ":text HELP"], "dialled or texted"),
        ([":text HELP", CODE], "dialled or texted"),
    ],
)
def test_what_no_dialogue_can_be_is_refused(reference: Player, moves: list[str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        as_dialogue(reference, tried(reference, *moves))

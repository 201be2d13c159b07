"""Golden dialogues: what citizens see on this deployment's menus, page by page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.golden_dialogues.files import found_in, read, way_to_root, written
from gateway.adapters.golden_dialogues.schemas import CaseShape, DialogueShape, PinShape, TurnShape
from gateway.deployment.load import Deployment, load
from gateway.domain.dialogue.golden_dialogue import (
    NOON,
    Dialogue,
    DialogueTurn,
    Surface,
    difference,
)
from gateway.domain.faults_and_errors.errors import FilesInvalid, MenuInvalid, Refused
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall, Writes
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import EndScreen, ServiceScreen
from gateway.domain.menu_checks.ways.graph import unvisited
from gateway.domain.text.gsm7 import is_gsm7
from gateway.rehearsal.phones import CALLER
from gateway.rehearsal.rehearse import Rehearsed, rehearse
from gateway.rehearsal.stage import Stage, stage
from gateway.use_cases.ports import Toolkit
from tests import water_deployment
from tests.gateways import HOME, environment
from tests.polling import PATIENCE_SECONDS

MENUS = HOME / "menus"
FILES = found_in(MENUS)
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The reference deployment; its data folder is empty."""
    return load(environment(tmp_path_factory.mktemp("data"), "redis://none"))


@pytest.fixture(scope="module")
def release(deployment: Deployment) -> Release:
    """The menus of the repository, checked against its handlers."""
    return deployment.load_release()


@pytest.fixture(scope="module")
def on_stage(deployment: Deployment, release: Release) -> Iterator[Stage]:
    """A stage with the sample data."""
    with stage(deployment, release) as ready:
        yield ready


@pytest.fixture(scope="module")
def rehearsed(deployment: Deployment, release: Release) -> Mapping[Surface, Rehearsed]:
    """How all dialogues went, those that are dialled and those that are texted."""
    by_surface = {each: [path for path in FILES if read(path).surface is each] for each in Surface}
    return {each: rehearse(deployment, release, paths) for each, paths in by_surface.items()}


def test_every_dialogue_goes_as_written_and_together_they_show_all_there_is(
    release: Release, rehearsed: Mapping[Surface, Rehearsed]
) -> None:
    """All of it is one test, since playing them takes a while, and another worker would again."""
    for surface, played in rehearsed.items():
        failed = {verdict.path.name: verdict.differences for verdict in played.failed}
        assert {} == failed, surface
    wanted = {
        (language, service)
        for language in release.languages
        for service in release.services
        if release.services[service].shortcut
    }
    assert len(wanted) == 18 * 4
    for surface, played in rehearsed.items():
        assert set() == wanted - _ended(release, played), surface
    visited = set().union(*(each.visited for each in rehearsed.values()))
    assert {each: [] for each in release.languages} == unvisited(release, visited)


def _ended(release: Release, played: Rehearsed) -> set[tuple[str, str]]:
    """Returns the languages in which services came to an end.

    A report ends where it is shown: it is stored, and may be corrected.
    """
    shown = {
        goto
        for call in release.each(ServiceScreen)
        if call.writes is Writes.REPORT
        for goto in call.outcomes.values()
    }
    return {
        (language, screen.partition(".")[0])
        for language, screen in played.visited
        if isinstance(release.screens[screen], EndScreen) or screen in shown
    }


@each_file
def test_a_dialogue_is_written_as_an_update_would_write_it(path: Path) -> None:
    assert path.read_text("utf-8") == written(read(path), way_to_root(path, MENUS))


def test_no_page_of_a_ussd_dialogue_is_larger_than_a_page() -> None:
    pages = [
        turn.sees
        for dialogue in map(read, FILES)
        if dialogue.surface is Surface.USSD
        for turn in dialogue.turns
    ]

    too_large = [page for page in pages if len(page) > (160 if is_gsm7(page) else 70)]
    assert len(pages) > 100
    assert too_large == []


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_every_last_screen_without_values_fits_one_page(release: Release, language: str) -> None:
    texts = [
        "".join(screen.text[language].pieces)
        for screen in release.screens.values()
        if isinstance(screen, EndScreen) and not screen.text[language].names
    ]

    assert texts
    assert all(len(text) <= (160 if is_gsm7(text) else 70) for text in texts)


SLIPS = {
    "surface": ("surface: ussd", "surface: fax", "M003"),
    "key": ("title:", "titel:", "M001"),
    "opening": ("dial:", "text:", "M009"),
    "key of a turn": ("types:", "type:", "M001"),
    "two ways on": ('    types: "1"\n', '    types: "1"\n    dials: "*1#"\n', "M009"),
    "typed after the end": ("    ends: true\n", '    ends: true\n    types: "1"\n', "M009"),
    "open in the middle": ('    types: "1"\n', "", "M009"),
    "time": ("title:", "at: noon\ntitle:", "M003"),
    "pin": ("title:", "handlers: {exam_results: found}\ntitle:", "M003"),
    "dialled over USSD": ("surface: ussd\n", "surface: ussd\ndialled: false\n", "M009"),
    "tag": ("title: ", "title: !x ", "M006"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_dialogue_file_with_a_slip_is_refused_with_its_place(tmp_path: Path, slip: str) -> None:
    before, after, code = SLIPS[slip]
    faulty = tmp_path / "faulty.dialogue.yaml"
    good = (MENUS / "dialogues" / "find_clinic_en.dialogue.yaml").read_text("utf-8")
    assert before in good
    faulty.write_text(good.replace(before, after, 1), "utf-8")

    with pytest.raises(FilesInvalid) as caught:
        read(faulty)

    assert code in {fault.code for fault in caught.value.faults}
    assert all(fault.file.endswith("faulty.dialogue.yaml") for fault in caught.value.faults)


EVERYTHING = """\
# yaml-language-server: $schema=../schemas/dialogue.json
title: "Every key: is written"
surface: ussd
channel: phone
language: sw
at: "2026-11-23T06:30:00Z"
cases:
  100020266: {service: report_problem, category: water, status: solved}
data:
  facilities:
    - {id: "F1", name: "Mtoni \\"A\\"", place: "true"}
handlers:
  find_clinic.list_regions: {outcome: found, values: {regions: [{region: "Amboro"}]}}
  exam_results: {outcome: unknown}
dial: "*384*2026#"
turns:
  - sees: |-
      A page
      of two lines
    sms:
      - |-
        An SMS
      - " one that begins with a space"
    later: 5
    dials: "*384*2026*21#"
  - sees: "A page with a line\\n\\nbetween"
    types: "a\\\\b"
  - sees: |-
      The end
    ends: true
stored:
  district: "Tulima"
"""


def test_every_key_survives_reading_and_writing(tmp_path: Path) -> None:
    path = tmp_path / "every.dialogue.yaml"
    path.write_text(EVERYTHING, "utf-8")

    assert EVERYTHING == written(read(path))


def changed(text: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """Returns a file with the text after changes, each of which must change something."""
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / "changed.dialogue.yaml"
    path.write_text(text, "utf-8")
    return path


def golden(name: str) -> str:
    """Returns the text of one of the deployment's dialogues."""
    return (MENUS / "dialogues" / f"{name}.dialogue.yaml").read_text("utf-8")


def test_a_page_that_differs_is_shown_as_a_diff(tmp_path: Path, on_stage: Stage) -> None:
    path = changed(golden("find_clinic_en"), tmp_path, ("1. Amboro", "1. Ambora"))

    diff = difference(read(path), on_stage.play(read(path)))

    assert "-  1. Ambora" in diff
    assert "+  1. Amboro" in diff


def test_a_dialogue_that_ends_early_shows_what_is_missing(tmp_path: Path, on_stage: Stage) -> None:
    typed = golden("case_status_en").replace(
        "    ends: true\n", '    types: "1"\n  - sees: more\n    ends: true\n'
    )
    path = changed(typed, tmp_path)

    diff = difference(read(path), on_stage.play(read(path)))

    assert "-  more" in diff
    assert "-> 1" in diff


def test_pinned_rows_stand_in_for_the_sample_data(tmp_path: Path, on_stage: Stage) -> None:
    text = golden("find_clinic_en")
    path = changed(text, tmp_path, ("surface: ussd\n", "surface: ussd\ndata: {facilities: []}\n"))

    seen = on_stage.play(read(path))

    assert "there is no list of clinics" in seen.turns[2].sees
    assert seen.turns[2].ends


def test_a_pinned_handler_is_not_called(tmp_path: Path, on_stage: Stage) -> None:
    rows = "[{region: Pinned, district: X}]"
    name = "find_clinic.list_regions"
    pin = f"handlers: {{{name}: {{outcome: found, values: {{regions: {rows}}}}}}}"
    path = changed(
        golden("find_clinic_en"), tmp_path, ("surface: ussd\n", f"surface: ussd\n{pin}\n")
    )

    seen = on_stage.play(read(path))

    assert "Which region?\n1. Pinned\n0 Back 00 Home" == seen.turns[2].sees


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("handlers: {my_held_dta: {outcome: found}}", "Did you mean 'my_held_data'"),
        ("handlers: {who_looked: {outcome: lokoed}}", "Did you mean 'looked'"),
        ("handlers: {find_clinic.list_regions: {outcome: fuond}}", "Did you mean 'found'"),
        ("data: {facilites: []}", "Did you mean 'facilities'"),
        ("channel: phnoe", "Did you mean 'phone'"),
        ("cases: {123: {service: water, status: open}}", "wrong number"),
        ("cases: {100020267: {service: water, status: open}}", "100020266"),
    ],
)
def test_what_cannot_be_pinned_is_refused(
    line: str, sentence: str, tmp_path: Path, on_stage: Stage
) -> None:
    path = changed(
        golden("find_clinic_en"), tmp_path, ("surface: ussd\n", f"surface: ussd\n{line}\n")
    )

    with pytest.raises(Refused, match=sentence):
        on_stage.play(read(path))


STRANGE = """\
title: Everything is named wrongly
surface: ussd
language: xx #!
cases:
  100020267: {service: water, status: open} #!
data:
  facilites: [] #!
handlers:
  my_held_dta: {outcome: found} #!
  my_held_data: {outcome: fuond} #!
  exam_results: {outcome: Found} #! #!
dial: "*384*2026#"
turns:
  - sees: One
    tpyes: "1" #!
"""


def test_every_wrong_name_of_a_dialogue_is_told_at_once_with_its_line(
    tmp_path: Path, deployment: Deployment, release: Release
) -> None:
    path = tmp_path / "strange.dialogue.yaml"
    path.write_text(STRANGE, "utf-8")
    marked = [
        number
        for number, line in enumerate(STRANGE.splitlines(), start=1)
        for _ in range(line.count("#!"))
    ]

    with pytest.raises(MenuInvalid) as caught:
        rehearse(deployment, release, [path])

    assert marked == [fault.line for fault in caught.value.faults], caught.value


def test_one_dialogue_leaves_nothing_to_the_next(on_stage: Stage) -> None:
    path = MENUS / "dialogues" / "report_problem_sw.dialogue.yaml"

    first, second = on_stage.play(read(path)), on_stage.play(read(path))

    assert first == second
    assert first.stored


def test_a_handler_that_hangs_has_no_way_into_the_dialogues_after_its_own(
    deployment: Deployment, release: Release
) -> None:
    """Else a dialogue has the engine of the one before, with the statements it has compiled."""
    begun, goes_on = threading.Event(), threading.Event()

    def hangs(call: ServiceCall, desk: Toolkit) -> Outcome:
        begun.set()
        goes_on.wait(PATIENCE_SECONDS)
        return Outcome("done")

    name, known = next(iter(deployment.handlers.items()))
    hanging = replace(deployment, handlers={**deployment.handlers, name: replace(known, run=hangs)})
    dialogue = Dialogue(title="A", surface=Surface.USSD, opening="*384*2026#", turns=[])
    with stage(hanging, release) as used, ThreadPoolExecutor(1) as threads:
        with used.opened(dialogue) as one:
            engine, desk = one.gateway.engine, one.gateway.toolkit
        with used.opened(dialogue) as one:
            assert engine is one.gateway.engine
            call = ServiceCall(
                handler=name, answers={}, language="en", subscriber=CALLER, key="k" * 32, at=NOON
            )
            threads.submit(one.handlers[name].run, call, desk)
            begun.wait(PATIENCE_SECONDS)
        try:
            with used.opened(dialogue) as other:
                assert engine is not other.gateway.engine
        finally:
            goes_on.set()


def test_time_passes_when_a_dialogue_says_so(tmp_path: Path, on_stage: Stage) -> None:
    """A USSD session is over after three minutes: what is typed then means nothing."""
    text, first = golden("find_clinic_en"), '    types: "1"\n'
    at_once = on_stage.play(read(changed(text, tmp_path)))

    text = text.replace(first, f"    later: 60\n{first}", 1)
    later = on_stage.play(read(changed(text, tmp_path)))

    assert "Find a clinic" in at_once.turns[1].sees
    assert difference(at_once, later)


@pytest.mark.parametrize("shape", [DialogueShape, TurnShape, PinShape, CaseShape])
def test_every_key_of_a_dialogue_is_explained_as_the_code_does(shape: type[DialogueShape]) -> None:
    page = (HOME / "docs" / "dialogues.md").read_text("utf-8")
    rows = []
    for name, field in shape.model_fields.items():
        needed = " **Needed.**" if field.is_required() else ""
        rows.append(f"| `{name}` | {field.description}{needed} |")

    assert "\n".join(["|---|---|", *rows]) + "\n\n" in page
    assert not re.search(r"[^.]$", "".join(str(f.description) for f in shape.model_fields.values()))


MENU_OF_PLACEHOLDERS = """\
service: water
shortcut: 41
title: Water
keywords: {en: [WATER]}
screens:
  name: {input: name, text: "Your name?", next: sure}
  sure:
    text: Sure?
    choice: {1: {label: "Yes", next: thanks}, 2: {label: "No", next: other}}
  thanks: {end: "{name}"}
  other: {end: "{name}"}
"""


def test_only_the_end_that_was_reached_counts_as_shown(tmp_path: Path) -> None:
    environ = water_deployment.write(tmp_path)
    (tmp_path / "menus" / "water.yaml").write_text(MENU_OF_PLACEHOLDERS, "utf-8")
    small = load(environ)
    turns = [DialogueTurn(sees="", types=typed) for typed in ("Asha", "1", None)]
    dialogue = Dialogue(title="A", surface=Surface.SMS, opening="WATER", turns=turns)

    with stage(small, small.load_release()) as used:
        seen = used.play(dialogue)

        assert seen.turns[-1].ends
        assert "Asha" == seen.turns[-1].sees
        expected = {("en", f"water.{screen}") for screen in ("name", "sure", "thanks")}
        assert expected == used.visited

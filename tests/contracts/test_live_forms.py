"""A release carries its forms: processes that run keep answers by them, with no restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from gateway.adapters.releases import whole_folder
from gateway.adapters.releases.published import PublishedReleases
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.composition.stores import in_memory
from gateway.deployment.live_forms import changed_otherwise
from gateway.deployment.load import Deployment, load
from gateway.domain.faults_and_errors.errors import ServiceFailed
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.menu_views.release_diff import describe
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.releases import Content
from tests.clock import FixedClock
from tests.water_deployment import write

FORM = """\
writes: preference
one_per: subscriber
columns:
  village: {room: 20}
"""
WIDER = FORM + "  depth: {kind: whole_number, room: 3, empty: allowed}\n"
WELLS = """\
service: wells
shortcut: 52
title: {en: Wells, sw: Visima}
screens:
  village:
    input: name
    max: 20
    text: {en: "Which village?", sw: "Kijiji gani?"}
    next: keep
  keep: {store: wells, outcomes: {stored: thanks}}
  thanks: {end: {en: "Thank you, {village}.", sw: "Asante, {village}."}}
"""
CALLER = Msisdn("+254700000001")


@dataclass
class Scene:
    """Two processes on one database: where people publish, and where citizens are answered."""

    deployment: Deployment
    database: Engine
    clock: FixedClock

    def __post_init__(self) -> None:
        self.office, self.web = self.process(), self.process()
        folder = self.deployment.settings.menus_folder
        self.files = whole_folder.texts(folder) | {"wells.yaml": WELLS}
        self.web.releases.current()

    def process(self) -> Gateway:
        parts = Parts(engine=self.database, stores=in_memory(self.clock))
        return Gateway(self.deployment, clock=self.clock, parts=parts)

    def publish(self, form: str | None) -> Release:
        """Publishes the menu, with the service of a form where there is one; the web takes it up.

        Its draft may have no fault.
        """
        self.clock.advance(60)
        files: Mapping[str, str] = self.files | {"forms/wells.yaml": form or ""}
        if form is None:
            files = whole_folder.texts(self.deployment.settings.menus_folder)
        made = self.office.drafts.workshop(files)
        assert made.release is not None, made.faults
        content = Content(release=made.release, sources=made.sources)
        publish = self.office.menus.publish
        publish(content, by="asha", upon=publish.newest())
        self.look(self.web)
        return made.release

    def look(self, gateway: Gateway) -> None:
        served = gateway.releases
        assert isinstance(served, PublishedReleases)
        served.current()
        served.look()

    def store(self, key: str, gateway: Gateway | None = None, **answers: str) -> str:
        """Stores the answers of a caller; returns the outcome."""
        call = ServiceCall(
            handler="store:wells", answers=answers, language="en", subscriber=CALLER,
            key=key * 32, at=self.clock.now(), release="", channel="phone",
        )  # fmt: skip
        return (gateway or self.web).handler_calls.guard.run(call, 5).name

    def exported(self, folder: Path) -> str:
        """Returns what a command writes out that knows nothing of before."""
        command, file = self.process(), folder / "wells.csv"
        try:
            command.datasets.export("wells", file, by="asha", overwrite=True)
        finally:
            command.close()
        return file.read_text("utf-8-sig")


@pytest.fixture
def scene(tmp_path: Path, database: Engine, clock: FixedClock) -> Iterator[Scene]:
    made = Scene(load(write(tmp_path / "home")), database, clock)
    try:
        yield made
    finally:
        made.office.close()
        made.web.close()


def test_no_turn_waits_for_the_forms_of_what_was_published(scene: Scene) -> None:
    scene.publish(FORM)
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(scene.database, "before_cursor_execute", note)
    try:
        assert "wells" in scene.web.live_forms.forms
        assert "store:wells" in scene.web.live_forms.handlers
        assert "store:wells" in (scene.web.vital_signs.breakers() or {})
    finally:
        event.remove(scene.database, "before_cursor_execute", note)
    assert asked == []


def test_a_published_form_keeps_answers_in_processes_that_run(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed):
        scene.store("a", village="Amboro")

    first = scene.publish(FORM)
    stored = scene.store("b", village="Amboro")

    assert stored == "stored"
    assert "Amboro" in scene.exported(tmp_path)
    assert [*first.forms] == ["wells"]
    assert "wells" not in scene.deployment.forms, "no file was written on the servers"


def test_rows_are_read_and_sessions_go_on_whatever_release_is_live(
    scene: Scene, tmp_path: Path
) -> None:
    without = scene.publish(None)
    narrow = scene.publish(FORM)
    scene.store("a", village="Amboro")
    wide = scene.publish(WIDER)
    scene.store("b", village="Keluwa", depth="30")

    back = scene.office.menus.publish.roll_back(narrow.id, by="asha")
    scene.look(scene.web)
    of_the_wider = scene.store("c", village="Tisoke", depth="12")
    told = scene.exported(tmp_path)
    scene.office.menus.publish.roll_back(without.id, by="asha")
    scene.look(scene.web)
    begun_before = scene.store("d", village="Mbale")

    assert describe(narrow, wide) == ["Forms: wells changed"]
    assert describe(without, narrow)[-1] == "Forms: wells added"
    assert back.release_id == narrow.id
    assert of_the_wider == "stored", "its session began on the release that has the column"
    assert "Tisoke,12" in told.replace(";", ",")
    assert begun_before == "stored"
    assert "Mbale" in scene.exported(tmp_path)


def test_a_form_cannot_leave_its_rows(scene: Scene) -> None:
    scene.publish(FORM)
    for form, why in (
        (FORM.replace("village", "town"), "'village' was published and is gone"),
        (FORM + "  depth: {room: 3}\n", "'depth' is new and needed"),
        (FORM.replace("preference", "record"), "What it writes"),
        (FORM.replace("one_per: subscriber\n", ""), "What tells its rows apart"),
        (FORM.replace("room: 20", "room: 20, personal: true"), "'village' is otherwise"),
    ):
        found = scene.office.drafts.workshop(scene.files | {"forms/wells.yaml": form})

        assert found.release is None
        assert "M130" in {each.code for each in found.faults}
        assert any(why in each.sentence for each in found.faults), found.faults
        assert {each.file for each in found.faults} == {"forms/wells.yaml"}


def test_a_form_whose_dataset_is_gone_is_still_held_to_its_rows() -> None:
    published = {"forms/wells.yaml": FORM + "places: {of: sessions}\n"}

    same = changed_otherwise(published, published, {})
    other = changed_otherwise({"forms/wells.yaml": FORM}, published, {})
    fresh = changed_otherwise({"forms/springs.yaml": FORM}, published, {})

    assert [] == same == fresh
    assert ["M130"] == [each.code for each in other]
    assert "cannot be read any more" in other[0].sentence


def test_a_release_that_another_version_stored_says_what_its_forms_write(scene: Scene) -> None:
    from gateway.adapters.sql.engine import transaction
    from gateway.adapters.sql.releases.tables import releases

    release = scene.publish(FORM)
    with transaction(scene.database) as connection:
        connection.execute(releases.update().values(form="an older one"))

    assert scene.office.menus.store.load(release.id) == release

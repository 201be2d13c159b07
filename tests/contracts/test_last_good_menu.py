"""A process that starts while the menu has faults serves the last one that had none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.releases import last_good as last_good_menu
from gateway.composition.menus import from_files
from gateway.deployment.load import Deployment, load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from tests import water_deployment
from tests.clock import FixedClock


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    environ = water_deployment.write(tmp_path)
    made = load({**environ, "GATEWAY_REDIS_URL": "redis://127.0.0.1:1/0"})
    made.settings.data_folder.mkdir(exist_ok=True)
    return made


def spoil(deployment: Deployment) -> None:
    file = deployment.settings.menus_folder / "water.yaml"
    file.write_text(file.read_text("utf-8").replace("next: name", "nxet: name"), "utf-8")


def test_the_last_good_menu_is_served_amid_faults(
    deployment: Deployment, clock: FixedClock
) -> None:
    good = deployment.load_release()
    last_good_menu.keep(deployment.settings.data_folder, good)
    spoil(deployment)

    served = from_files(deployment, clock, amid_faults=True).current()

    assert good == served


def test_files_without_faults_count_more_than_what_was_kept(
    deployment: Deployment, clock: FixedClock
) -> None:
    last_good_menu.keep(deployment.settings.data_folder, deployment.load_release())
    file = deployment.settings.menus_folder / "water.yaml"
    file.write_text(file.read_text("utf-8").replace("Which region?", "Where?"), "utf-8")

    served = from_files(deployment, clock, amid_faults=True).current()

    assert deployment.load_release() == served


@pytest.mark.parametrize("stored", [None, b"", b"no release"])
def test_without_one_the_faults_are_told(
    stored: bytes | None, deployment: Deployment, clock: FixedClock
) -> None:
    if stored is not None:
        (deployment.settings.data_folder / "last-good-menu").write_bytes(stored)
    spoil(deployment)

    with pytest.raises(MenuInvalid):
        from_files(deployment, clock, amid_faults=True)


def test_who_tries_the_files_out_is_told_their_faults(
    deployment: Deployment, clock: FixedClock
) -> None:
    last_good_menu.keep(deployment.settings.data_folder, deployment.load_release())
    spoil(deployment)

    with pytest.raises(MenuInvalid):
        from_files(deployment, clock)


def test_a_folder_that_cannot_be_written_stops_nobody(
    deployment: Deployment, tmp_path: Path
) -> None:
    last_good_menu.keep(tmp_path / "nowhere", deployment.load_release())

    assert last_good_menu.kept(tmp_path / "nowhere") is None

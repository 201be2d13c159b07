"""A second script on the reference menus: added in main.yaml alone, chosen and read on a phone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release
from gateway.domain.text.gsm7 import is_gsm7
from tests.clock import FixedClock
from tests.gateways import HOME
from tests.handlers.desk import HANDLERS, NOON, DeskInMemory
from tests.phones import CHANNEL, SERVICE_CODE, UssdPhone

MENUS = HOME / "menus"
TWO_SCRIPTS = "am: አማርኛ, am-Latn: Amarinya}\nfallbacks: {am-Latn: am}\n"
CHANGES = {
    "am: አማርኛ}\n": TWO_SCRIPTS,
    "charsets: {en: gsm,": "charsets: {am-Latn: transliterate, en: gsm,",
    "calendars: {am: ethiopic}": "calendars: {am: ethiopic, am-Latn: ethiopic}",
}


def with_languages(folder: Path, changes: dict[str, str]) -> Release:
    """Returns the menus of the repository after changes in main.yaml."""
    menus = folder / "menus"
    menus.mkdir()
    for file in MENUS.glob("*.yaml"):
        (menus / file.name).write_bytes(file.read_bytes())
    shutil.copytree(HOME / "datasets", folder / "datasets")
    text = (menus / "main.yaml").read_text("utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    (menus / "main.yaml").write_text(text, "utf-8")
    return load(menus, HANDLERS, [CHANNEL])


def test_it_is_chosen_on_the_screen_of_languages_which_then_takes_two_pages(
    tmp_path: Path,
) -> None:
    phone = UssdPhone(with_languages(tmp_path, CHANGES), DeskInMemory(), "en")

    phone.send(SERVICE_CODE)
    first, second, home = phone.send("8"), phone.send("98"), phone.send("5")

    assert first.endswith("3. Français\n98 More\n0 Back 00 Home")
    assert "4. አማርኛ\n5. Amarinya\n0 Back 00 Home" == second
    assert home.startswith("yimretu\n1. tena\n")


def test_a_language_can_be_chosen_before_its_page_is_shown(tmp_path: Path) -> None:
    phone = UssdPhone(with_languages(tmp_path, CHANGES), DeskInMemory(), "en")

    phone.send(SERVICE_CODE)
    phone.send("8")

    assert phone.send("5").startswith("yimretu\n")


def test_every_page_of_a_service_is_in_letters_that_any_handset_shows(tmp_path: Path) -> None:
    release, clock = with_languages(tmp_path, CHANGES), FixedClock(NOON)
    phone = UssdPhone(release, DeskInMemory(), language="am-Latn", clock=clock)

    pages = [phone.send(typed) for typed in (SERVICE_CODE, "1", "2", "1", "Neema", "24012019", "1")]

    assert all(map(is_gsm7, pages))
    assert "yeNeema kitbat mastawesha temezgibwel. " in pages[-1]
    assert "4 Tahsas 2019" in pages[-1]


def test_the_name_of_a_language_fits_a_page_by_itself(tmp_path: Path) -> None:
    long_name = {"am: አማርኛ}\n": f"am: {'አማርኛ ' * 12}}}\n"}

    with pytest.raises(MenuInvalid) as caught:
        with_languages(tmp_path, long_name)

    (place,) = {(fault.file.rpartition("/")[2], fault.code) for fault in caught.value.faults}
    assert ("main.yaml", "M061") == place

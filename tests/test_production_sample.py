"""`config/production.yaml`: its menu is checked, played and published, whatever channels it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from gateway.adapters.golden_dialogues.files import found_in, read
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.cli.main import main
from gateway.deployment.load import load
from gateway.domain.dialogue.golden_dialogue import Dialogue, DialogueTurn, Surface
from gateway.domain.telecom.channel import Channel, Keys, PageBudget
from gateway.rehearsal.lines import lines, not_here
from gateway.rehearsal.stage import channels_of
from tests import water_deployment
from tests.gateways import HOME, MASTER_KEY

PRODUCTION = HOME / "config" / "production.yaml"
CHANNELS = list(yaml.safe_load(PRODUCTION.read_text("utf-8"))["channels"])
DIALOGUES = [read(path) for path in found_in(HOME / "menus")]


class Node:
    """A machine on which the commands run with the production sample, on SQLite."""

    def __init__(self, folder: Path, without: str = "") -> None:
        tree = yaml.safe_load(PRODUCTION.read_text("utf-8"))
        tree["channels"].pop(without, None)
        config = folder / "production.yaml"
        config.write_text(yaml.safe_dump(tree), "utf-8")
        self.environ = {
            "GATEWAY_HOME": str(HOME),
            "GATEWAY_CONFIG": str(config),
            "GATEWAY_DATA": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
            "REDIS_URL": "redis://none",
            "GATEWAY_KEY": MASTER_KEY,
            "AT_API_KEY": "a key",
            "TWILIO_AUTH_TOKEN": "a token",
        }
        engine = database.create(self.environ["DATABASE_URL"])
        migrate(engine)
        engine.dispose()

    def menus(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["menus", *arguments], env=self.environ)


def test_the_production_sample_is_checked_played_and_published(tmp_path: Path) -> None:
    node = Node(tmp_path)

    checked = node.menus("check")
    published = node.menus("publish", "--json", "--by", "Asha")

    assert 0 == checked.exit_code, checked.output
    assert 0 == published.exit_code, published.output
    told = json.loads(published.output)
    assert told["release"]
    assert len(DIALOGUES) == sum(row["played"] and row["passed"] for row in told["dialogues"])


@pytest.mark.parametrize("without", CHANNELS)
def test_without_any_channel_of_it_the_menu_fits_and_each_dialogue_goes_as_with_it(
    tmp_path: Path, without: str
) -> None:
    """They were played above: a dialogue goes otherwise only where its line does.

    Lines differ by the address of the first channel, which no dialogue writes or is answered with.
    """
    (tmp_path / "whole").mkdir()
    node, whole = Node(tmp_path, without), Node(tmp_path / "whole")
    channels, all_channels = (channels_of(load(each.environ)) for each in (node, whole))
    dialled = {each.opening for each in DIALOGUES if each.surface is Surface.USSD}

    checked = node.menus("check")

    assert 0 == checked.exit_code, checked.output
    assert {without} == all_channels.keys() - channels.keys()
    addresses = [each.address for each in all_channels.values() if each.address]
    assert 2 == len(addresses)
    for dialogue in DIALOGUES:
        assert not_here(dialogue, channels) is None
        line, usual = (lines(dialogue, each, dialled)[0] for each in (channels, all_channels))
        assert replace(line, address=None) == replace(usual, address=None)
        assert not any(each in repr((dialogue.opening, dialogue.turns)) for each in addresses)


SMALL_PAGES = PageBudget(septets=60, ucs2=30, count_prefix=True)
OTHER_KEYS = Keys(back="7", home="77", more="9")
CONFIGURATIONS = {
    "no channel": [],
    "another page": [Channel(name="at", provider="x", service_code="*384*2026#", page=SMALL_PAGES)],
    "other keys": [Channel(name="at", provider="x", service_code="*384*2026#", keys=OTHER_KEYS)],
    "another code": [Channel(name="at", provider="x", service_code="*999#")],
    "SMS alone": [Channel(name="at", provider="x", address="20880", conversation_seconds=60)],
}


@pytest.mark.parametrize("configured", CONFIGURATIONS)
def test_a_dialogue_is_played_on_the_same_line_in_every_configuration(configured: str) -> None:
    channels = {each.name: each for each in CONFIGURATIONS[configured]}
    dialled = {each.opening for each in DIALOGUES if each.surface is Surface.USSD}
    reference = {"phone": Channel(name="phone", provider="simulator", service_code="*384*2026#")}

    for dialogue in DIALOGUES:
        line, others = lines(dialogue, channels, dialled)
        usual, _ = lines(dialogue, reference, dialled)
        assert (line.page, line.keys, line.service_code) == (
            usual.page,
            usual.keys,
            usual.service_code,
        )
        assert line.session_seconds == usual.session_seconds
        assert line.conversation_seconds == usual.conversation_seconds
        assert [line] == list(others.values())


def dialogue(surface: Surface = Surface.USSD, opening: str = "*384*2026#", **more: str) -> Dialogue:
    return Dialogue(
        title="A", surface=surface, opening=opening, turns=[DialogueTurn(sees="")], **more
    )


@pytest.mark.parametrize(
    ("opening", "code"),
    [
        ("*384*2026#", "*384*2026#"),
        ("*384*2026*31*10231456#", "*384*2026#"),
        ("*555#", "*555#"),
        ("*555*1#", "*555#"),
        ("*700*1#", "*700*1#"),
    ],
)
def test_a_code_is_dialled_with_answers_behind_the_shortest_that_it_begins_with(
    opening: str, code: str
) -> None:
    dialled = {"*384*2026#", "*384*2026*31*10231456#", "*555*1#", "*700*1#"}
    channels = {"five": Channel(name="five", provider="x", service_code="*555#")}

    line, _ = lines(dialogue(opening=opening), channels, dialled)

    assert code == line.service_code


def test_a_dialogue_about_a_channel_is_played_with_its_page_and_keys_or_not_at_all() -> None:
    at = Channel(name="at-ke", provider="x", service_code="*1#", page=SMALL_PAGES, keys=OTHER_KEYS)
    about_it = dialogue(channel="at-ke")

    assert at is lines(about_it, {"at-ke": at}, ())[0]
    assert not_here(about_it, {"at-ke": at}) is None
    assert "no channel 'at-ke' for ussd" in str(not_here(about_it, {}))
    assert "Did you mean 'at-ke'" in str(not_here(dialogue(channel="at-kee"), {"at-ke": at}))
    assert "for sms" in str(not_here(dialogue(Surface.SMS, "HI", channel="at-ke"), {"at-ke": at}))


@pytest.fixture
def far_away(tmp_path: Path) -> Mapping[str, str]:
    """A deployment one of whose dialogues is about a channel that is not configured."""
    environ = water_deployment.write(tmp_path / "home")
    engine = database.create(environ["GATEWAY_DATABASE_URL"])
    migrate(engine)
    engine.dispose()
    (tmp_path / "home" / "menus" / "far.dialogue.yaml").write_text(
        'title: Far\nsurface: ussd\nchannel: far-away\ndial: "*1#"\nturns:\n  - sees: Anything\n',
        "utf-8",
    )
    return environ


NOT_PLAYED = "far.dialogue.yaml. There is no channel 'far-away' for ussd"


def test_publishing_says_which_dialogues_were_not_played_and_goes_on(
    far_away: Mapping[str, str],
) -> None:
    tested = CliRunner().invoke(main, ["menus", "test"], env=far_away)
    published = CliRunner().invoke(main, ["menus", "publish"], env=far_away)

    for result in (tested, published):
        assert 0 == result.exit_code, result.output
        assert "Not played: " in result.output
        assert NOT_PLAYED in result.output
    assert "is published" in published.output


def test_programs_are_told_which_dialogues_were_not_played(far_away: Mapping[str, str]) -> None:
    result = CliRunner().invoke(main, ["menus", "test", "--json"], env=far_away)

    (row,) = [each for each in json.loads(result.output)["dialogues"] if each["title"] == "Far"]
    assert (False, False, False) == (row["played"], row["passed"], row["same_screens"])
    assert "There is no channel 'far-away' for ussd" in row["reason"]
    assert [] == row["diff"]


def test_what_is_not_played_is_named_beside_what_differs_and_is_not_rewritten(
    far_away: Mapping[str, str],
) -> None:
    menus = Path(far_away["GATEWAY_HOME"]) / "menus"
    far = menus / "far.dialogue.yaml"
    before = far.read_text("utf-8")
    (menus / "near.dialogue.yaml").write_text(
        'title: Near\nsurface: ussd\ndial: "*384*2026#"\nturns:\n  - sees: Other words\n', "utf-8"
    )

    differs = CliRunner().invoke(main, ["menus", "test"], env=far_away)
    rewritten = CliRunner().invoke(main, ["menus", "test", "--update"], env=far_away)

    for result in (differs, rewritten):
        assert 1 == result.exit_code
        assert NOT_PLAYED in result.output
    assert "1 not as written." in differs.output
    assert "1 rewritten." in rewritten.output
    assert before == far.read_text("utf-8")

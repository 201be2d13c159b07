"""Publishing a menu in the middle of 500 live sessions breaks none; it is taken up in 2 s."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from gateway.adapters.providers.shared.joined_text.standin import joined_turn
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn
from gateway.web.app import create_app
from tests import water_deployment
from tests.polling import eventually

SESSIONS = 500
SIDE_BY_SIDE = 8


class Country:
    """A deployment in production: two web processes at first, on one database and one Redis."""

    def __init__(self, folder: Path, valkey: str) -> None:
        self.folder = folder
        self.environ = water_deployment.write(folder) | {"GATEWAY_REDIS_URL": valkey}
        engine = database.create(self.environ["GATEWAY_DATABASE_URL"])
        migrate(engine)
        engine.dispose()
        self.nodes: list[tuple[Gateway, FlaskClient]] = []

    def start_node(self) -> Gateway:
        gateway = Gateway(load(self.environ))
        self.nodes.append((gateway, create_app(gateway).test_client()))
        return gateway

    def publish(self, *arguments: str) -> None:
        result = CliRunner().invoke(main, ["menus", "publish", *arguments], env=self.environ)
        assert 0 == result.exit_code, result.output

    def edit(self, before: str, after: str) -> None:
        water_deployment.edit(self.folder, "water.yaml", before, after)
        dialogue = self.folder / "menus" / "water_en.dialogue.yaml"
        dialogue.write_text(dialogue.read_text("utf-8").replace(before, after), "utf-8")

    def turn(self, number: int, typed: str, node: int) -> str:
        """Returns the reply of one of the nodes to a turn of a session."""
        gateway, client = self.nodes[node]
        turn = UssdTurn(
            session_id=f"s-{number}",
            subscriber=Msisdn.from_e164(f"+2547{number:08d}"),
            service_code="*384*2026#",
            text=typed,
        )
        request = joined_turn(gateway.deployment.webhook_urls("phone")["ussd"], turn)
        answer = client.post(request.target, headers=dict(request.headers), data=request.body)
        return answer.get_data(as_text=True)

    def turns(self, numbers: range, typed: str) -> list[str]:
        """Returns the replies to all of these sessions, spread over the nodes and side by side."""
        spread = [(number, number % len(self.nodes)) for number in numbers]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return list(pool.map(lambda each: self.turn(each[0], typed, each[1]), spread))


@pytest.fixture
def country(tmp_path: Path, valkey: str) -> Iterator[Country]:
    made = Country(tmp_path / "home", valkey)
    made.publish()
    made.start_node()
    made.start_node()
    yield made
    for gateway, _ in made.nodes:
        gateway.close()


def test_publishing_a_menu_in_the_middle_of_500_live_sessions_breaks_none(country: Country) -> None:
    early, late = range(SESSIONS), range(SESSIONS, SESSIONS + 20)
    began = set(country.turns(early, "1"))
    asked = set(country.turns(range(SESSIONS // 2), "1*1"))

    country.edit("Your name?", "Who are you?")
    country.edit("Thank you,", "Noted,")
    country.edit('      1: {label: "Amboro", next: name}\n', "")
    water_deployment.edit(country.folder, "water_en.dialogue.yaml", '    types: "1"\n  - sees: |-\n'
                          "      Who", '    types: "2"\n  - sees: |-\n      Who')  # fmt: skip
    water_deployment.edit(country.folder, "water_en.dialogue.yaml", "      1. Amboro\n", "")
    before = {gateway.releases.current().id for gateway, _ in country.nodes}
    country.publish()
    published_at = time.monotonic()
    eventually(lambda: not before & {g.releases.current().id for g, _ in country.nodes})
    seconds = time.monotonic() - published_at
    country.start_node()  # it was not there when these sessions began
    asked |= set(country.turns(range(SESSIONS // 2, SESSIONS), "1*1"))
    ended = set(country.turns(early, "1*1*Asha"))

    assert {"CON Which region?\n1. Amboro\n2. Keluwa\n3. Tisoke\nback home 0 00"} == began
    assert {"CON Your name?\nback home 0 00"} == asked
    assert {"END Thank you, Asha."} == ended
    assert seconds <= 2.0
    new = set(country.turns(late, "1"))
    assert {"CON Which region?\n2. Keluwa\n3. Tisoke\nback home 0 00"} == new
    assert {"END Noted, Asha."} == set(country.turns(late, "1*2*Asha"))


def test_a_rollback_reaches_new_sessions_and_leaves_the_running_ones(country: Country) -> None:
    node, _ = country.nodes[0]
    first = node.releases.current().id
    country.edit("Your name?", "Who are you?")
    country.publish()
    eventually(lambda: node.releases.current().id != first)
    country.turn(1, "1", 0)

    result = CliRunner().invoke(main, ["menus", "rollback"], env=country.environ)
    eventually(lambda: node.releases.current().id == first)

    assert 0 == result.exit_code
    assert country.turn(1, "1*1", 0).startswith("CON Who are you?")
    assert country.turn(2, "1*1", 0).startswith("CON Your name?")

"""What `gateway run` says of channels that send to a stand-in which is not its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.processes.run import warn_of_strange_standins
from gateway.deployment.load import load
from tests.gateways import HOME, MASTER_KEY


@pytest.mark.parametrize(
    ("api_url", "told"),
    [
        ("standin", False),
        ("http://127.0.0.1:8385", True),  # another gateway's, when this one has moved
        ("http://127.0.0.1:9001", False),  # its own
        ("https://api.example.org", False),
    ],
)
def test_a_channel_that_sends_to_a_strange_stand_in_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], api_url: str, told: bool
) -> None:
    config = tmp_path / "gateway.yaml"
    text = (HOME / "config" / "gateway.yaml").read_text("utf-8")
    config.write_text(text.replace("api_url: standin", f"api_url: {api_url}"), "utf-8")
    environ = {
        "GATEWAY_HOME": str(HOME), "GATEWAY_CONFIG": str(config), "GATEWAY_KEY": MASTER_KEY,
        "GATEWAY_DATA": str(tmp_path), "GATEWAY_PORT": "9000",
        "AT_API_KEY": "one", "TWILIO_AUTH_TOKEN": "other",
    }  # fmt: skip

    warn_of_strange_standins(load(environ))

    said = capsys.readouterr().err
    assert told == (f"Channel 'at-ke' sends to {api_url}, which is not this gateway's" in said)
    assert told == ("Channel 'twilio'" in said)

"""The stand-in as a process of its own, under the server that benches use."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from gateway.adapters.providers.twilio.webhooks import Twilio
from gateway.domain.faults_and_errors.errors import OutcomeUnknown
from tests.polling import eventually
from tests.ports import free_port
from tests.providers.samples import ACCOUNT_SID, AUTH_TOKEN, NUMBER, outbound, twilio_settings


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    def listens() -> bool:
        assert process.poll() is None, f"The stand-in ended with code {process.returncode}."
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return False
        return True

    eventually(listens)


@pytest.fixture(scope="module")
def standin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = tmp_path_factory.mktemp("standin") / "accounts.json"
    config.write_text(json.dumps({"twilio": {ACCOUNT_SID: AUTH_TOKEN}}))
    port = str(free_port())
    command = [sys.executable, "-m", "gateway.standin", "--port", port, "--config", str(config)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_it_listens(process, int(port))
            yield url
        finally:
            process.terminate()


def test_the_process_takes_an_sms(standin_url: str) -> None:
    provider = Twilio("line", twilio_settings(api_url=standin_url), [])

    reference = provider.send(outbound(), "").provider_ref

    taken = urllib3.request("GET", f"{standin_url}/messages").json()["messages"]
    assert [NUMBER] == [sms["to"] for sms in taken if sms["reference"] == reference]


def test_the_process_breaks_off_an_answer(standin_url: str) -> None:
    provider = Twilio("line", twilio_settings(api_url=standin_url), [])
    urllib3.request("POST", f"{standin_url}/faults", json={"kind": "drop_connection"})

    with pytest.raises(OutcomeUnknown):
        provider.send(outbound(), "")

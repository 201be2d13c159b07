"""What a page of the documentation configures works: it is dialled, texted, sent and reported."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.providers.tried import ASHA, DOCS, channels_of, tried

#: The pages, and whether their channel is dialled.
PAGES = {"android.md": False, "hsenid.md": True, "orange.md": False, "smpp.md": True}

#: What the app tells of an SMS that was sent, and the provider understands.
EVENTS = ("sms:sent", "sms:delivered", "sms:failed", "sms:cancelled")

SECRETS = {
    "PHONE_USERNAME": "ABC123",
    "PHONE_PASSWORD": "invented",
    "PHONE_SIGNING_KEY": "invented-too",
    "TAP_PASSWORD": "invented",
    "ORANGE_AUTHORIZATION": "Basic aW52ZW50ZWQ=",
    "SMPP_PASSWORD": "invented",
}


ANSWERS = ("1", "1", "Asha")


@pytest.mark.parametrize("page", PAGES)
def test_the_channel_of_a_page_answers_and_its_replies_are_delivered(
    page: str, tmp_path: Path, valkey: str
) -> None:
    with tried(channels_of(page), tmp_path, valkey, SECRETS) as line:
        if PAGES[page]:
            screens = [line.handset.turn(ASHA, "session-1", "")]
            for count, answer in enumerate(ANSWERS, 1):
                typed = "*".join(ANSWERS[:count])
                screens.append(line.handset.turn(ASHA, "session-1", typed, newest=answer))
            assert screens[0].text.startswith("Services\n1. Water")
            assert ("Thank you, Asha.", True) == (screens[-1].text, screens[-1].ends)

        for text, trouble in (
            ("WATER", None),
            ("1", FaultKind.UNDELIVERED),
            ("Asha", FaultKind.ERROR),
        ):
            if trouble is not None:
                line.exchange.faults.add(Fault(kind=trouble))
            line.handset.text(ASHA, text)
            line.send_replies()

        (last, unknown), (_, lost), (first, delivered) = line.sent()
        assert first.startswith("Which region?")
        assert last.startswith("Thank you, Asha.")
        assert DeliveryStatus.DELIVERED is delivered
        assert DeliveryStatus.UNDELIVERED is lost
        assert DeliveryStatus.UNKNOWN is unknown


def test_the_lines_of_the_page_register_at_the_phone_what_the_gateway_takes(
    tmp_path: Path,
) -> None:
    """The page's own lines, run; what they would send to the phone is written down instead."""
    page = (DOCS / "android.md").read_text("utf-8")
    (lines,) = re.findall(r"```sh\n(SMS=.*?)```", page, re.DOTALL)
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\nprintf "%s\\037" "$@"\nprintf "\\036"\n', "utf-8")
    curl.chmod(0o700)
    shell = shutil.which("bash")
    assert shell is not None
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", **SECRETS}
    asked = subprocess.run(
        [shell, "-eu"], input=lines, env=environ, capture_output=True, check=True, encoding="utf-8"
    ).stdout
    calls = [call.split("\x1f")[:-1] for call in asked.split("\x1e") if call]

    hooks = [json.loads(call[call.index("--json") + 1]) for call in calls]
    (channel,) = yaml.safe_load(channels_of("android.md"))["channels"]
    events = {"sms:received": "sms", **dict.fromkeys(EVENTS, "delivery")}
    assert events == {
        hook["event"]: urlsplit(hook["url"]).path.removesuffix(f"/{channel}")[1:] for hook in hooks
    }
    assert len(hooks) == len({hook["id"] for hook in hooks})
    given = f"{SECRETS['PHONE_USERNAME']}:{SECRETS['PHONE_PASSWORD']}"
    assert {(given, "http://127.0.0.1:8080/webhooks")} == {
        (call[call.index("-u") + 1], call[-1]) for call in calls
    }
    forwarded = dict(re.findall(r"adb (forward|reverse) tcp:(\d+) tcp:\2", page))
    assert {"forward": "8080", "reverse": "8384"} == forwarded

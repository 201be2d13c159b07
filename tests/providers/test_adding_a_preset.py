"""The page on presets is followed: the one it adds is dialled, texted and sent through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gateway.adapters.providers.http.cases.case_requests import record_of
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template import load
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.domain.faults_and_errors.errors import SettingsInvalid, WebhookRejected
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.providers.presets import request_of
from tests.providers.samples import WEBHOOK_KEY
from tests.providers.test_presets import told
from tests.providers.tried import ASHA, DOCS, Tried, tried

PAGE = (DOCS / "presets.md").read_text("utf-8")
FILES: dict[str, str] = dict(
    re.findall(r"^`(config/[\w/.]+)`:.*?```yaml\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
)
(CHANNEL,) = re.findall(r"```yaml\n(  pelican:.*?)```", PAGE, re.DOTALL)


def written(home: Path) -> Path:
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")
    return home


@pytest.fixture
def line(tmp_path: Path, valkey: str) -> Iterator[Tried]:
    secrets, home = {"PELICAN_TOKEN": "a-token"}, tmp_path / "home"
    with tried(f"channels:\n{CHANNEL}", home, valkey, secrets, FILES) as opened:
        yield opened


def test_its_cases_hold(tmp_path: Path) -> None:
    home = written(tmp_path)
    preset = load.load("pelican", home)
    assert preset is not None
    table = yaml.safe_load(preset.cases.read_text("utf-8"))
    channel = {"preset": "pelican", "secrets": table["secrets"], **table["channel"]}
    settings = Settings.model_validate(channel, context={"home": home})
    provider = HttpProvider("line", settings, [WEBHOOK_KEY])

    for case in table["cases"]:
        request = request_of(settings, case)
        if "expect" in case:
            (actual,) = told(provider, case["route"], request)
            expected = record_of(case["expect"], case["route"], actual)
            assert expected == actual, case["label"]
        else:
            with pytest.raises(WebhookRejected) as caught:
                told(provider, case["route"], request)
            assert case["rejected"] == caught.value.code, case["label"]


def test_it_is_dialled_and_texted_and_what_is_sent_is_reported(line: Tried) -> None:
    screens = [line.handset.turn(ASHA, "c1", "")]
    screens += [line.handset.turn(ASHA, "c1", "1", newest=answer) for answer in ("1", "1", "Asha")]
    assert screens[0].text.startswith("Services\n1. Water")
    assert ("Thank you, Asha.", True) == (screens[-1].text, screens[-1].ends)

    line.handset.text(ASHA, "WATER")
    line.send_replies()

    ((text, status),) = line.sent()
    assert text.startswith("Which region?")
    assert DeliveryStatus.DELIVERED is status


def test_what_the_stand_in_refuses_becomes_a_status(line: Tried) -> None:
    line.exchange.faults.add(Fault(kind=FaultKind.REFUSE))
    line.handset.text(ASHA, "WATER")

    line.send_replies()

    assert [DeliveryStatus.FAILED] == [status for _, status in line.sent()]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{text}", "{txt}", "show:", "Did you mean 'text'?"),
        ("confidence: high", "confidence: sure", "confidence:", "Expected one of"),
        ("session: session.id", "sesion: session.id", "sesion:", "Did you mean 'session'?"),
        ("  number: caller\n", "", "ussd:", "Key 'number' is missing here."),
        ("is: [new]", "are: [new]", "begins:", "Unknown key 'are'"),
        ('raw: "true"', "raw: yes", "wait:", "`raw` is true, false, null or a number"),
        ("{sender}", "{sender", "fields: {to:", "write '{{' for the sign"),
        ("ends: {raw", "end: {raw", "wait:", "lacks 'ends'"),
        ("codes: {number: [no-such-number]", "codes: {later: [no-money]", "codes:", "already"),
        ("bearer:", "basic: [a]\n    bearer:", "bearer", ""),
        ("method: [GET]", "method: [PATCH]", "[PATCH]", "Expected one of"),
        ("words: {sent", "words: {done", "words: {done", ""),
        ("reads: query", "reads: form", "reads: form", "A GET has no body"),
        ("  id: id\n  status", "  status", "reports:", "A report names its SMS"),
        ("default: gov", "default: none", "default: none", "none of `one_of`"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: str, says: str
) -> None:
    file = written(tmp_path) / "config" / "providers" / "pelican.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(SettingsInvalid) as caught:
        load.compiled(file)

    numbers = [n for n, each in enumerate(file.read_text("utf-8").splitlines(), 1) if line in each]
    assert numbers
    assert says in str(caught.value)
    assert {fault.line for fault in caught.value.faults} & {*numbers, *(n + 1 for n in numbers)}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = written(tmp_path) / "config" / "providers" / "pelican.yaml"
    text = file.read_text("utf-8").replace("{text}", "{txt}").replace("{sender}", "{sendr}")
    file.write_text(text.replace("{in.step}", "{of.step}"), "utf-8")

    with pytest.raises(SettingsInvalid) as caught:
        load.compiled(file)

    assert 4 == len(caught.value.faults)

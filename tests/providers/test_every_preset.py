"""Every preset that comes along, end to end in one gateway, as phones dial and text it.

Each is tried on the page `/phone` and by `gateway dial` and `gateway text`; the reply is seen to
arrive at the provider's stand-in, and to be reported. Then networks make trouble.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.adapters.providers.shared.wire import WireRequest
from gateway.cli.doctor.one_channel import one_channel
from gateway.cli.main import main
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.standin.handset import Handset
from gateway.standin.inbound_faults import Trouble, Troubled
from gateway.web.handset_client import handset, within
from gateway.web.replay import replay_once
from tests.clock import FixedClock
from tests.polling import PATIENCE_SECONDS, eventually
from tests.providers.presets import NAMES, TABLES, settings_of
from tests.providers.tried import Tried, tried

DIALLED = [name for name in NAMES if "ussd" in settings_of(name).own_routes]
SENDING = [name for name in NAMES if settings_of(name).speaks.sms is not None]
TEXTED = [name for name in NAMES if "sms" in settings_of(name).own_routes]

#: Answers to the dialogue of `water_deployment`, and its last screen.
ANSWERS = ("1", "2", "Asha")
THANKS = "Thank you, Asha."
ASKED = "Which region?\n1. Amboro\n2. Keluwa\n3. Tisoke"

#: Numbers that a preset takes, where not every number will do.
_NATIONAL = {"sparrow": "+97798410000"}


def number_of(name: str, which: int) -> Msisdn:
    """Returns one of the numbers of a preset's citizens; each test has its own."""
    place = f"{NAMES.index(name):02}" if name not in _NATIONAL else ""
    return Msisdn(f"{_NATIONAL.get(name, '+25471100')}{place}{which:02}")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, valkey_server: str) -> Iterator[Tried]:
    """A gateway with a channel for each preset, all secrets given, those that it may lack too."""
    channels, environ = dict[str, str](), dict[str, str]()
    for name in NAMES:
        settings, table = settings_of(name), TABLES[name]
        written = {"provider": "http", "preset": name, **table["channel"], "secrets": {}}
        if name in TEXTED:
            written.setdefault("address", "22334")
        for secret in settings.speaks.shape.secrets:
            variable = f"{name}_{secret}".upper().replace("-", "_")
            environ[variable] = table.get("secrets", {}).get(secret, f"the-{secret}")
            written["secrets"][secret] = f"${variable}"
        written |= {"api_url": "STANDIN", "max_per_second": 100}
        channels[name] = json.dumps(written).replace('"STANDIN"', "STANDIN")
    first, *others = channels
    table = json.loads(channels[first].replace("STANDIN", '""'))
    block = "\n".join(f"    {key}: {json.dumps(value)}" for key, value in table.items())
    beside = "\n".join(f"  {name}: {channels[name]}" for name in others)
    folder = tmp_path_factory.mktemp("presets") / "home"
    opened = tried(f"channels:\n  {first}:\n{block}", folder, valkey_server, environ, beside=beside)
    with opened as whole:
        yield whole


@pytest.fixture
def in_terminal(line: Tried) -> Callable[..., str]:
    """Runs `gateway` beside the gateway that runs; what it waits for is worked at meanwhile."""

    def run(name: str, *arguments: str) -> str:
        class Working(FixedClock):
            def sleep(self, seconds: float) -> None:
                worked(line, name)
                super().sleep(seconds)  # so that it is not waited for without end

        given = [*arguments, "--channel", name, "--url", line.url]
        told = CliRunner().invoke(main, given, env=dict(line.environ), obj=Working())
        assert 0 == told.exit_code, told.output
        return told.stdout

    return run


def worked(line: Tried, name: str) -> None:
    """Does the workers' part, once, and waits for the reports of what was sent."""
    replay_once(line.gateway)  # a busy machine spools: that is stored first
    line.gateway.inbound.route_pending()
    line.gateway.outbound.send(name, Lane.REPLY)
    assert line.exchange.reports.wait(PATIENCE_SECONDS)


def on_page(line: Tried, place: str, **asked: object) -> Any:
    answer = line.client.post(
        f"/phone/{place}", json=asked, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert 200 == answer.status_code, answer.get_data(as_text=True)
    return answer.get_json()


def inbox_of(line: Tried, name: str, number: Msisdn, count: int = 1) -> Sequence[str]:
    """Returns the texts on the page's phone once there are as many, and all are delivered.

    Of a provider that reports nothing they stay sent.
    """
    reports = settings_of(name).speaks.shape.reports is not None
    final = DeliveryStatus.DELIVERED if reports else DeliveryStatus.SENT

    def there() -> bool:
        worked(line, name)
        statuses = on_page(line, "inbox", **{"from": number.e164})["statuses"].values()
        return [final] * count == list(statuses)

    eventually(there)
    return [each["text"] for each in on_page(line, "inbox", **{"from": number.e164})["messages"]]


@pytest.mark.parametrize("name", DIALLED)
def test_it_is_dialled_on_the_page_and_in_the_terminal(
    line: Tried, in_terminal: Callable[..., str], name: str
) -> None:
    number, code = number_of(name, 1), settings_of(name).service_code
    screens = [
        on_page(
            line, "turn", channel=name, session=f"page-{name}", code=code,
            text="*".join(ANSWERS[:n]), **{"from": number.e164},
        )
        for n in range(len(ANSWERS) + 1)
    ]  # fmt: skip
    printed = in_terminal(name, "dial", f"{code}", *ANSWERS, "--from", number_of(name, 2).e164)

    assert screens[0]["text"].startswith("Services\n1. Water")
    assert (THANKS, True) == (screens[-1]["text"], screens[-1]["ends"])
    words = [("END " if each["ends"] else "CON ") + each["text"] for each in screens]
    assert words == printed.rstrip("\n").split("\n---\n")


@pytest.mark.parametrize("name", TEXTED)
def test_it_is_texted_on_the_page_and_in_the_terminal(
    line: Tried, in_terminal: Callable[..., str], name: str
) -> None:
    number = number_of(name, 3)
    on_page(line, "sms", channel=name, text="WATER", **{"from": number.e164})

    (asked,) = inbox_of(line, name, number)
    printed = in_terminal(name, "text", "WATER", "--from", number_of(name, 4).e164)

    assert asked.startswith(ASKED)
    assert asked == printed.rstrip("\n")


@pytest.mark.parametrize("name", [name for name in SENDING if name not in TEXTED])
def test_what_is_sent_on_it_arrives_and_is_reported(line: Tried, name: str) -> None:
    """Nobody can text these: what goes out on them begins elsewhere, to two at once here."""
    numbers = [number_of(name, 5), number_of(name, 7)]
    sent = [
        NewSms(
            channel=name, subscriber=number, text="Water is back. ውሃ", lane=Lane.REPLY,
            purpose=Purpose.REPLY, key=f"sent {number.e164}",
        )
        for number in numbers
    ]  # fmt: skip
    line.gateway.sql.outbox.add(sent, line.gateway.clock.now())

    for number in numbers:
        assert ["Water is back. ውሃ"] == inbox_of(line, name, number)
        assert [number.e164] == [sms["to"] for sms in taken_by(line, number)]


def taken_by(line: Tried, number: Msisdn) -> Sequence[Mapping[str, str]]:
    """Returns what the stand-in took for a number, however the preset writes it."""
    local = number.e164[-9:]
    return [sms for sms in line.exchange.taken() if sms["to"].endswith(local)]


@pytest.mark.parametrize("name", NAMES)
def test_the_doctor_tries_what_the_channel_has(line: Tried, name: str) -> None:
    found = {each.what: each for each in one_channel(line.gateway, name)}

    assert (name in DIALLED) == ("test turn" in found)
    assert (name in TEXTED) == ("test text" in found)
    assert [] == [each for each in found.values() if not each.ok and each.what.startswith("test")]


# ---------------------------------------------------------------- what networks do on the way

TROUBLES = [each for each in Trouble if each is not Trouble.DELAY]


def troubled(line: Tried, name: str, trouble: Trouble, session: str) -> tuple[Handset, list[int]]:
    """Returns a phone whose network makes trouble, and the statuses that its requests met."""
    phone = handset(line.gateway.deployment, name, within(line.client.application))
    statuses = list[int]()

    def post(request: WireRequest) -> tuple[int, str]:
        status, body = phone.post(request)
        statuses.append(status)
        return status, body

    sleep = line.gateway.clock.sleep
    return replace(phone, post=Troubled(post, trouble, session, sleep, phone.signed)), statuses


def screens_of(phone: Handset, number: Msisdn, session: str) -> list[tuple[str, bool]]:
    replies = [
        phone.turn(number, session, "*".join(ANSWERS[:n]), newest=ANSWERS[n - 1] if n else None)
        for n in range(len(ANSWERS) + 1)
    ]
    return [(reply.text, reply.ends) for reply in replies]


def names_no_turn(name: str) -> bool:
    """Returns whether nobody can tell an answer that comes twice from the same given twice."""
    part = settings_of(name).speaks.shape.ussd
    return part is not None and part.holds == "newest" and not part.turn


@pytest.mark.parametrize("name", DIALLED)
def test_a_dialogue_comes_to_its_end_whatever_the_network_does(line: Tried, name: str) -> None:
    number = number_of(name, 6)
    for trouble in TROUBLES:
        session = f"{trouble}-{name}"
        phone, statuses = troubled(line, name, trouble, session)

        screens = screens_of(phone, number, session)

        assert (THANKS, True) == screens[-1], trouble
        refused = [status for status in statuses if status != 200]
        assert ([400] * len(screens) if trouble is Trouble.TRUNCATE else []) == refused, trouble
        if trouble is Trouble.DUPLICATE and names_no_turn(name):  # as docs/presets.md says
            assert screens[1][0].startswith("Your name?")
        else:
            assert screens[1][0].startswith(ASKED), trouble


@pytest.mark.parametrize("name", TEXTED)
def test_a_text_is_answered_once_whatever_the_network_does(line: Tried, name: str) -> None:
    for which, trouble in enumerate(TROUBLES, 10):
        phone, statuses = troubled(line, name, trouble, "")
        for text in ("WATER", "HELP"):
            phone.text(number_of(name, which), text)

        refused = {status for status in statuses if status != 200}
        # Half of what is signed is not signed, and half of what is not is malformed.
        assert refused <= ({400, 403} if trouble is Trouble.TRUNCATE else set()), trouble
        assert bool(refused) is (trouble is Trouble.TRUNCATE)
    for which, trouble in enumerate(TROUBLES, 10):
        helped, asked = inbox_of(line, name, number_of(name, which), count=2)
        assert asked.startswith(ASKED), trouble
        assert helped.startswith("help"), trouble

"""`gateway helpdesk`: read, answer and close, with numbers masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.handler_toolkit.data_rights import SqlMyData
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.help_desk_rows import add
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.system.keyring import Keyring
from gateway.adapters.system.login import login_name
from gateway.cli.main import EXIT_REFUSED, main
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.msisdn import Msisdn
from tests.clock import FixedClock
from tests.gateways import MASTER_KEY
from tests.menus.sample import FILES, write

CALLER = Msisdn("+999700000123")
QUESTION = "My card says Mbale, but I moved to Wendu. Where do I go to have it changed?"


MAIN = """\
languages: {en: English, sw: Kiswahili}
home: {text: Services, options: {1: {open: hours}}}
"""
HOURS = """\
service: hours
title: Opening hours
screens: {hours: {end: From eight to five.}}
"""
SETTINGS = """\
name: A small town
national_region: KE
channels:
  phone: {provider: simulator, service_code: "*384*2026#", address: "2026"}
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A deployment of one service, with a database of its own."""
    for folder in ("menus", "config", "data"):
        (tmp_path / folder).mkdir()
    files = {"main.yaml": MAIN, "hours.yaml": HOURS, "phrases.yaml": FILES["phrases.yaml"]}
    write(tmp_path / "menus", files)
    write(tmp_path / "config", {"gateway.yaml": SETTINGS})
    return {"GATEWAY_HOME": str(tmp_path), "GATEWAY_KEY": MASTER_KEY}


@pytest.fixture
def gateway(environ: dict[str, str], clock: FixedClock) -> Iterator[Gateway]:
    wired = Gateway(load(environ), clock=clock)
    migrate(wired.engine)
    yield wired
    wired.close()


@pytest.fixture
def message_id(gateway: Gateway, clock: FixedClock) -> str:
    """A message that was left over USSD."""
    call = ServiceCall(
        handler="leave_message",
        answers={},
        language="en",
        subscriber=CALLER,
        key="k",
        at=clock.now(),
        channel="phone",
    )
    return SqlHelpDesk(gateway.engine, gateway.keyring).leave(call, "interior", QUESTION)


def ran(environ: dict[str, str], *arguments: str) -> Result:
    """Returns what a command came to."""
    return CliRunner().invoke(main, ["helpdesk", *arguments], env=environ)


def test_a_list_shows_what_waits_in_one_line_each(environ: dict[str, str], message_id: str) -> None:
    listed = ran(environ, "list")

    (line,) = listed.output.splitlines()
    assert ["1", "open", "interior"] == [line.split()[at] for at in (0, 3, 4)]
    assert line.endswith("Where do I go to …")
    assert "No messages.\n" == ran(environ, "list", "--status", "closed").output
    assert "No messages.\n" == ran(environ, "list", "--institution", "health").output


def test_what_a_text_says_to_a_terminal_is_not_passed_on(
    environ: dict[str, str], gateway: Gateway, clock: FixedClock
) -> None:
    message = NewHelpDeskMessage(
        key="mo-1", channel="phone", subscriber=CALLER, text="\x1b[2Jcleared\nand \x9b31m red"
    )
    with transaction(gateway.engine) as connection:
        add(connection, gateway.keyring, [message], clock.now())

    told = ran(environ, "list").output + ran(environ, "show", "1").output

    assert "[2Jcleared and  31m red" in told  # in the list, and then on a line for each text
    assert f"text          [2Jcleared\n{'':<13}and  31m red" in told
    assert all(char.isprintable() or char == "\n" for char in told)


def leave(gateway: Gateway, clock: FixedClock, texts: list[str]) -> None:
    """Keeps texts that no menu has understood."""
    messages = [
        NewHelpDeskMessage(
            key=f"mo-{place}", channel="phone", subscriber=CALLER, text=text, language="en"
        )
        for place, text in enumerate(texts)
    ]
    with transaction(gateway.engine) as connection:
        add(connection, gateway.keyring, messages, clock.now())


def test_what_many_ask_alike_is_listed_together_with_its_word(
    environ: dict[str, str], gateway: Gateway, clock: FixedClock
) -> None:
    leave(gateway, clock, ["when open", "hello", "open WHEN?", "Open when\x1b[2J"])

    (group,) = json.loads(ran(environ, "alike", "--json").output)
    told = ran(environ, "alike").output

    assert (3, {"en": 3}, [1, 3, 4]) == (group["count"], group["languages"], group["messages"])
    assert told.startswith("    3  open")
    assert "hello" not in told
    assert "hello" in ran(environ, "alike", "--fewest", "1").output
    assert "No messages are alike.\n" == ran(environ, "alike", "--fewest", "4").output


def test_a_word_is_taught_in_a_draft_and_nowhere_else(
    environ: dict[str, str], gateway: Gateway
) -> None:
    taught = ran(environ, "teach", "saa", "hours", "--language", "sw")

    draft = gateway.drafts.one("1", by=login_name())
    assert "Draft 1 has the keyword in hours.yaml. Next: gateway drafts check 1\n" == taught.output
    assert draft.files["hours.yaml"].endswith("keywords:\n  sw: [SAA]\n")
    assert ("hours.yaml",) == draft.changed_files
    assert [] == list(gateway.drafts.check("1", by=login_name()))


@pytest.mark.parametrize("word", ["ሰዓት", "विद्यालय", "المدرسة", "24h"])
def test_a_word_of_any_script_is_taught_as_it_is_written(
    environ: dict[str, str], gateway: Gateway, word: str
) -> None:
    ran(environ, "teach", word, "hours", "--language", "en")

    written = gateway.drafts.one("1", by=login_name()).files["hours.yaml"]
    assert {"en": [word.upper()]} == yaml.safe_load(written)["keywords"]
    assert [] == list(gateway.drafts.check("1", by=login_name()))


@pytest.mark.parametrize(
    ("word", "service", "language", "why"),
    [
        ("SAA", "hour", "sw", "There is no service hour. Did you mean 'hours'?"),
        ("SAA", "hours", "fr", "The menu is not written in fr: it has en, sw."),
        ("what time", "hours", "en", "A keyword is one word"),
        ("24", "hours", "en", "A keyword is one word"),
        ("", "hours", "en", "A keyword is one word"),
        ("x" * 31, "hours", "en", "A keyword is one word"),
    ],
)
def test_what_cannot_be_taught_begins_no_draft(
    environ: dict[str, str], gateway: Gateway, word: str, service: str, language: str, why: str
) -> None:
    refused = ran(environ, "teach", word, service, "--language", language)

    assert EXIT_REFUSED == refused.exit_code
    assert why in refused.output
    assert [] == list(gateway.drafts.listed(by=login_name()))


def test_a_message_is_shown_whole_with_its_number_masked(
    environ: dict[str, str], message_id: str
) -> None:
    shown = ran(environ, "show", message_id)
    as_json = json.loads(ran(environ, "show", message_id, "--json").output)

    assert QUESTION in shown.output
    assert "700000123" not in shown.output
    assert (QUESTION, str(CALLER), "open", "") == tuple(
        as_json[name] for name in ("text", "from", "status", "answer")
    )


def test_an_answer_is_accepted_for_sending(
    environ: dict[str, str], gateway: Gateway, message_id: str
) -> None:
    answered = ran(environ, "answer", message_id, "To the office in Wendu.")

    assert "Message 1 is answered, in 1 SMS.\n" == answered.output
    ((sms, _),) = gateway.sql.outbox.to_subscriber(CALLER, 5)
    assert ("phone", "To the office in Wendu.") == (sms.channel, sms.text)
    listed = json.loads(ran(environ, "list", "--status", "any", "--json").output)
    assert ["answered"] == [each["status"] for each in listed]


def test_a_message_can_be_closed(
    environ: dict[str, str], gateway: Gateway, message_id: str
) -> None:
    closed = ran(environ, "close", message_id, "--json")

    assert {"id": 1, "status": "closed", "by": login_name()} == json.loads(closed.output)
    assert [] == list(gateway.sql.outbox.to_subscriber(CALLER, 5))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "7"], "There is no message 7."),
        (["answer", "7", "Yes."], "There is no message 7."),
        (["close", "7"], "There is no message 7."),
        (["answer", "1", " "], "An answer needs a text."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    environ: dict[str, str], message_id: str, arguments: list[str], sentence: str
) -> None:
    refused = ran(environ, *arguments)

    assert EXIT_REFUSED == refused.exit_code
    assert sentence in refused.output
    assert "Traceback" not in refused.output


def test_a_message_whose_key_is_gone_hides_no_other_and_can_be_closed(
    environ: dict[str, str], gateway: Gateway, message_id: str, clock: FixedClock
) -> None:
    lost = NewHelpDeskMessage(key="mo-1", channel="phone", subscriber=CALLER, text="Amina asks")
    with transaction(gateway.engine) as connection:
        add(connection, Keyring(bytes(32)), [lost], clock.now())

    readable, unreadable = ran(environ, "list").output.splitlines()
    shown = json.loads(ran(environ, "show", "2", "--json").output)
    refused = ran(environ, "answer", "2", "Come on Monday.")

    assert readable.endswith("Where do I go to …")
    assert unreadable.endswith("gateway  (cannot be read: the key it was sealed with is gone)")
    assert ("", True) == (shown["from"], shown["text"].startswith("(cannot be read"))
    assert EXIT_REFUSED == refused.exit_code
    assert "or close the message" in refused.output
    assert 0 == ran(environ, "close", "2").exit_code
    assert 1 == len(ran(environ, "list").output.splitlines())


def test_whose_message_was_read_can_see_it(
    environ: dict[str, str], gateway: Gateway, message_id: str, clock: FixedClock
) -> None:
    call = ServiceCall(
        handler="who_looked",
        answers={},
        language="en",
        subscriber=CALLER,
        key="k",
        at=clock.now(),
        channel="phone",
    )
    my = SqlMyData(gateway.engine, gateway.keyring, {}, UTC, lambda subscriber, language: None)
    assert [] == my.who_looked(call)

    ran(environ, "show", message_id, "--by", "Asha")
    ran(environ, "list", "--status", "closed")

    assert [("Asha", "help_messages")] == [
        (look["who"], look["what"]) for look in my.who_looked(call)
    ]

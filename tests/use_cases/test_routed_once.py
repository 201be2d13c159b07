"""What routing an MO leaves behind: one reply, stored once, and no secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import inbound_sms
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.ports import Conversation
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET
from tests.use_cases.rig import CALLER, Rig


def newest(rig: Rig) -> OutboundSms:
    """Returns the newest MT to the caller."""
    return rig.outbox.to_subscriber(CALLER, 1)[0][0]


def test_a_reply_goes_out_from_the_address_that_was_texted(rig: Rig) -> None:
    rig.texts("RESULT", link_id="link-7")

    reply = newest(rig)
    assert ("ke", "2026", "link-7") == (reply.channel, reply.sender, reply.link_id)
    assert (Lane.REPLY, Purpose.REPLY, "result") == (reply.lane, reply.purpose, reply.topic)
    assert ["inbound", "ke reply"] == rig.jobs.wakes


def test_one_mo_is_routed_once(rig: Rig) -> None:
    rig.receives("RESULT")
    (inbound_id,) = rig.due()

    assert rig.route_sms(inbound_id)
    assert not rig.route_sms(inbound_id)
    assert not rig.route_sms(inbound_id + 1)
    assert 1 == len(rig.queued())


class Interrupted:
    """An inbox where something else happens once, right after a conversation was read."""

    def __init__(self, rig: Rig, happens: Callable[[], object]) -> None:
        self._inbox = rig.inbox
        self._happens: list[Callable[[], object]] = [happens]

    def __getattr__(self, name: str) -> object:
        return getattr(self._inbox, name)

    def conversation(self, *arguments: object) -> Conversation:
        found = self._inbox.conversation(*arguments)  # type: ignore[arg-type]
        while self._happens:
            self._happens.pop()()
        return found


def test_two_answers_at_the_same_moment_count_one_after_the_other(rig: Rig) -> None:
    rig.texts("RESULT")
    rig.receives("10231456")
    rig.receives("2025")
    first, second = rig.due()
    late = replace(rig.route_sms, inbox=Interrupted(rig, lambda: rig.route_sms(first)))

    overtaken = late(second)
    rig.route_pending()

    assert not overtaken
    replies = [text.partition("\n")[0] for text, _ in rig.queued()]
    assert ["Candidate number?", "Year?", "Date of birth?"] == replies


def test_an_mo_of_a_channel_that_is_gone_waits_unanswered_for_who_knows_it(rig: Rig) -> None:
    gone = replace(rig.route_sms, channels={"other": Channel(name="other", provider="simulator")})
    rig.receives("RESULT")
    (inbound_id,) = rig.due()

    with pytest.raises(Refused, match="No channel 'ke' is configured"):
        gone(inbound_id)
    assert [] == rig.queued()
    assert [inbound_id] == list(rig.due())


@pytest.mark.parametrize(
    ("texts", "forgotten"),
    [
        (["RESULT 10231456 2025"], [False]),
        ([f"RESULT 10231456 2025 {SECRET}"], [True]),
        (["RESULT 10231456 2025", SECRET], [False, True]),
        (["RESULT 10231456 2025", "31022007"], [False, True]),
        (["RESULT 10231456", f"2025 {SECRET}"], [False, True]),
        ([f"RESULT 1023145 2025 {SECRET}"], [True]),
        (["RESULT 10231456", SECRET], [False, True]),
        (["RESULT 10231456 2025 16042007 1 10231456"], [True]),
        (["REPORT water North"], [False]),
        (["REPORT 15042007"], [False]),
        (["hello 15042007"], [False]),
        (["STOP"], [False]),
    ],
)
def test_a_text_that_may_hold_a_secret_is_forgotten(
    rig: Rig, sqlite_engine: Engine, texts: list[str], forgotten: list[bool]
) -> None:
    for text in texts:
        rig.texts(text)

    assert forgotten == forgotten_texts(sqlite_engine)


def test_a_secret_that_was_not_reached_is_forgotten_too(rig: Rig, sqlite_engine: Engine) -> None:
    screens = dict(SAMPLE.screens)
    screens["result.candidate"] = replace(screens["result.candidate"], goto="result.check")
    screens["result.check"] = ServiceScreen(
        id="result.check", handler="list_regions", outcomes={"found": "result.year"}
    )
    rig.releases.replace(replace(SAMPLE, id="checks", screens=screens))
    rig.failure = TimeoutError()

    (said,) = rig.texts(f"RESULT 10231456 2025 {SECRET}")

    assert said.startswith("unavailable")
    assert [True] == forgotten_texts(sqlite_engine)


def forgotten_texts(engine: Engine) -> list[bool]:
    """Returns of each MO, oldest first, whether its text is no longer stored."""
    with statements(engine) as connection:
        rows = connection.execute(select(inbound_sms.c.text_sealed).order_by(inbound_sms.c.id))
        return [sealed is None for (sealed,) in rows]

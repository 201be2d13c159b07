"""`kill -9` of any process: nothing that was accepted is lost, and nothing is sent twice."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, select

from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.sealed_columns import OUTBOUND
from gateway.adapters.sql.tables import cases, outbound_sms
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.telecom.delivery import DeliveryStatus
from tests.polling import PATIENCE_SECONDS, eventually, is_gone
from tests.promises.running import Running, command_of, running

#: A killed worker's lease and its unanswered sends are settled by now.
LONG_AFTER = timedelta(minutes=5)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("run")) as one:
        yield one


def sent_to(gateway: Running, phones: list[str]) -> ColumnElement[bool]:
    """Returns the condition for MTs to these phones: other tests send to others."""
    owners = [gateway.inside.keyring.index("msisdn", phone) for phone in phones]
    return outbound_sms.c.msisdn_index.in_(owners)


def statuses(gateway: Running, phones: list[str]) -> Counter[str]:
    query = select(outbound_sms.c.status).where(sent_to(gateway, phones))
    with gateway.inside.engine.connect() as connection:
        return Counter(connection.scalars(query))


def settle(gateway: Running) -> None:
    """Does at once what the ticker would do after the leases of the dead have run out.

    What they had leased waits as long as the lease would have lasted: its time is brought on.
    """
    inside = gateway.inside
    swept = inside.sql.outbox.sweep(inside.clock.now() + LONG_AFTER)
    waits = outbound_sms.c.status == DeliveryStatus.QUEUED.value
    with transaction(inside.engine) as connection:
        connection.execute(outbound_sms.update().where(waits).values(due_at=inside.clock.now()))
    for channel, lane in swept.due:
        inside.stores.jobs.wake_outbound(channel, lane)


@pytest.mark.parametrize("channel", ["at-ke", "twilio"])
def test_a_worker_killed_while_it_sends_loses_nothing_and_sends_nothing_twice(
    gateway: Running, channel: str
) -> None:
    phones = [f"+2547110{n:05d}" for n in range(30)]
    if channel == "twilio":
        phones = [f"+1202555{n:04d}" for n in range(30)]
    gateway.fault(kind="slow", requests=4, milliseconds=3000)
    for phone in phones:
        gateway.text(channel, phone, "HELP")
    eventually(lambda: len([s for s in gateway.at_provider() if s["to"] in phones]) >= 1)

    gateway.kill("work", "reply")

    settle(gateway)

    def all_settled() -> bool:
        found = statuses(gateway, phones)
        return found.total() == 30 and set(found) <= {"delivered", "sent", "unknown"}

    eventually(all_settled)
    taken = Counter(sms["to"] for sms in gateway.at_provider() if sms["to"] in phones)
    assert set(phones) == set(taken) | unknown_numbers(gateway, phones)
    assert {1} == set(taken.values())


def unknown_numbers(gateway: Running, phones: list[str]) -> set[str]:
    """Returns the numbers whose MT is recorded as unknown: the provider may have it, or not."""
    query = select(outbound_sms.c.key_index, outbound_sms.c.msisdn_sealed).where(
        sent_to(gateway, phones), outbound_sms.c.status == "unknown"
    )
    with gateway.inside.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return {OUTBOUND.open_text(gateway.inside.keyring, "msisdn_sealed", each) for each in rows}


ANSWERS = ("1", "6", "1", "1", "1", "the pump gives no water")


def insist(gateway: Running, phone: str, session: str, count: int) -> str:
    """Returns the page after so many answers, trying again like a provider and a citizen do."""
    pages: list[str] = []

    def answered() -> bool:
        try:
            pages.append(gateway.turn(phone, session, "*".join(ANSWERS[:count])).text)
        except (StoreUnavailable, Refused):
            return False
        return True

    eventually(answered)
    return pages[0]


def test_web_killed_in_mid_turn_opens_every_case_and_opens_it_once(gateway: Running) -> None:
    callers = [(f"+2547220{n:05d}", f"kill-web-{n}") for n in range(24)]
    halfway = threading.Barrier(9)

    def dialogue(number: int) -> str:
        phone, session = callers[number]
        for count in range(len(ANSWERS)):
            if number < 8 and count == 4:
                halfway.wait(PATIENCE_SECONDS)
            insist(gateway, phone, session, count)
        return insist(gateway, phone, session, len(ANSWERS))

    with ThreadPoolExecutor(8) as pool:
        pages = pool.map(dialogue, range(len(callers)))
        halfway.wait(PATIENCE_SECONDS)
        gateway.kill("serve")
        first = list(pages)

    again = [insist(gateway, phone, session, len(ANSWERS)) for phone, session in callers]
    with gateway.inside.engine.connect() as connection:
        numbers = set(connection.scalars(select(cases.c.number)))
    assert first == again
    assert len(callers) == len(numbers)
    assert all(any(grouped(number) in page for page in first) for number in numbers)


def test_the_embedded_valkey_killed_drops_no_session_and_no_sms(gateway: Running) -> None:
    callers = [(f"+2547330{n:05d}", f"kill-valkey-{n}") for n in range(10)]
    for phone, session in callers:
        insist(gateway, phone, session, 0)
        insist(gateway, phone, session, 4)

    (valkey,) = [pid for pid in gateway.pids() if "valkey" in " ".join(command_of(pid))]
    os.kill(valkey, signal.SIGKILL)
    pages = [insist(gateway, phone, session, 5) for phone, session in callers]
    for phone, _ in callers:
        gateway.text("at-ke", phone, "HELP")

    assert all(page.startswith("What is wrong") for page in pages)
    phones = {phone for phone, _ in callers}
    eventually(lambda: phones <= {sms["to"] for sms in gateway.at_provider()})
    taken = Counter(sms["to"] for sms in gateway.at_provider())
    assert all(taken[phone] == 1 for phone in phones)


def test_ctrl_c_stops_everything_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with running(tmp_path) as gateway:
        children = gateway.pids()
        assert len(children) >= 8

    assert 0 == gateway.process.returncode
    assert all(is_gone(pid) for pid in children)

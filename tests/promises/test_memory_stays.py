"""What the web server holds does not grow with what it has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from urllib3 import Retry

from tests.promises.running import Running, running

#: So many requests of each kind are answered before it is looked, for what is made once.
BEFORE, AFTER = 400, 2000
#: A ring of 4 KiB that each request leaves behind comes to 8 MiB, each time they are asked.
MOST_MIB = 5.0
#: What is made once, such as a thread's arena of memory, may come late; what is left comes always.
ROUNDS = 3

ASKING = 8
Ask = Callable[[Running, int], int]
_serials = count(1)
#: As clients do that keep connections: one that has ended meanwhile is no answer.
_ASKED_AGAIN = Retry(total=3, allowed_methods=None)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gateway that runs, with a connection for each of those who ask."""
    with running(tmp_path_factory.mktemp("memory")) as gateway:
        gateway.pool.clear()
        gateway.pool.connection_pool_kw["maxsize"] = ASKING
        with ThreadPoolExecutor(ASKING) as callers:
            for ask in KINDS:
                gateway.pool.clear()  # each process has its share of new connections
                list(callers.map(lambda number, ask=ask: ask(gateway, number), range(BEFORE)))
        yield gateway


def whole(gateway: Running, number: int) -> int:
    """A turn of its own session, its body in one piece."""
    return _post(gateway, _turn(number))


def in_parts(gateway: Running, number: int) -> int:
    """The same in two chunks."""
    body = _turn(number)
    return _post(gateway, iter((body[:20], body[20:])))


def without_a_secret(gateway: Running, number: int) -> int:
    """A body that nobody waits for: the connection may end behind the answer, whoever asks next."""
    return gateway.pool.request(
        "POST", f"{gateway.url}/ussd/at-ke", body=_turn(number), retries=_ASKED_AGAIN
    ).status


def to_nowhere(gateway: Running, number: int) -> int:
    """A path that there is not, which Flask answers."""
    return gateway.pool.request("GET", f"{gateway.url}/nowhere").status


def malformed(gateway: Running, number: int) -> int:
    """A turn without its session."""
    return _post(gateway, b"phoneNumber=%2B254711000001&text=")


def _turn(number: int) -> bytes:
    fields = {
        "sessionId": f"s{next(_serials)}", "phoneNumber": f"+2547{number:08}",
        "serviceCode": "*384*2026#", "text": "",
    }  # fmt: skip
    return urlencode(fields).encode()


def _post(gateway: Running, body: bytes | Iterator[bytes]) -> int:
    address = urlsplit(gateway.inside.deployment.webhook_urls("at-ke")["ussd"])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = gateway.pool.request(
        "POST", f"{gateway.url}{address.path}?{address.query}", body=body, headers=headers
    )
    return answer.status


def held(gateway: Running) -> float:
    """Returns what its web processes hold for themselves, in MiB."""
    return sum(psutil.Process(pid).memory_full_info().uss for pid in gateway.pids("serve")) / 2**20


#: Each kind of request, and how it is answered.
KINDS: dict[Ask, int] = {
    whole: 200,
    in_parts: 200,
    malformed: 400,
    without_a_secret: 403,
    to_nowhere: 404,
}


@pytest.mark.parametrize("ask", KINDS, ids=lambda ask: ask.__name__)
def test_answered_requests_leave_nothing_behind(gateway: Running, ask: Ask) -> None:
    grown: list[float] = []
    with ThreadPoolExecutor(ASKING) as callers:
        while len(grown) < ROUNDS and all(mib >= MOST_MIB for mib in grown):
            before = held(gateway)
            statuses = set(callers.map(lambda number: ask(gateway, number), range(AFTER)))
            assert {KINDS[ask]} == statuses
            grown.append(held(gateway) - before)

    assert min(grown) < MOST_MIB

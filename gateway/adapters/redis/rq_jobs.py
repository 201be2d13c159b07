"""Wake-ups for the workers, through RQ: reminders that work waits in the database, and no more."""

from __future__ import annotations

import logging

from redis.exceptions import RedisError
from rq import Queue, Retry

from gateway.adapters.redis.link import RedisLink, command_client
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.retention.what_is_removed import FAILED_JOB_KEPT, WAKE_UP_HELD
from gateway.domain.telecom.sms import Lane

logger = logging.getLogger(__name__)

#: The functions a job may name. Workers take nothing else, whoever wrote it into Redis.
ROUTE_INBOUND = "gateway.jobs.route_inbound"
SEND_OUTBOUND = "gateway.jobs.send_outbound"
RUN_CALLS = "gateway.jobs.run_calls"
TRY_DRAFT = "gateway.jobs.try_draft"
CHECK_BROADCAST = "gateway.jobs.check_broadcast"

INBOUND_QUEUE = "inbound"
CALLS_QUEUE = "calls"

#: One worker takes one queue: RQ can lose a job that a worker of several queues has popped.
QUEUES = (INBOUND_QUEUE, CALLS_QUEUE, *(lane.value for lane in Lane))

_COALESCED_MILLISECONDS = int(WAKE_UP_HELD.total_seconds() * 1000)
_TIMEOUT_SECONDS = 60
_FAILURE_SECONDS = int(FAILED_JOB_KEPT.total_seconds())


class RqJobs:
    """Fits the `Jobs` port."""

    def __init__(self, link: RedisLink, url: str) -> None:
        self._link = link
        self._client = client = command_client(url)
        # RQ's own choice is pickle: who can write to Redis could then run anything in a worker.
        self._queues = {name: Queue(name, connection=client, serializer="json") for name in QUEUES}
        self._lost = 0

    def wake_inbound(self) -> None:
        """Asks a worker to route what waits; never raises."""
        self._wake(INBOUND_QUEUE, ROUTE_INBOUND, "")

    def wake_outbound(self, channel: str, lane: Lane) -> None:
        """Asks a worker to send what is due; never raises."""
        self._wake(lane.value, SEND_OUTBOUND, channel, lane.value)

    def wake_calls(self) -> None:
        """Asks a worker to run the slow calls that wait; never raises."""
        self._wake(CALLS_QUEUE, RUN_CALLS, "")

    def try_draft(self, id: str, anew_by: str = "") -> None:
        """Asks a worker to have the dialogues of a draft played; never raises."""
        self._wake(Lane.BULK.value, TRY_DRAFT, f"draft-{id}", *([anew_by] if anew_by else []))

    def check_broadcast(self, id: int, by: str) -> None:
        """Asks a worker to have it counted whom a broadcast reaches; never raises."""
        self._wake(Lane.BULK.value, CHECK_BROADCAST, f"broadcast-{id}", by)

    def close(self) -> None:
        """Closes the queues' connections."""
        self._client.close()

    def _wake(self, queue: str, function: str, channel: str, *more: str) -> None:
        try:
            flag = wake_flag(queue, channel)
            if self._link.call(b"SET", flag, 1, b"NX", b"PX", _COALESCED_MILLISECONDS) is None:
                return  # a job that has not begun yet will see this work, too
            self._queues[queue].enqueue_call(
                func=function,
                args=[channel, *more] if channel else [],
                timeout=_TIMEOUT_SECONDS,
                result_ttl=0,
                failure_ttl=_FAILURE_SECONDS,
                # Left to itself RQ describes a job by its arguments, and logs that.
                description=function,
                # Without a retry RQ fails a job whose worker was killed, instead of running it.
                retry=Retry(max=2),
            )
        except (StoreUnavailable, RedisError) as error:
            self._lost += 1
            logger.warning(
                "A wake-up was not sent, the sweeper will: code=%s queue=%s lost=%d",
                type(error).__name__,
                queue,
                self._lost,
            )


def wake_flag(queue: str, channel: str) -> bytes:
    """Returns the key that says that a wake-up is on its way."""
    return f"wake:{queue}:{channel}".encode()

"""A worker of one queue: RQ's, reduced to running our own functions and telling nothing private."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any, ClassVar

from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker, worker_registration
from rq.exceptions import NoSuchJobError, StopRequested
from rq.job import Job
from rq.timeouts import UnixSignalDeathPenalty

from gateway.adapters.redis.link import RedisLink, queue_client
from gateway.adapters.redis.rq_jobs import QUEUES, wake_flag
from gateway.adapters.system.processes.told_to_stop import ToldToStop
from gateway.adapters.system.request_id import working_on
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

logger = logging.getLogger(__name__)

Functions = Mapping[str, Callable[..., None]]

#: RQ waits for a job 15 s less than this, and looks after abandoned jobs only between two waits.
_WORKER_TTL_SECONDS = 20
_MAINTENANCE_SECONDS = 60
#: How often a Redis that went away is asked for.
_RETRY_SECONDS = 1.0


def work(
    queue: str, url: str, functions: Functions, told: ToldToStop, *, burst: bool = False
) -> None:
    """Runs the jobs of a queue until told to stop, then finishes the one at hand.

    `functions` are what jobs may call, by the name they use for it; each ends in seconds by itself.
    `burst` returns when the queue is empty. Raises Refused for a queue that does not exist, and
    StoreUnavailable where nobody answers.
    """
    if queue not in QUEUES:
        raise Refused(f"There is no queue '{queue}'. The queues are: {', '.join(QUEUES)}.")
    with contextlib.closing(RedisLink(url)) as link:
        link.call("PING")  # RQ would end in a traceback, which may show a password
        logging.getLogger("rq.worker").addFilter(_in_one_line)
        while not _worked(queue, url, functions, told, burst=burst):
            logger.warning(
                "Redis went away; the worker of '%s' goes on when it is back. %s", queue, _why(link)
            )
            if not _is_back(link, told):
                return


def _worked(queue: str, url: str, functions: Functions, told: ToldToStop, *, burst: bool) -> bool:
    """Runs jobs; returns whether the worker was told to stop, or had nothing left to do."""
    with queue_client(url) as client, suppress(RedisError, OSError):
        # The errors come at its birth or at its end, which RQ tells Redis, too.
        worker = _Worker(
            [queue],
            connection=client,
            serializer="json",
            job_class=listed_job(functions),
            queue_class=_queue_until(told),
            worker_ttl=_WORKER_TTL_SECONDS,
            maintenance_interval=_MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        worker.work(burst=burst, logging_level="WARNING")
        return burst or bool(told)
    return bool(told)


def _why(link: RedisLink) -> str:
    """Returns what is wrong with Redis now, in a sentence; nothing where it is well again."""
    try:
        link.check()
    except StoreUnavailable as error:
        return str(error)
    return ""


def _is_back(link: RedisLink, told: ToldToStop) -> bool:
    """Waits until Redis takes jobs, which one that is full does not.

    Returns False when the process is told to stop meanwhile.
    """
    while not told.wait(_RETRY_SECONDS):
        with suppress(StoreUnavailable):
            link.check()
            return True
    return False


def _in_one_line(record: logging.LogRecord) -> bool:
    """Takes the traceback from what RQ logs: it may show the address of Redis with its password."""
    if record.exc_info:
        name = record.exc_info[0].__name__ if record.exc_info[0] else "an error"
        record.msg, record.args, record.exc_info = "The worker stopped by %s.", (name,), None
    return True


def listed_job(functions: Functions) -> type[Job]:
    """Returns a class of jobs that run these functions and no other.

    JSON is not a sandbox: RQ imports whatever callable a job names, and calls it.
    """

    class ListedJob(_PlainJob):
        allowed = functions

    return ListedJob


class _PlainJob(Job):
    """A job without the parts of RQ that a stranger in Redis could use, or that we do not."""

    allowed: ClassVar[Functions] = {}

    # Each of these would be imported by name, like the function.
    success_callback = None
    failure_callback = None
    stopped_callback = None

    @property
    def func(self) -> Callable[..., None]:
        function = self.allowed.get(self.func_name or "")
        if function is None:
            raise Refused("A job names a function that is not ours. See who can write to Redis.")
        return function

    def restore(self, raw_data: Any) -> Any:
        """Raises NoSuchJobError for what cannot be read, which the worker then passes over.

        RQ's own errors would end it, in mid-queue: another version wrote it, or nobody of ours.
        """
        try:
            return super().restore(raw_data)
        except NoSuchJobError:
            raise
        except Exception as error:
            logger.error(
                "A job cannot be read and is passed over: job=%s %s", self.id, type(error).__name__
            )
            raise NoSuchJobError(f"Job {self.id} cannot be read.") from None

    def perform(self) -> Any:
        # Before the work is claimed: what is stored after this moment gets a wake-up of its own.
        self.connection.delete(wake_flag(self.origin, str(next(iter(self.args), ""))))
        with working_on(self.id):
            return super().perform()

    def send_webhooks(self, *_: object, **__: object) -> None:
        """Sends nothing: a job must not make a worker call an address."""


class JobOutOfTime(BaseException):
    """A job took longer than it was given.

    RQ's own is an Exception: work that bears the faults of single rows would take it for one more
    of them, and go on without any limit.
    """


class _TimeLimit(UnixSignalDeathPenalty):
    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        raise JobOutOfTime


def _queue_until(told: ToldToStop) -> type[Queue]:
    """Returns a class of queues that nothing is taken from once the process is told to stop."""

    class QueueUntilTold(Queue):
        @classmethod
        def dequeue_any(cls, *arguments: Any, **options: Any) -> tuple[Job, Queue] | None:
            with told.breaks_off(StopRequested):
                return super().dequeue_any(*arguments, **options)

    return QueueUntilTold


class _Worker(SimpleWorker):
    """SimpleWorker does not fork for each job, which costs a quarter of the CPU (RQ 3.0.0)."""

    death_penalty_class = _TimeLimit

    def _install_signal_handlers(self) -> None:
        """Leaves the signals to the process.

        RQ tells an idle worker by an error that whatever runs at that moment may swallow, forgets
        it then, and at a second signal it leaves in mid-job: nobody knows what was sent by then.
        """

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tells Redis that it lives; one that was restarted, and is empty, is told all of it."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.hexists(self.key, "birth"):
            with self.connection.pipeline() as new:
                new.hset(self.key, mapping=self.serialize())
                worker_registration.register(self, new)
                new.expire(self.key, self.worker_ttl + 60)
                new.execute()

    def subscribe(self) -> None:
        """Listens to no commands: they could stop workers, and cost a thread and a connection."""

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Logs where a job failed. RQ would log the error's text and the job's arguments, too."""
        with working_on(job.id):
            logger.error("A job failed: queue=%s job=%s %s", job.origin, job.id, trace(exc_info[1]))

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: Any = None,
        exc_string: str = "",
        execution: Any = None,
    ) -> None:
        # Not exc_string: the traceback would be kept in Redis, with whatever text it carries.
        super().handle_job_failure(
            job, queue, started_job_registry, "The worker's log says where.", execution
        )

"""ussd-airflow-engine (PyPI) behind a Flask route, as its own documentation uses it.

It runs in a virtual environment of its own, which has nothing of ours. Its sessions are kept in
Redis (BENCH_REDIS_URL), as ours are.
"""

import collections
import collections.abc
import inspect
import logging
import os
import pathlib
import tempfile

# Two of its dependencies were written for Python 3.9; what they miss is only a name.
if not hasattr(inspect, "getargspec"):
    inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]
for name in ("Mapping", "MutableMapping", "Sequence", "Iterable", "Callable"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

import redis
import structlog
import yaml
from flask import Flask, Response, request
from simplekv.memory.redisstore import RedisStore
from ussd.core import UssdEngine, UssdRequest
from ussd.store.journey_store.YamlJourneyStore import YamlJourneyStore

# It logs every turn at DEBUG; that would be measured instead of its engine.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

JOURNEY = "bench"
VERSION = "0.0.1"


def create() -> Flask:
    journeys = YamlJourneyStore(journey_directory=tempfile.mkdtemp(prefix="journeys"))
    source = pathlib.Path(__file__).with_name("journey.yaml")
    journeys.save(JOURNEY, yaml.safe_load(source.read_text()), version=VERSION)
    sessions = RedisStore(redis.Redis.from_url(os.environ["BENCH_REDIS_URL"]))
    app = Flask("airflow")

    @app.post("/ussd/<channel>")
    def turn(channel: str) -> Response:
        fields = request.form
        answer = UssdEngine(
            UssdRequest(
                session_id=fields["sessionId"],
                phone_number=fields["phoneNumber"],
                ussd_input=fields["text"].rpartition("*")[2],
                language="en",
                journey_name=JOURNEY,
                journey_version=VERSION,
                journey_store=journeys,
                session_store_backend=sessions,
            )
        ).ussd_dispatcher()
        return Response(("CON " if answer.status else "END ") + str(answer), mimetype="text/plain")

    return app

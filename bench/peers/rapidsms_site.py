"""RapidSMS as a site of its own: its message log, its Kannel backend with delivery reports.

It runs in a virtual environment of its own, which has nothing of ours. BENCH_KANNEL is the address
of its Kannel, BENCH_DATABASE its SQLite file, BENCH_SELF its own address where it asks for reports.
`GET /push/?to=` sends one SMS as an application does, by `rapidsms.router.send`; `/report/` takes
the report of Kannel, and `/backend/kannel/` what citizens text, which a keyword handler answers.
"""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
ROOT_URLCONF = __name__
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BENCH_DATABASE"],
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rapidsms",
    "rapidsms.backends.kannel",
    "rapidsms.contrib.messagelog",
    "rapidsms.contrib.handlers",
]
RAPIDSMS_HANDLERS = ["bench.peers.rapidsms_keyword.PermitHandler"]
INSTALLED_BACKENDS = {
    "kannel": {
        "ENGINE": "rapidsms.backends.kannel.KannelBackend",
        "sendsms_url": os.environ["BENCH_KANNEL"] + "/cgi-bin/sendsms",
        "delivery_report_url": os.environ["BENCH_SELF"] or None,
    }
}
MIDDLEWARE: list[str] = []
LOGGING = {"version": 1, "disable_existing_loggers": True}


def push(request: HttpRequest) -> HttpResponse:
    from rapidsms.router import lookup_connections, send

    send(request.GET["text"], lookup_connections("kannel", [request.GET["to"]]))
    return HttpResponse("sent")


def report(request: HttpRequest) -> HttpResponse:
    from rapidsms.backends.kannel.views import DeliveryReportView

    return DeliveryReportView.as_view()(request)


def receive(request: HttpRequest) -> HttpResponse:
    from rapidsms.backends.kannel.views import KannelBackendView

    return KannelBackendView.as_view(backend_name="kannel")(request)


urlpatterns = [
    path("backend/kannel/", receive),
    path("push/", push),
    path("report/", report, name="kannel-delivery-report"),
]


def create() -> WSGIHandler:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()

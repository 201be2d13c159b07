"""A Kannel that RapidSMS sends through: takes an SMS at once, reports it as delivered later.

It also takes what Jasmin tells of its SMS. `python -m bench.peers.kannel PORT`; `GET /told` says
how many were told so far, `GET /taken` how many it was given to send. Its addresses and answers are those of Kannel's user guide ("Using HTTP
to send SMS", "Delivery reports") and of Jasmin's HTTP API ("Receiving DLR").
"""

from __future__ import annotations

import http.client
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from queue import SimpleQueue
from urllib.parse import parse_qs, urlsplit

#: As long as the provider of our own bench takes: `bench.outbound.REPORT_DELAY_MS`.
REPORT_AFTER_SECONDS = 0.5
#: Of Kannel: the SMS reached the phone.
DELIVERED = "1"
#: Providers send reports side by side, as they come from networks.
REPORTING = 4


class Reports:
    """What is to be reported, in the order in which it falls due."""

    def __init__(self) -> None:
        self._due: SimpleQueue[tuple[float, str]] = SimpleQueue()
        for _ in range(REPORTING):
            threading.Thread(target=self._report, daemon=True).start()

    def add(self, url: str) -> None:
        self._due.put((time.monotonic() + REPORT_AFTER_SECONDS, url))

    def _report(self) -> None:
        while True:
            at, url = self._due.get()
            time.sleep(max(0.0, at - time.monotonic()))
            parts = urlsplit(url)
            connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
            connection.request("GET", f"{parts.path}?{parts.query}")
            connection.getresponse().read()
            connection.close()


class Kannel(BaseHTTPRequestHandler):
    """Answers a send, what Jasmin tells, and how much it told."""

    protocol_version = "HTTP/1.1"
    reports: Reports
    sent = count(1)
    taken: list[str] = []  # noqa: RUF012 - one server a process
    told: list[str] = []  # noqa: RUF012 - one server a process

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        fields = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/told":
            self._answer(200, str(len(self.told)))
        elif parts.path == "/taken":
            self._answer(200, str(len(self.taken)))
        elif parts.path == "/jasmin":
            self.told.append(fields["message_status"])
            self._answer(200, "ACK/Jasmin")
        else:
            self.taken.append(fields["to"])
            if "dlr-url" in fields:
                self.reports.add(_filled(fields["dlr-url"], f"{next(self.sent):x}", fields["to"]))
            self._answer(202, "0: Accepted for delivery")

    def log_message(self, *_: object) -> None:
        """Says nothing of each request."""

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


def _filled(url: str, reference: str, to: str) -> str:
    """Returns the address of a report, as Kannel fills it in for an SMS that was delivered."""
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    values = {"%d": DELIVERED, "%A": "delivered", "%i": "bench", "%I": reference}
    values |= {"%t": at, "%p": to.replace("+", "%2B")}
    for escape, value in values.items():
        url = url.replace(escape, value)
    return url


def main() -> None:
    """Serves until it is ended."""
    Kannel.reports = Reports()
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Kannel).serve_forever()


if __name__ == "__main__":
    main()

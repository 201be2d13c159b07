"""Webhooks taken early under a server of WSGI, too; Flask answers everything else."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask

from gateway.composition.gateway import Gateway
from gateway.web.app import access_of
from gateway.web.direct import Direct
from gateway.web.front.exchange import WithOthers
from gateway.web.webhooks import LONGEST_BODY, EnvironHeaders

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


_STATUS_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}


class _Head:
    """The head of a request, as `Direct` reads one."""

    __slots__ = ("client", "headers", "http_version", "method", "path", "query_string", "scheme",
                 "server")  # fmt: skip

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.method, self.path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.query_string = environ.get("QUERY_STRING", "")
        self.headers = EnvironHeaders(environ)
        self.client = f"{environ.get('REMOTE_ADDR', '')}:"
        self.scheme = self.server = self.http_version = ""


class Early:
    """A WSGI application before Flask's. What is not plainly a webhook with a body goes on to it.

    So do reports of delivery: they are answered together, which needs a front of ours.
    """

    def __init__(self, application: Flask, gateway: Gateway) -> None:
        self._application = application
        self._direct = Direct(gateway, access_of(application))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers the request."""
        length = environ.get("CONTENT_LENGTH") or "none"
        if length.isdecimal() and int(length) <= LONGEST_BODY:
            answer = self._direct(_Head(environ))
            if answer is not None and not isinstance(answer, WithOthers):
                body = environ["wsgi.input"].read(int(length))
                if len(body) == int(length):  # its caller has gone otherwise: Flask says so
                    status, headers, said = answer(body)
                    headers.append(("content-length", str(len(said))))
                    start_response(_STATUS_LINES[status], headers)
                    return [said]
        return self._application(environ, start_response)

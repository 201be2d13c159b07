"""Saying why something was not done: on a page, or to a script of ours that has asked."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, g, jsonify, make_response, render_template, request

from gateway.web.console import kept_forms
from gateway.web.console.guard import here
from gateway.web.console.words import chosen


def told(status: int, sentence: str, typed: kept_forms.Typed | None = None) -> Response:
    """Returns what says why something was not done, and what was typed, so that it stays.

    A script keeps what was typed itself. It is told no more than that, and sends it anew, where
    the gateway is busy.
    """
    asks = request.accept_mimetypes.best == "application/json"
    if asks and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return make_response(jsonify(refused=sentence), status)
    return page_told(status, sentence, typed)


def page_told(status: int, sentence: str, typed: kept_forms.Typed | None = None) -> Response:
    """Returns the page that says so."""
    if "language" not in g:
        g.language = chosen()
    back = here() if request.method != "GET" else ""
    page = render_template("console/told.html", sentence=sentence, fields=typed or (), back=back)
    return make_response(page, status)

"""What stands around every page of the console: who asks, from where, and what a browser may do."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from werkzeug import Response as BaseResponse

from gateway.adapters.system.known_hosts import is_known_host
from gateway.composition.gateway import Gateway
from gateway.domain.institutions.person import Person
from gateway.domain.sign_in.stay import BROWSER_KNOWN
from gateway.use_cases.ports.sign_in.credentials import ConsoleSession
from gateway.web.access import source_address
from gateway.web.console import kept_forms
from gateway.web.console.head import SIGNED_IN

P = ParamSpec("P")
Shown = BaseResponse | str | tuple[str, int]
View = Callable[P, Shown]

#: What is shown to who has not signed in: all else leads to the page where they do.
OPEN = frozenset(
    {"static", "font", "entry.sign_in", "entry.way_in", "entry.codes", "entry.language"}
)
#: What a browser keeps that follows a link, or pairs a telephone: it is in no link and in no page.
_ALONE = "alone"
#: What is no text: control characters but tabs and ends of lines, and halves of characters. They
#: would stand in names and audits unseen, and PostgreSQL takes no NUL.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def add_guard(console: Flask, gateway: Gateway) -> None:
    """Has each request of the console looked at first, and each answer given its headers."""
    known = gateway.deployment.console_hosts

    @console.before_request
    def let_in() -> BaseResponse | None:
        g.nonce = secrets.token_urlsafe(16)
        g.session = g.person = None
        if not is_known_host(request.host, known):
            abort(403)
        sit_down(gateway, session.get(SIGNED_IN))  # what is wrong below is said on a page of theirs
        if any(_NO_TEXT.search(text) for text in _texts()):
            abort(400)
        if g.person is None and request.endpoint not in OPEN:
            if kept_forms.is_worth_keeping():
                return make_response(kept_forms.sign_in_page(kept_forms.to_carry()), 403)
            return redirect(url_for("entry.sign_in", next=here()))
        return None

    @console.after_request
    def add_headers(response: Response) -> Response:
        nonce = f"'nonce-{g.get('nonce', '')}'"
        # The editor of YAML has its style in its script, which gives it this page's nonce.
        style = f"'self' {nonce}" if g.get("styles_itself") else "'self'"
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {nonce}; style-src {style}; "
            "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint not in ("static", "font"):
            response.headers["Cache-Control"] = "no-store"
        return response


def sit_down(gateway: Gateway, token: object) -> None:
    """Has this request be that of the session whose token it is, if it is one's."""
    present = gateway.sign_in.sign_in.present(token) if isinstance(token, str) else None
    if present is not None:
        g.session, g.person = present.session, present.person


def signed_in(token: str) -> None:
    """Has the browser keep a session, and nothing of what it kept before but the language."""
    language = session.get("language")
    session.clear()
    session[SIGNED_IN] = token
    if language:
        session["language"] = language


def known_browser() -> str:
    """Returns what this browser keeps by which it is known; nothing is believed of it."""
    return request.cookies.get(_known_cookie(), "")


def keep_known(response: BaseResponse, kept: str) -> None:
    """Has the browser keep for months what it is known by: it lets nobody in."""
    response.set_cookie(
        _known_cookie(),
        kept,
        max_age=BROWSER_KNOWN,
        path=current_app.config["SESSION_COOKIE_PATH"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
    )


def _known_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-browser"


def signed_out() -> None:
    """Has the browser forget its session."""
    session.pop(SIGNED_IN, None)


def kept_alone() -> str:
    """Returns what this browser alone keeps: it makes the secret of a telephone with it."""
    kept: str = session.setdefault(_ALONE, secrets.token_urlsafe(16))
    return kept


def forget_alone() -> None:
    """Has the browser forget it, once a telephone is paired."""
    session.pop(_ALONE, None)


def me() -> Person:
    """Returns who asks; every page but those of `OPEN` has somebody."""
    person: Person = g.person
    return person


def my_session() -> ConsoleSession:
    """Returns the session of who asks."""
    found: ConsoleSession = g.session
    return found


def source(gateway: Gateway) -> str:
    """Returns the address that a request comes from, as the trusted proxies say it."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    trusted = gateway.deployment.settings.server.trusted_proxies
    return source_address(request.remote_addr or "", headers, trusted)


def onward(wanted: str | None) -> str:
    """Returns where to go next: a page of the console, or its first one."""
    root = f"{request.script_root}/"
    if wanted and wanted.startswith(root) and "\\" not in wanted and wanted.isprintable():
        return wanted
    return root


def lines_of(text: str) -> str:
    """Returns what was typed into a field of several lines, as it was counted there: a browser
    sends two characters for each end of a line."""
    return text.replace("\r\n", "\n")


def _texts() -> Iterator[str]:
    """Yields every text that a request brings: no page need look at it again."""
    yield from map(str, (request.view_args or {}).values())  # a number is one of them
    for given in (request.args, request.form):
        for name, value in given.items(multi=True):
            yield from (name, value)
    for name, file in request.files.items(multi=True):
        yield from (name, file.filename or "")
    if request.is_json:
        yield from _within(request.get_json(silent=True))


def _within(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, each in value.items():
                yield name
                yield from _within(each)
        case list():
            for each in value:
                yield from _within(each)


def here() -> str:
    """Returns the page that was asked for; for a form, the page on which it stands."""
    if request.method != "GET":
        page = urlsplit(request.referrer or "")
        return _shown_at(page.path) if page.netloc == request.host else onward("")
    path = f"{request.script_root}{request.path}"
    query = request.query_string.decode("ascii", "replace")
    return f"{path}?{query}" if query else path


def _shown_at(path: str) -> str:
    """Returns a path, or the nearest above it that is a page: a form may have been the answer to
    another form, whose address nobody can open."""
    routes = current_app.create_url_adapter(request)
    while routes is not None and path.startswith(f"{request.script_root}/"):
        if routes.test(path.removeprefix(request.script_root), "GET"):
            return onward(path)
        path = path.rpartition("/")[0]
    return onward("")

"""The Flask application of the console."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask, Response, g, make_response, request, send_from_directory
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from gateway.adapters.drawings import fonts
from gateway.adapters.system.scrubbed_traceback import trace
from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import (
    Busy,
    FilesInvalid,
    GatewayError,
    InvalidAddress,
    NotAllowed,
    NotProven,
    NotThere,
    Refused,
    StoreUnavailable,
)
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.web.console import home, kept_forms
from gateway.web.console.alerts import alerts
from gateway.web.console.analytics import overview
from gateway.web.console.broadcasts import broadcasts, new_broadcast
from gateway.web.console.casework import cases, help_desk, lives, search
from gateway.web.console.guard import add_guard, here
from gateway.web.console.head import LONGEST_FORM, LONGEST_UPLOAD, UPLOADED_TO, cookies_of
from gateway.web.console.institutions import audit, institutions, people
from gateway.web.console.names import Names
from gateway.web.console.pages import N_, ROLES, ROLES_MAY, pages_of
from gateway.web.console.releases import drafts, editor, releases, simulator
from gateway.web.console.sign_in import account, entry
from gateway.web.console.told import page_told, told
from gateway.web.console.words import (
    _,
    add_words,
    language_in,
    moment_in,
    number_in,
    second_in,
    why,
)

log = logging.getLogger(__name__)

#: What is said of requests that are none, by their HTTP status.
_FAILED = {
    400: N_("A control character stands in what was sent, which is no text. Type it anew."),
    403: N_("This is not open to you."),
    404: N_("There is no such page."),
    405: N_("There is no such page."),
    413: N_("What was sent is too long: 2 MB with a file, 64 kB otherwise."),
}
_TOO_OLD = N_("This form is too old. Load its page again, and send it once more.")
_AREAS = (
    home, drafts, editor, releases, simulator, overview, search, lives, cases, help_desk,
    broadcasts, new_broadcast, alerts, entry, account, people, institutions, audit,
)  # fmt: skip


def create_console(gateway: Gateway) -> Flask:
    """Returns the console of a gateway, to be mounted at /console."""
    console = Flask("gateway.web.console")
    console.config.update(
        **cookies_of(gateway.deployment, gateway.keyring),
        MAX_CONTENT_LENGTH=LONGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    console.jinja_env.trim_blocks = console.jinja_env.lstrip_blocks = True
    console.url_map.converters["int"] = _Id
    console.before_request(_make_room)  # before anything reads what was sent
    add_words(console)
    add_guard(console, gateway)
    CSRFProtect(console)
    _add_fonts(console)
    for area in _AREAS:
        console.register_blueprint(area.blueprint(gateway))
    _add_errors(console)
    _add_to_pages(console, gateway)
    return console


class _Id(IntegerConverter):
    """The number of a row: what no database could hold is no page."""

    regex = r"[0-9]{1,18}"


def _add_fonts(console: Flask) -> None:
    """Serves the gateway's own fonts: a browser asks for one where its letters are shown."""

    @console.get("/static/fonts/<name>.ttf")
    def font(name: str) -> Response:
        return send_from_directory(fonts.FOLDER, f"{name}.ttf")


def _make_room() -> None:
    """Lets more be sent where a file is."""
    if request.path in UPLOADED_TO:
        request.max_content_length = LONGEST_UPLOAD
        # What reads a form holds a part of a file back, which counts as one of its fields.
        request.max_form_memory_size = LONGEST_UPLOAD


def _add_to_pages(console: Flask, gateway: Gateway) -> None:
    zone, names = gateway.deployment.settings.zone, Names(gateway)

    def local(moment: datetime | None) -> str:
        if moment is None:
            return ""
        return moment_in(moment.astimezone(zone), g.language)

    def second(moment: datetime) -> str:
        return second_in(moment.astimezone(zone), g.language)

    def institution(name: str) -> str:
        return _("every institution") if name == EVERYWHERE else names.institution(name)

    def role(held: Role) -> str:
        return _(ROLES[held])

    def number(given: int) -> str:
        return number_in(given, g.language)

    console.jinja_env.filters.update(
        local=local, second=second, number=number, institution=institution, role=role
    )

    @console.context_processor
    def around() -> dict[str, object]:
        person = g.get("person")
        return {
            "deployment": gateway.deployment.settings.name,
            "person": person,
            "pages": pages_of(person) if person else (),
            "nonce": g.get("nonce", ""),
            "here": here(),
            "roles_may": ROLES_MAY.items(),
            "no_words": kept_forms.NO_WORDS,
            "language_in": language_in,
            "role_choices": lambda roles: [(each.value, role(each)) for each in roles],
            "institution_choices": lambda names: [(each, institution(each)) for each in names],
        }


def _add_errors(console: Flask) -> None:
    @console.errorhandler(GatewayError)
    def refused(error: GatewayError) -> Response:
        status = 500
        match error:
            case NotAllowed() | NotProven():
                status = 403
            case NotThere():
                status = 404
            case FilesInvalid():
                status = 400
            case Refused() | InvalidAddress():  # a page is refused that is not there
                status = 404 if request.method == "GET" else 400
            case StoreUnavailable() | Busy():
                status = 503
        answer = told(status, why(error), kept_forms.typed())
        if status == 503:
            answer.headers["Retry-After"] = "60"
        return answer

    @console.errorhandler(CSRFError)
    def old(error: CSRFError) -> Response:
        if g.get("person") is not None and kept_forms.is_worth_keeping():
            return make_response(
                kept_forms.kept_page(kept_forms.path_here(), kept_forms.typed()), 400
            )
        return page_told(400, _(_TOO_OLD))  # a script sends it anew, with another token

    @console.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        status = error.code or 500
        return told(status, _(_FAILED[status]) if status in _FAILED else error.name)

    @console.errorhandler(Exception)
    def mistaken(error: Exception) -> Response:
        log.error("A page of the console failed: %s", trace(error))
        said = _("The gateway made a mistake. It is in its log.")
        return told(500, said, kept_forms.typed())

"""Keeps JSON routes for the page they belong to, and that page for itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from gateway.adapters.system.known_hosts import STRANGER, is_known_host
from gateway.domain.faults_and_errors.errors import Malformed, OriginUnproven

#: Nothing is loaded from elsewhere, nothing is written into the page as code, nobody frames it.
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)


#: JSON can write one alone; no network can carry it.
_SURROGATE = re.compile("[\ud800-\udfff]")


def keep_to_own_page(
    blueprint: Blueprint, page: str, *files: str, known_hosts: Collection[str] = ()
) -> None:
    """Has a blueprint refuse other sites, save for its files and the functions that are named.

    None of it answers to a name that is neither this machine's own nor of `known_hosts`: to another
    site's name that leads here, we would be that site.

    The function `page` shows what changes and is kept by no cache; those of `files` are as good as
    the files of the blueprint.

    Raises OriginUnproven in the routes.
    """
    kept = {f"{blueprint.name}.{name}" for name in ("static", *files)}
    public = {f"{blueprint.name}.{page}", *kept}

    @blueprint.before_request
    def refuse_other_sites() -> None:
        if not is_known_host(request.host, known_hosts):
            raise OriginUnproven(STRANGER)
        if request.endpoint not in public and not _from_own_page():
            raise OriginUnproven("Only the gateway's own page may ask this.")

    @blueprint.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint not in kept:
            response.headers["Cache-Control"] = "no-store"
        return response


def asked_json() -> Mapping[str, Any]:
    """Returns the JSON object that was sent; raises Malformed.

    Its content type is required, too: no form of a foreign page can send it without asking first.
    """
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Malformed("Send a JSON object as application/json.")
    return asked


def text_of(asked: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    """Returns a text of what was sent; raises Malformed."""
    value = asked.get(name)
    if not isinstance(value, str) or not (value.strip() or may_be_empty):
        raise Malformed(f"'{name}' must be a text.")
    if _SURROGATE.search(value):
        raise Malformed(f"'{name}' holds half of a character.")
    return value


def _from_own_page() -> bool:
    """Browsers say where a request comes from; what is no browser need not say anything."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host

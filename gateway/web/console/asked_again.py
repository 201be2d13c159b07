"""Showing once more who one is, before what lays data open, changes who may act, or goes live."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import redirect, render_template, request, url_for

from gateway.composition.gateway import Gateway
from gateway.domain.faults_and_errors.errors import NotProven
from gateway.web.console.guard import P, Shown, View, here, my_session, onward
from gateway.web.console.words import why

#: What the page asks for, by names that no other form has.
PASSWORD, CODE = "again-password", "again-code"
#: What is written into no page, were it for a moment: a form that has one is filled in anew.
_SECRET = frozenset({"password", "again", "code"})
_NEVER_KEPT = frozenset({"csrf_token", PASSWORD, CODE})


def asked_again(gateway: Gateway) -> Callable[[View[P]], View[P]]:
    """Returns what lets a view be seen only by who has shown a moment ago who they are.

    A form that is sent too late is asked about on its way: the page that asks carries it, and
    sends it on together with password and code. Nothing is typed or pressed a second time.
    """

    def around(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Shown:
            if gateway.sign_in.sign_in.is_proven(my_session()):
                return view(*args, **kwargs)
            if request.method == "GET" or _SECRET & request.form.keys():
                return redirect(url_for("entry.again", next=here()))
            if PASSWORD not in request.form:
                return asking()
            try:
                prove(gateway)
            except NotProven as error:
                return asking(why(error)), 403
            return view(*args, **kwargs)

        return guarded

    return around


def prove(gateway: Gateway) -> None:
    """Takes the password and the code of a form; raises NotProven."""
    form = request.form
    given = form.get(PASSWORD, ""), form.get(CODE, "")
    gateway.sign_in.sign_in.prove(my_session(), *given)


def asking(fault: str = "") -> str:
    """Returns the page that asks; it carries the form on whose way it stands."""
    on_its_way = request.endpoint != "entry.again"
    sent = request.form.items(multi=True) if on_its_way else ()
    return render_template(
        "console/sign_in/again.html",
        fault=fault,
        on_its_way=on_its_way,
        kept=[(name, value) for name, value in sent if name not in _NEVER_KEPT],
        leave=here() if on_its_way else onward(""),
    )

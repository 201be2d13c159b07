"""What somebody typed, where it cannot be done yet: it is kept on the page, and nowhere else.

A session may end, or begin anew in another tab, while a form is being filled in. What was typed
then stands in the page that says so, and goes on from there by a button. It is kept only where the
browser says that one of our pages has sent it: what another site sends is nobody's work.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template, request

#: What is written into no page, were it for a moment: a form that has one is filled in anew.
SECRET = frozenset({"password", "again", "code", "again-password", "again-code"})
#: The token of a form, and where a form that is kept goes.
_TOKEN, PATH, _KEPT = "csrf_token", "kept-path", "kept:"
Typed = list[tuple[str, str]]


#: Fields in which nobody types: no page shows what stands in them.
NO_WORDS = frozenset({"do", "version", "trial", "username"})


def is_worth_keeping() -> bool:
    """Returns whether this request is a form of ours, in which something was typed."""
    is_form = request.method == "POST" and "quietly" not in request.form
    ours = request.headers.get("Origin") == request.host_url.rstrip("/")
    return is_form and ours and bool(typed()) and not SECRET & request.form.keys()


def typed() -> Typed:
    """Returns the fields of this request's form, with what was typed and pressed."""
    fields = request.form.items(multi=True)
    return [(name, value) for name, value in fields if name not in {_TOKEN, *SECRET}]


def to_carry() -> Typed:
    """Returns the fields by which a page on the way carries this form on."""
    return [(PATH, path_here()), *((_KEPT + name, each) for name, each in typed())]


def path_here() -> str:
    """Returns the path of this request, with what is asked behind it."""
    return f"{request.script_root}{request.full_path.rstrip('?')}"


def carried() -> Typed:
    """Returns the fields that a page on the way has carried so far."""
    names = (PATH, _KEPT)
    return [(name, value) for name, value in typed() if name.startswith(names)]


def sign_in_page(kept: Typed | None = None, name: str = "", fault: str = "") -> str:
    """Returns the page where people sign in; it carries on what they have typed elsewhere."""
    return render_template("console/sign_in.html", kept=kept or [], name=name, fault=fault)


def kept_page(path: str, fields: Typed) -> str:
    """Returns the page from which a form goes on that was kept."""
    return render_template("console/kept.html", path=path, fields=fields)


def goes_on() -> tuple[str, Typed] | None:
    """Returns where the form goes that was carried here, and its fields; None without one."""
    path = request.form.get(PATH, "")
    if not path.startswith(f"{request.script_root}/") or "\\" in path or not path.isprintable():
        return None
    return path, list(_fields())


def _fields() -> Iterator[tuple[str, str]]:
    for name, value in request.form.items(multi=True):
        if name.startswith(_KEPT):
            yield name.removeprefix(_KEPT), value

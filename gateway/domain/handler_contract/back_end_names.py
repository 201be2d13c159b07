"""What a service screen asks, by name: a handler, or what the menu itself declares."""

from __future__ import annotations

#: What a screen that calls a handler has for its key.
HANDLER = "handler"


def key_and_name(back_end: str) -> tuple[str, str]:
    """Returns the key that says in a menu what is asked, and the name that stands behind it.

    >>> key_and_name("exam_results"), key_and_name("call:weather")
    (('handler', 'exam_results'), ('call', 'weather'))
    """
    key, sign, name = back_end.partition(":")
    return (key, name) if sign else (HANDLER, key)

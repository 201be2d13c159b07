"""What the buttons of the editor's forms do: lines are moved, added, named otherwise, taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.adapters.menu_files.forms.cards import TEXT_MAPS, TEXTS, WORDS
from gateway.adapters.menu_files.forms.fields import path_of
from gateway.adapters.menu_files.forms.filled_in import split_words
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import Edit, Move, Put, Remove, Rename, Written
from gateway.web.console.pages import N_

#: Keys with a list of values.
_LISTS = frozenset(("goals", "says", "gives"))
_OUT_OF_DATE = N_("The page is out of date. Load it again.")
_LEFT_OUT = N_("Something is left out: a name, or what it says.")
_LINES = frozenset(("choice", "several", "options"))


def edits_of(act: str, form: Mapping[str, str], language: str) -> Sequence[Edit]:
    """Returns the edits of a button, named `deed:path`; raises Refused for what is left out.

    New texts are in the language given, the first of the menu.
    """
    deed, _sign, key = act.partition(":")
    path = path_of(key) if key else ()

    def given(name: str) -> str:
        return form.get(f"{name}:{key}", "").strip()

    match deed:
        case "up" | "down" if path:
            return [Move(path=path, up=deed == "up")]
        case "remove" if path:
            return [Remove(path=path)]
        case "rename" if path:
            return [Rename(path=path, name=_needed(given("name")))]
        case "add":
            name = _needed(given("name"))
            text, goto = given("value"), given("goto")
            return [Put(path=(*path, name), value=_new(path, name, text, goto, language))]
        case "add-screen":
            name, kind = _needed(given("name")), given("kind")
            value = _new_screen(kind, _needed(given("value")), given("goto"), language)
            return [Put(path=("screens", name), value=value)]
        case _:
            raise Refused(_OUT_OF_DATE)


def _needed(written: str) -> str:
    if not written:
        raise Refused(_LEFT_OUT)
    return written


def _new(above: Path, name: str, text: str, goto: str, language: str) -> Written:
    group = above[-1] if above else ""
    if group in _LINES:
        way = "open" if group == "options" else "next"
        line: dict[str, Written] = {"label": {language: text}} if text else {}
        return {**line, way: _needed(goto)}
    text = _needed(text or goto)
    if name in WORDS:
        return {language: split_words(text)}
    if name in _LISTS:
        return split_words(text)
    if (name in TEXTS and text not in ("true", "false")) or group in TEXT_MAPS:
        return {language: text}
    return text


def _new_screen(kind: str, said: str, goto: str, language: str) -> Written:
    text = {language: said}
    match kind:
        case "end":
            return {"end": text}
        case "input":
            return {"input": "text", "text": text, "next": _needed(goto)}
        case "choice":
            line: dict[str, Written] = {"label": {language: said}, "next": _needed(goto)}
            return {"text": text, "choice": {"1": line}}
        case "open":
            return {"open": said}
        case "lookup" | "store" | "handler" | "call":
            first = {"lookup": "found", "store": "stored"}.get(kind, "found")
            return {kind: said, "outcomes": {first: _needed(goto)}}
        case _:
            raise Refused(_OUT_OF_DATE)

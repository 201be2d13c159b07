"""Texts with `{names}` in them, and the maps and lists that hold them: compiled once, when loaded.

There is no expression here: a name stands for one value. `{{` and `}}` are braces. `{in.NAME}` is a
field of the request that is answered; alone, it comes back as it came, a number as a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.adapters.providers.http.template.fields import as_json
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.source_location import Path

#: What a value of the request is called.
ECHO = "in."

#: What is known when a text is made, by name.
Known = Mapping[str, object]
#: Makes one value of what is known and of the case that it is: `goes_on` or `ends`, for one.
Make = Callable[[Known, str], object]
Escape = Callable[[str], str]

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Omitted:
    """Stands for a field that is left out, since what it repeats was not sent."""


OMITTED = Omitted()


@dataclass(frozen=True, slots=True)
class Text:
    """A text: what stands there as it is, and names."""

    parts: tuple[tuple[bool, str], ...]  # whether it is a name, and which

    @property
    def names(self) -> list[str]:
        """The names in it."""
        return [part for is_name, part in self.parts if is_name]

    def made(self, known: Known, escape: Escape = str) -> str:
        """Returns the text with what is known in the place of the names, escaped."""
        return "".join(
            escape(_plain(known.get(part))) if is_name else part for is_name, part in self.parts
        )


@dataclass(slots=True)
class Compiler:
    """Compiles values, and notes what is wrong with them at its place.

    `names` are those that stand for something, `cases` what a choice may be between.
    """

    names: Collection[str]
    cases: Sequence[str] = ()
    echoes: bool = False
    wrong: list[tuple[Path, str]] = field(default_factory=list)
    echoed: list[str] = field(default_factory=list)

    def text(self, written: str, at: Path) -> Text:
        """Returns a text; what is wrong with it is noted."""
        parts: list[tuple[bool, str]] = []
        start = 0
        for found in _BRACES.finditer(written):
            parts.append((False, written[start : found.start()]))
            start = found.end()
            sign, name = found[0], found[1]
            if sign in ("{{", "}}"):
                parts.append((False, sign[0]))
            elif name is None:
                self._note(at, f"A brace '{sign}' stands alone; write '{sign * 2}' for the sign.")
            elif self.echoes and name.startswith(ECHO) and len(name) > len(ECHO):
                self.echoed.append(name.removeprefix(ECHO))
                parts.append((True, name))
            elif name in self.names:
                parts.append((True, name))
            else:
                known = [*self.names, *([f"{ECHO}NAME"] if self.echoes else [])]
                proposal = did_you_mean(name, known) or f" Known here: {', '.join(known)}."
                self._note(at, f"Nothing is called '{{{name}}}'.{proposal}")
        parts.append((False, written[start:]))
        return Text(tuple(part for part in parts if part[1]))

    def value(self, written: object, at: Path) -> Make:
        """Returns what makes a value of JSON: a text, a map, a list, or a choice."""
        if isinstance(written, str):
            return _maker(self.text(written, at))
        if isinstance(written, dict) and self._is_choice(written, at):
            made = {case: self.value(each, (*at, case)) for case, each in written.items()}
            return lambda known, case: made[case](known, case)
        if isinstance(written, dict) and set(written) == {"raw"}:
            return self._raw(written["raw"], (*at, "raw"))
        if isinstance(written, dict):
            return _map_of({name: self.value(each, (*at, name)) for name, each in written.items()})
        if isinstance(written, list):
            entries = [self.value(each, (*at, str(i))) for i, each in enumerate(written)]
            return lambda known, case: [each(known, case) for each in entries]
        self._note(at, "Expected a text, a map or a list here.")
        return lambda known, case: OMITTED

    def texts(self, written: object, at: Path) -> Mapping[str, Text]:
        """Returns a text for each case, by case: one text for all of them, or a choice."""
        if isinstance(written, dict) and self._is_choice(written, at):
            return {
                case: self.text(each if isinstance(each, str) else "", (*at, case))
                for case, each in written.items()
            }
        if not isinstance(written, str):
            self._note(at, f"Expected a text, or a choice of {' and '.join(self.cases)}.")
            written = ""
        text = self.text(written, at)
        return dict.fromkeys(self.cases or ("",), text)

    def _is_choice(self, written: Mapping[str, object], at: Path) -> bool:
        if not self.cases or not set(written) & set(self.cases):
            return False
        for missing in [case for case in self.cases if case not in written]:
            self._note(at, f"A choice of {' and '.join(self.cases)} lacks '{missing}'.")
        for other in [case for case in written if case not in self.cases]:
            self._note((*at, other), f"A choice is of {' and '.join(self.cases)} alone.")
        return True

    def _raw(self, written: object, at: Path) -> Make:
        try:
            value = json.loads(written) if isinstance(written, str) else OMITTED
        except ValueError:
            value = OMITTED
        if value is OMITTED or isinstance(value, str | dict | list):
            self._note(at, "`raw` is true, false, null or a number, as JSON writes it.")
        return lambda known, case: value

    def _note(self, at: Path, sentence: str) -> None:
        self.wrong.append((at, sentence))


def _maker(text: Text) -> Make:
    if not text.names:
        always = text.made({})
        return lambda known, case: always
    if len(text.parts) == 1:
        name = text.parts[0][1]
        if name.startswith(ECHO):
            return lambda known, case: _as_it_came(known.get(name))
        return lambda known, case: _plain(known.get(name))
    return lambda known, case: text.made(known)


def _map_of(entries: Mapping[str, Make]) -> Make:
    rows = list(entries.items())

    def made(known: Known, case: str) -> object:
        fields = {}
        for name, make in rows:
            value = make(known, case)
            if value is not OMITTED:
                fields[name] = value
        return fields

    return made


def _as_it_came(value: object) -> object:
    return OMITTED if value is None else as_json(value)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)

"""A release as its service files say it: without what main.yaml says of amounts, days and letters.

Compiled texts know their currency, calendar and letters. When main.yaml changes one of these, every
text differs and none was reworded: what is compared to tell so must not hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.conditions import Condition
from gateway.domain.menu.release import Release
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.domain.text.transliteration import transliterated

#: Parts of a release that hold texts, or inputs.
_PARTS = ("services", "screens", "phrases", "messages", "institutions", "topics")


def as_written(release: Release, relettered: frozenset[str]) -> Release:
    """Returns the release with its texts and inputs as they are written.

    In the languages `relettered` texts are in the letters of GSM-7 whatever main.yaml says of them.
    """

    def bare(value: Any) -> Any:
        if isinstance(value, LocalisedText):
            texts = value.by_language.items()
            return LocalisedText({code: _text(one, code in relettered) for code, one in texts})
        if isinstance(value, Accepts):
            own_calendar = value.ethiopic if value.ethiopic != release.ethiopic else frozenset()
            return replace(value, currency="", ethiopic=own_calendar, from_six=frozenset())
        if isinstance(value, Mapping):
            return {key: bare(each) for key, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type | Condition):
            return replace(
                value, **{each.name: bare(getattr(value, each.name)) for each in fields(value)}
            )
        return value

    return replace(release, **{name: bare(getattr(release, name)) for name in _PARTS})


def _text(template: Template, relettered: bool) -> Template:
    pieces = (
        transliterated(piece) if relettered and not place % 2 else piece
        for place, piece in enumerate(template.pieces)
    )
    filters = (
        each and replace(each, language="", currency="", ethiopic=False, from_six=False)
        for each in template.filters
    )
    return Template(tuple(pieces), tuple(filters))

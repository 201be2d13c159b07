"""What a broadcast would come to: counted before anything is sent, and never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.domain.telecom.segments import parts_for_unicode, segment
from gateway.domain.text.gsm7 import Encoding

#: More foreign characters than these are a script of its own, not a slip of the keyboard.
FEW_CHARACTERS = 5


@dataclass(slots=True)
class OfLanguage:
    """What goes out in one language.

    `segments` are those of all recipients, `most` those of the longest text. `unicode` counts the
    texts that travel in 16 bits a character, `plain` the segments were it not for that.
    `characters` are what keeps them out of GSM-7.
    """

    recipients: int = 0
    segments: int = 0
    most: int = 0
    unicode: int = 0
    plain: int = 0
    characters: str = ""

    def add(self, text: str, number: int = 1) -> None:
        """Counts a text that so many recipients get."""
        cut = segment(text)
        parts = len(cut.parts)
        self.recipients += number
        self.segments += parts * number
        self.most = max(self.most, parts)
        if cut.encoding is Encoding.UCS2:
            self.unicode += number
            self.characters = "".join(dict.fromkeys(self.characters + cut.offending))
        self.plain += (parts - (parts_for_unicode(text, cut) or 0)) * number

    @property
    def dearer_by(self) -> int:
        """Returns by how many segments a few foreign characters make it dearer; 0 for a script."""
        return self.segments - self.plain if len(self.characters) <= FEW_CHARACTERS else 0


@dataclass(slots=True)
class Estimate:
    """Who would get it, by language, and who is left out and why.

    `instead` counts by their own language those who get the fallback's text. `unknown_districts`
    are those for which nobody has subscribed. `despite_stop` are the recipients who have said STOP:
    of an emergency alone.
    """

    languages: dict[str, OfLanguage] = field(default_factory=dict)
    instead: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    unknown_districts: tuple[str, ...] = ()
    despite_stop: int = 0

    @property
    def recipients(self) -> int:
        """Returns how many would be written to."""
        return sum(each.recipients for each in self.languages.values())

    @property
    def segments(self) -> int:
        """Returns how many segments that takes."""
        return sum(each.segments for each in self.languages.values())

    def add(self, language: str, text: str, own: str, number: int = 1) -> None:
        """Counts recipients of a text; `own` is the language that they read."""
        self.languages.setdefault(language, OfLanguage()).add(text, number)
        if own != language:
            self.instead[own or "unknown"] += number

    def to_plain(self) -> Mapping[str, Any]:
        """Returns it as JSON has it; no text of it."""
        return {
            "recipients": self.recipients,
            "segments": self.segments,
            "languages": {
                name: {
                    "recipients": each.recipients,
                    "segments": each.segments,
                    "segments_each_at_most": each.most,
                    "unicode": each.unicode,
                    "segments_without_unicode": each.plain,
                    "unicode_characters": each.characters if each.dearer_by else "",
                }
                for name, each in sorted(self.languages.items())
            },
            "instead": dict(sorted(self.instead.items())),
            "left_out": dict(sorted(self.left_out.items())),
            "unknown_districts": list(self.unknown_districts),
            "despite_stop": self.despite_stop,
        }

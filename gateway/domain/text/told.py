"""What happened, moment by moment, as a sentence and the values in it: so it can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What happened `at` a moment: a sentence with places such as `%(why)s`, and what fills them.

    What is `translated` fills them, too: words of the gateway, which have translations of their
    own.

    >>> print(Told(datetime(2026, 11, 30), "Ended: %(why)s.", translated={"why": "too late"}))
    Ended: too late.
    """

    at: datetime
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    translated: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Returns the sentence in English."""
        filling = {**self.values, **self.translated}
        return self.sentence % filling if filling else self.sentence

"""Who a broadcast is for."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Source(enum.StrEnum):
    """Where the recipients come from.

    `TOPIC`: who wants to be told of a topic, of some districts of it where these are named.
    `INSTITUTION`: who wants to be told of anything by an institution. `LIST`: an uploaded list.
    """

    TOPIC = "topic"
    INSTITUTION = "institution"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A source, narrowed to districts and languages where any are named.

    `topic` is the topic whose subscribers are meant. A district is the scope of a subscription, as
    the service that subscribes writes it.
    """

    source: Source
    topic: str = ""
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for what means nobody."""
        if self.source is Source.TOPIC and not self.topic:
            raise ValueError("An audience by topic names its topic.")
        if self.districts and self.source is not Source.TOPIC:
            raise ValueError("Districts narrow the audience of a topic; name its topic as well.")

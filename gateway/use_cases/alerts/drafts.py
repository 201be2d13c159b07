"""The broadcast that a warning becomes, in the languages that the menu speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.domain.alerts.taken import TakenAlert
from gateway.domain.alerts.warning import PublicWarning
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import NewBroadcast
from gateway.use_cases.ports import Releases


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """Words broadcasts to the subscribers of `topic`, by their districts."""

    topic: str
    releases: Callable[[], Releases]

    def of(
        self, taken: TakenAlert, warning: PublicWarning, key: str, by: str
    ) -> NewBroadcast | None:
        """Returns the draft; None where no text of it is in a language of the menu.

        `key` makes it exactly one. Who reads none of its languages gets the deployment's first one
        that it has.
        """
        languages = self.releases().current().languages
        texts = {code: warning.texts[code] for code in languages if warning.texts.get(code)}
        if not texts:
            return None
        return NewBroadcast(
            key=key,
            institution=taken.institution,
            topic=self.topic,
            title=warning.event,
            audience=Audience(
                source=Source.TOPIC, topic=self.topic, districts=tuple(warning.districts)
            ),
            texts=texts,
            fallback=next(iter(texts)),
            lane=warning.lane,
            valid_until=warning.valid_until,
            created_by=by,
        )

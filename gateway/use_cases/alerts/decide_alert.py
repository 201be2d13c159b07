"""Decide about a public warning that nobody but a person can place or word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.alerts.alert import AlertName
from gateway.domain.alerts.taken import TakenAlert
from gateway.domain.alerts.warning import PublicWarning
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.use_cases.alerts.drafts import Drafts
from gateway.use_cases.alerts.take_alert import TakeAlert, no_such_alert
from gateway.use_cases.broadcast.draft_broadcast import DraftBroadcast, no_such_language
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.sms.alerts import Alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAlert:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable."""

    take: TakeAlert
    alerts: Alerts
    authorise: Authorise
    drafts: Drafts
    draft_broadcast: DraftBroadcast
    clock: Clock

    def bring(self, source: str, octets: bytes, file: str, by: str) -> TakenAlert:
        """Takes in a document for its source; raises as TakeAlert does."""
        actor = self.authorise(by, self.take.sources[source].institution, Act.BROADCAST)
        return self.take(source, octets, file, actor.name)

    def newest(self, institution: str, limit: int, by: str, skip: int = 0) -> Sequence[TakenAlert]:
        """Returns the alerts that somebody may see, newest first, without the first `skip`."""
        asked = {institution} if institution else ()
        reach = self.authorise.within(by, asked, Act.READ)
        return self.alerts.newest(reach.institutions, limit, skip)

    def one(self, id: int, by: str) -> TakenAlert:
        """Returns an alert; raises NotThere when there is none."""
        self.authorise.reach(by, Act.READ)  # before it tells what there is
        taken = self.alerts.find(id)
        if taken is None:
            raise no_such_alert(id)
        self.authorise.over(by, taken.institution, Act.READ, no_such_alert(id))
        return taken

    def unknown_to(self, taken: TakenAlert) -> Sequence[AlertName]:
        """Returns the alerts that one refers to and that its source never brought here."""
        return [name for name in taken.references if self.alerts.named(taken.source, name) is None]

    def why_it_waits(self, warning: PublicWarning) -> Sequence[str]:
        """Returns why a warning waits for a person."""
        if warning.doubts:
            return warning.doubts
        languages = self.drafts.releases().current().languages
        if not any(warning.texts.get(code) for code in languages):
            return [
                Sentence(
                    "None of its texts is in a language of the menu: %(languages)s.",
                    languages=", ".join(languages),
                )
            ]
        return [Sentence("It was refused as a broadcast. Draft it, and read why.")]

    def draft(
        self,
        id: int,
        place: int,
        districts: Sequence[str] | None,
        texts: Mapping[str, str],
        by: str,
    ) -> TakenAlert:
        """Makes a broadcast of a warning; `place` counts from 0.

        Districts stand in for those of the alert unless they are None, and texts for those in the
        same language; a text that is given empty is left out. Raises Refused, which says what is
        still open.
        """
        taken = self.one(id, by)
        if not 0 <= place < len(taken.reading.warnings):
            number = len(taken.reading.warnings)
            raise Refused(
                Sentence(
                    "Alert %(id)s has %(number)s warnings.",
                    singular="Alert %(id)s has %(number)s warning.",
                    id=id,
                    number=number,
                    by_command="See: gateway alerts show %(id)s",
                )
            )
        if place in taken.drafts:
            raise Refused(
                Sentence(
                    "That warning is broadcast %(id)s already.",
                    id=taken.drafts[place],
                    by_command="See: gateway broadcast show %(id)s",
                )
            )
        if place not in taken.waits:
            raise Refused(Sentence("Alert %(id)s was updated or cancelled by a later one.", id=id))
        languages = self.drafts.releases().current().languages
        for code in texts:
            if code not in languages:
                raise Refused(no_such_language(code, languages))
        warning = taken.reading.warnings[place]
        said = replace(
            warning,
            districts=warning.districts if districts is None else tuple(districts),
            texts={code: text for code, text in {**warning.texts, **texts}.items() if text},
        )
        if not said.districts:
            raise Refused(
                Sentence(
                    "Nobody knows which districts it is for. Name them.",
                    by_command="Each is --district NAME.",
                )
            )
        new = self.drafts.of(taken, said, f"alert {id} {place}", by)
        if new is None:
            raise Refused(
                Sentence(
                    "It has no text in a language of the menu. Write one.",
                    by_command="It is --text CODE=TEXT.",
                )
            )
        broadcast = self.draft_broadcast(new)
        self.alerts.drafted(id, place, broadcast.id, self.clock.now())
        self.take.tell_left_out(id)
        return self.one(id, by)

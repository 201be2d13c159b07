"""Draft a broadcast: what it says, to whom, until when. Nothing is sent by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.domain.broadcast.audience import Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.estimate import OfLanguage
from gateway.domain.broadcast.wording import DISTRICT, Wording
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS, Channel
from gateway.use_cases.broadcast.act_on import Acting
from gateway.use_cases.broadcast.its_own import not_its_channel, not_its_topic
from gateway.use_cases.broadcast.wording_members import Words
from gateway.use_cases.institutions.known_institutions import KnownInstitutions
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sms.broadcasts import Broadcasts


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBroadcast:
    """The use case, with the ports it needs: the one door by which a broadcast comes to be."""

    known: KnownInstitutions
    broadcasts: Broadcasts
    releases: Callable[[], Releases]
    channels: Mapping[str, Channel]
    acting: Acting
    clock: Clock

    def __call__(self, new: NewBroadcast) -> Broadcast:
        """Returns the draft, or the one that was drafted with the same key before.

        Raises NotAllowed, and Refused, which says what to write instead.
        """
        return self._drafted(new, self.acting.may(new.created_by, new.institution, Act.BROADCAST))

    def for_source(self, new: NewBroadcast) -> Broadcast:
        """Returns the draft of what a proven source of warnings says; `created_by` names it.

        It has no role: people check what it drafts, and let it go out. Raises Refused.
        """
        return self._drafted(new, new.created_by)

    def look(self, new: NewBroadcast) -> Mapping[str, OfLanguage]:
        """Returns what each text takes, sent once, by its language; nothing is stored.

        A value that a list would give is shown by its name. Raises as to draft it would.
        """
        self.acting.may(new.created_by, new.institution, Act.BROADCAST)
        words = Words(self._sound(new), self.releases().current(), self.channels)
        found = {language: OfLanguage() for language in words.wording.texts}
        for language, each in found.items():
            each.add(words.named(language))
        return found

    def _drafted(self, new: NewBroadcast, actor: str) -> Broadcast:
        new = self._sound(new)

        def noted(id: int) -> AuditEntry:
            what = f"broadcast {id} drafted"
            return self.acting.entry(actor, new.institution, Act.BROADCAST, what)

        draft = replace(new, created_by=actor)
        return self.acting.found(self.broadcasts.draft(draft, self.clock.now(), noted))

    def _sound(self, new: NewBroadcast) -> NewBroadcast:
        """Returns it held to its institution's own; raises Refused for what cannot be drafted."""
        wording = _compiled(new)
        new = self._held_to_its_own(new)
        self._refuse_unknown(new, wording)
        if new.valid_until is not None and new.valid_until <= self.clock.now():
            raise Refused(
                Sentence(
                    "What it says would hold no longer already. Give a later end.",
                    by_command="It is --valid-until.",
                )
            )
        return new

    def _held_to_its_own(self, new: NewBroadcast) -> NewBroadcast:
        """Returns it on a channel of its institution's own, where that may use some only.

        Raises Refused for a topic or a channel that was not set to be its institution's.
        """
        name = new.institution or self.known.own
        self.known.check(name)
        found = self.known.institutions.find(name)
        if found is None:
            return new
        if not new.channel and found.channels:
            new = replace(new, channel=found.channels[0])
        why = not_its_topic(found, new.topic) or not_its_channel(found, new.channel)
        if why:
            raise Refused(why)
        return new

    def _refuse_unknown(self, new: NewBroadcast, wording: Wording) -> None:
        release = self.releases().current()
        for language in (*wording.texts, *new.audience.languages):
            if language not in release.languages:
                raise Refused(no_such_language(language, release.languages))
        if new.channel and new.channel not in self.channels:
            told = Sentence("There is no channel '%(name)s'.", name=new.channel)
            told += did_you_mean(new.channel, self.channels)
            raise Refused(told)
        if not any(each.sends for each in self.channels.values()):
            raise Refused(NO_CHANNEL_SENDS)
        is_listed = new.audience.source is Source.LIST
        known = {DISTRICT} if new.audience.districts else set()
        unknown = [name for name in wording.names if not is_listed and name not in known]
        if unknown:
            raise Refused(
                Sentence(
                    "The text has {%(name)s}, and only a list has columns. Give a list, or write "
                    "the value itself.",
                    name=unknown[0],
                    by_command="A list is --list FILE.",
                )
            )


def _compiled(new: NewBroadcast) -> Wording:
    if not new.title.strip():
        raise Refused(Sentence("A broadcast needs a title, by which people know it."))
    if not new.topic:
        raise Refused(Sentence("A broadcast needs a topic, which its recipients can stop."))
    try:
        return Wording.compile(new.texts, new.fallback)
    except ValueError as error:
        raise Refused(*error.args) from None


def no_such_language(language: str, languages: Iterable[str]) -> Sentence:
    """Returns what is said of a language that the menu does not have."""
    return (
        Sentence("The menu has no language '%(language)s'.", language=language)
        + did_you_mean(language, languages)
        + Sentence(" It has: %(languages)s.", languages=", ".join(languages))
    )

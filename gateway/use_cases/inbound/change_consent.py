"""Change what a subscriber agreed to, as their text asks: STOP and START, of all or of a topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from gateway.domain.commands.courtesy import MOST_WORDS, folded_words
from gateway.domain.commands.keywords import says_yes
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.inbound.topic_names import (
    NamedTopics,
    institution_of,
    places_behind,
    title_of,
    topic_among,
    topics_behind,
)
from gateway.domain.menu.release import Release
from gateway.domain.telecom.consent import (
    EVERYTHING,
    ConsentState,
    TopicConsents,
    has_stopped_all,
    is_of_all,
    is_stopped,
)
from gateway.domain.telecom.sms import Purpose
from gateway.use_cases.inbound.sms_replies import SmsReplies
from gateway.use_cases.ports import (
    Clock,
    ConsentChange,
    Consents,
    Conversation,
    Routed,
    StoredInbound,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeConsent:
    """The decisions about consent; nothing is stored here."""

    consents: Consents
    replies: SmsReplies
    clock: Clock

    def meant(self, release: Release, stored: StoredInbound, wanted: Read, talking: bool) -> Read:
        """Returns what STOP and START ask for at this moment.

        START of somebody who has stopped nothing takes nothing back: it begins, as a greeting does.
        A YES is then an answer to nobody's question, and within a dialogue always one to it.
        """
        if wanted.opening is not Opening.START or stored.sms.opt_out:
            return wanted
        said_yes = says_yes(release, stored.sms.text)
        if said_yes and talking:
            return Read(Opening.UNKNOWN)  # what was asked is nearer than a STOP of long ago
        everything = self.consents.of(stored.sms.subscriber).get(EVERYTHING)
        if everything is not None and everything.state is ConsentState.OPTED_OUT:
            return wanted
        return Read(Opening.UNKNOWN) if said_yes else replace(wanted, opening=Opening.MENU)

    def of_everything(self, stored: StoredInbound, wanted: Read, before: Conversation) -> Routed:
        """Returns what becomes of STOP or START alone: it ends the dialogue, too.

        STOP is confirmed once, and then met with silence; so is what the provider has answered.
        """
        subscriber = stored.sms.subscriber
        stop = wanted.opening is Opening.STOP
        change = ConsentChange(
            subscriber=subscriber,
            topic=EVERYTHING,
            state=ConsentState.OPTED_OUT if stop else ConsentState.OPTED_IN,
            source=f"sms {wanted.opening.value}",
            channel=stored.channel,
            words=stored.sms.text,
        )
        stopped = has_stopped_all(self.consents.of(subscriber))
        answered_elsewhere = bool(stored.sms.opt_out)
        silent = answered_elsewhere or (stop and stopped)
        said = "stopped" if stop else "started"
        return Routed(
            inbound_id=stored.id,
            replies=() if silent else (self.replies.say(stored, Purpose.CONSENT, said, wanted),),
            consents=(change,),
            language_used=before.language if before.session else "",
            conversation=Conversation(None, before.version),
            conversation_expires_at=self.clock.now(),
            outcome=wanted.opening.value,
        )

    def of_topics(self, release: Release, stored: StoredInbound) -> Routed | None:
        """Returns what becomes of STOP or START with the name of a topic, or of an institution.

        Only of topics that the subscriber has to do with, be it that they were sent an SMS of it
        unasked, and of those that are no service: nobody asks for what is said of a case, and yet
        it can be stopped. An institution is stopped whole,
        with what it will write about later. STOP with a place ends the news of that place. None for
        every other text.
        """
        text, reserved = stored.sms.text, release.reserved
        words = folded_words(text.split(maxsplit=MOST_WORDS)) or ()
        if (reserved.stop | reserved.start).isdisjoint(words):
            return None
        said = self.consents.of(stored.sms.subscriber)
        spoken_of = said.keys() - {EVERYTHING}
        of_topics = [topic for topic in spoken_of if not is_of_all(topic)]
        unasked = self.consents.written_about(stored.sms.subscriber)
        wrote = {topic: writer for writer, topics in unasked.items() for topic in topics}
        to_stop = {*of_topics, *release.topics, *wrote} - {EVERYTHING}
        named = topics_behind(release, reserved.stop, text, to_stop, unasked)
        if named is not None:
            return self._change(stored, said, named, ConsentState.OPTED_OUT, wrote)
        ended = self._end_places(release, stored, said)
        if ended is not None:
            return ended
        refused = [topic for topic in of_topics if self._is_stopped(release, topic, said)]
        refused += [topic for topic in spoken_of if is_of_all(topic) and is_stopped(topic, said)]
        named = topics_behind(release, reserved.start, text, refused)
        if named is None:
            return None
        return self._change(stored, said, named, ConsentState.OPTED_IN)

    def still_gets(self, release: Release, stored: StoredInbound) -> Routed | None:
        """Returns what is said of STOP with a topic and more that they do not get: what they do.

        Such is `STOP warnings Sorindo` of whoever gets those of Mbale. Nothing is changed. None for
        other texts, and for topics of which nothing comes.
        """
        words = folded_words(stored.sms.text.split(maxsplit=MOST_WORDS)) or ()
        if release.reserved.stop.isdisjoint(words):
            return None
        said = self.consents.of(stored.sms.subscriber)
        mine = self.consents.subscribed(stored.sms.subscriber)
        gets = [
            topic
            for topic in {*said, *(topic for topic, _ in mine)} - {EVERYTHING}
            if not self._is_stopped(release, topic, said)
        ]
        topic = topic_among(release, release.reserved.stop, stored.sms.text, gets)
        if topic is None:
            return None
        language = self.replies.language(stored)
        called = NamedTopics((topic,), title_of(release, topic)).called(language)
        name = ", ".join([called, *(place for each, place in mine if each == topic and place)])
        reply = self.replies.say(stored, Purpose.CONSENT, "still_get", topic=name)
        return Routed(inbound_id=stored.id, replies=(reply,), outcome="still_get")

    def _end_places(
        self, release: Release, stored: StoredInbound, said: TopicConsents
    ) -> Routed | None:
        """Returns what becomes of STOP with a place, such as a district; None for other texts.

        Whoever has no other place of a topic is in no more of it: the topic is stopped, and kept
        for START.
        """
        text, subscriber = stored.sms.text, stored.sms.subscriber
        mine = self.consents.subscribed(subscriber)
        named = places_behind(release, release.reserved.stop, text, mine)
        if not named:
            return None
        language = self.replies.language(stored)
        changes, names = list[ConsentChange](), list[str]()
        for topic in dict.fromkeys(topic for topic, _ in named):
            called = NamedTopics((topic,), title_of(release, topic)).called(language)
            ended = [place for each, place in named if each == topic]
            whole = len(ended) == sum(each == topic for each, _ in mine)
            names += [called] if whole else [f"{called}, {place}" for place in ended]
            places = [""] if whole else ended
            changes += [
                self._word(stored, release, topic, ConsentState.OPTED_OUT, place=place)
                for place in places
            ]
        told_before = all(self._is_stopped(release, each.topic, said) for each in changes)
        return self._changed(stored, changes, "; ".join(names), silent=told_before)

    def _is_stopped(self, release: Release, topic: str, said: TopicConsents) -> bool:
        return is_stopped(topic, said, institution_of(release, topic))

    def _change(
        self,
        stored: StoredInbound,
        said: TopicConsents,
        named: NamedTopics,
        state: ConsentState,
        wrote: Mapping[str, str] = MappingProxyType({}),
    ) -> Routed:
        release = self.replies.releases.current()
        changes = [
            self._word(stored, release, topic, state, writer=wrote.get(topic, ""))
            for topic in named.topics
        ]
        told_before = state is ConsentState.OPTED_OUT and all(
            self._is_stopped(release, each, said) for each in named.topics
        )
        name = named.called(self.replies.language(stored))
        return self._changed(stored, changes, name, silent=told_before)

    def _word(
        self,
        stored: StoredInbound,
        release: Release,
        topic: str,
        state: ConsentState,
        *,
        place: str = "",
        writer: str = "",
    ) -> ConsentChange:
        """Returns what a text says of a topic; `writer` is whose it is where no menu names it."""
        source = Opening.STOP if state is ConsentState.OPTED_OUT else Opening.START
        return ConsentChange(
            subscriber=stored.sms.subscriber,
            topic=topic,
            state=state,
            source=f"sms {source.value}",
            institution=institution_of(release, topic) or writer,
            channel=stored.channel,
            words=stored.sms.text,
            place=place,
        )

    def _changed(
        self, stored: StoredInbound, changes: Sequence[ConsentChange], name: str, *, silent: bool
    ) -> Routed:
        stops = changes[0].state is ConsentState.OPTED_OUT
        phrase = "stopped_topic" if stops else "started_topic"
        reply = self.replies.say(stored, Purpose.CONSENT, phrase, topic=name)
        return Routed(
            inbound_id=stored.id,
            replies=() if silent else (reply,),
            consents=changes,
            outcome=phrase,
        )

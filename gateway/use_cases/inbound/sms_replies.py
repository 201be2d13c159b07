"""Word the replies to MOs that no dialogue gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.domain.commands.openings import Opening, Read
from gateway.domain.dialogue.scope import unsent
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.dialogue.session import Session
from gateway.domain.inbound.text_language import language_of_text
from gateway.domain.menu.release import Release
from gateway.domain.menu_checks.ways.graph import services_from_home
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.domain.text.phrases import worded_for
from gateway.use_cases.ports import Conversation, Languages, Releases, Routed, StoredInbound

#: How many letters of keywords the phrase `help` may hold.
_KEYWORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsReplies:
    """The gateway's own sentences in the language of whoever texted.

    `talked` is the dialogue with them so far.
    """

    releases: Releases
    subscribers: Languages
    talked: Conversation

    def language(self, stored: StoredInbound, wanted: Read | None = None) -> str:
        """Returns the language to answer in.

        A service's keyword tells it; otherwise it is that of the dialogue that goes on, the one
        that the subscriber chose or last used, that of a dialogue that has lapsed, of the
        reserved word that was sent, or of the words of the text, or the default. A word for the
        menu counts more than a dialogue: who greets in another language goes on in that.
        """
        release = self.releases.current()
        of_word = wanted.language if wanted else ""
        if of_word and wanted and wanted.opening is Opening.SERVICE:
            return of_word
        greets = wanted is not None and wanted.opening is Opening.MENU
        going_on = self.talked.language if self.talked.session is not None and not greets else ""
        if going_on in release.languages:
            return going_on
        known = self.subscribers.language(stored.sms.subscriber)
        talked = self.talked.language
        found = (known, of_word, talked) if greets else (known, talked, of_word)
        spoken = (language for language in found if language in release.languages)
        of_text = next(spoken, "") or language_of_text(release, stored.sms.text)
        return of_text or release.default_language

    def say(
        self,
        stored: StoredInbound,
        purpose: Purpose,
        name: str,
        wanted: Read | None = None,
        **values: str,
    ) -> NewSms:
        """Returns one of the gateway's own sentences as the reply."""
        language = self.language(stored, wanted)
        text = sentence(self.releases.current(), language, name, values)
        return reply_to(stored, text, purpose, language, name)

    def leaving(self, before: Conversation, after: Session | None, routed: Routed) -> Routed:
        """Returns what routing came to, led by what is not stored of a dialogue that it leaves.

        `after` is the dialogue that is led from now on; None when there is none. A dialogue that
        has expired is left by whatever comes next.
        """
        session = before.session or before.lapsed
        release = self.releases.find(session.release) if session else None
        if session is None or release is None or not routed.replies:
            return routed
        if after is not None and (after.written or _service_of(after) == _service_of(session)):
            return routed
        missing = unsent(release, session)
        if missing is None:
            return routed
        told = sentence(release, session.language, missing.phrase, missing.values)
        first, *others = routed.replies
        if first.text.startswith(told):
            return routed  # the key for home has said so
        first = first._replace(text=f"{told}\n{first.text}")
        return replace(routed, replies=(first, *others))

    def say_how(
        self, stored: StoredInbound, channel: Channel, name: str, wanted: Read | None = None
    ) -> NewSms:
        """Returns a sentence that names the service code, if the channel has one, and keywords.

        There are as many as one segment has room for; where it has none, as the phrase may hold.
        """
        release, language = self.releases.current(), self.language(stored, wanted)
        code = channel.service_code or ""
        name = worded_for(code, name)
        most = _first_keywords(release, language)
        texts = [
            sentence(release, language, name, {"service_code": code, "keywords": ", ".join(words)})
            for words in (most[:count] for count in range(len(most), 0, -1))
        ] or [sentence(release, language, name, {"service_code": code, "keywords": ""})]
        fitting = (text for text in texts if len(segment(text).parts) == 1)
        return reply_to(stored, next(fitting, texts[0]), Purpose.REPLY, language, name)


def _service_of(session: Session) -> str:
    return session.at.partition(".")[0]


def reply_to(
    stored: StoredInbound, text: str, purpose: Purpose, language: str = "", worded_by: str = ""
) -> NewSms:
    """Returns the answer to an MO: from the address that was texted, with its link id.

    `worded_by` is the screen or the sentence of the menu that it is.
    """
    return NewSms(
        channel=stored.channel,
        subscriber=stored.sms.subscriber,
        text=text,
        lane=Lane.REPLY,
        purpose=purpose,
        key=f"mo-{stored.id}",
        sender=stored.sms.to,
        link_id=stored.sms.link_id,
        in_reply_to=stored.id,
        template_id=worded_by,
        language=language,
    )


def _first_keywords(release: Release, language: str) -> list[str]:
    """Returns the first keyword of each service in a language, as many as the phrase may hold.

    They come as on the home screen, where what is asked for most stands first.
    """
    services = (release.services[id] for id in services_from_home(release))
    words = [each.keywords[language][0] for each in services if each.keywords.get(language)]
    while len(", ".join(words)) > _KEYWORDS:
        words.pop()
    return words

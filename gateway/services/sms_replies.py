"""Word the replies to MOs that no dialogue gives."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.channel import Channel
from gateway.domain.menu import Release
from gateway.domain.rendering import phrase
from gateway.domain.sms import Lane, NewSms, Purpose
from gateway.services.ports import Releases, StoredInbound, Subscribers

#: How many letters of keywords the phrase `help` may hold.
_KEYWORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsReplies:
    """The gateway's own sentences in the language of whoever texted."""

    releases: Releases
    subscribers: Subscribers

    def language(self, stored: StoredInbound) -> str:
        """Returns the language the subscriber chose, or the default."""
        release = self.releases.current()
        chosen = self.subscribers.language(stored.sms.msisdn)
        return chosen if chosen in release.languages else release.default_language

    def say(self, stored: StoredInbound, purpose: Purpose, name: str, **values: str) -> NewSms:
        """Returns one of the gateway's own sentences as the reply."""
        text = phrase(self.releases.current(), self.language(stored), name, values)
        return reply_to(stored, text, purpose)

    def say_how(self, stored: StoredInbound, channel: Channel, name: str) -> NewSms:
        """Returns a sentence that names the service code and some of the keywords."""
        keywords = _some_keywords(self.releases.current(), self.language(stored))
        code = channel.service_code or channel.address or ""
        return self.say(stored, Purpose.REPLY, name, service_code=code, keywords=keywords)


def reply_to(stored: StoredInbound, text: str, purpose: Purpose) -> NewSms:
    """Returns the answer to an MO: from the address that was texted, with its link id."""
    return NewSms(
        channel=stored.channel,
        msisdn=stored.sms.msisdn,
        text=text,
        lane=Lane.REPLY,
        purpose=purpose,
        key=f"mo-{stored.id}",
        sender=stored.sms.to,
        link_id=stored.sms.link_id,
        in_reply_to=stored.id,
    )


def _some_keywords(release: Release, language: str) -> str:
    """Returns the first keyword of each service in a language, as many as the phrase may hold."""
    words = [service.keywords[language][0] for service in release.services.values()
             if service.keywords.get(language)]  # fmt: skip
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if len(longer) > _KEYWORDS:
            break
        text = longer
    return text

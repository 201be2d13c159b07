"""Word a broadcast for its recipients, and say who of them cannot be written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.wording import Wording
from gateway.domain.dialogue.screen_rendering import lettered
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel, channel_to_send
from gateway.use_cases.ports.sms.broadcasts import Member

#: Why somebody of an audience is not written to.
STOPPED, UNREACHABLE, OTHER_LANGUAGE, UNREADABLE = (
    "stopped",
    "unreachable",
    "other_language",
    "unreadable",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A recipient with the text they get, in which language, and on which channel."""

    member: Member
    language: str
    text: str = field(repr=False)
    channel: str


class Words:
    """The texts of one broadcast, in the letters in which a release shows them."""

    def __init__(
        self, broadcast: Broadcast | NewBroadcast, release: Release, channels: Mapping[str, Channel]
    ) -> None:
        """Raises ValueError for texts that cannot be compiled: a draft's always can."""
        wording = Wording.compile(broadcast.texts, broadcast.fallback)
        self.wording = wording
        self._release = release
        self._channels = channels
        self._broadcast = broadcast
        self._spares_stopped = not (isinstance(broadcast, Broadcast) and broadcast.is_emergency)
        self._texts = {
            language: text.written_in(
                language,
                release.currency,
                language in release.ethiopic,
                language in release.from_six,
            )
            for language, text in wording.texts.items()
        }
        self._plain = {
            language: lettered(release, language, text.fill({}))
            for language, text in self._texts.items()
            if not text.names
        }

    @property
    def service(self) -> str:
        """Returns the service whose topic it is about; empty where the topic is no service's."""
        topic = self._broadcast.topic
        return topic if topic in self._release.services else ""

    def text(self, language: str, values: Mapping[str, str]) -> str:
        """Returns the text in a language, with values in it."""
        plain = self._plain.get(language)
        if plain is not None:
            return plain
        return lettered(self._release, language, self._texts[language].fill(values))

    def named(self, language: str) -> str:
        """Returns the text in a language, with each value of a list shown by its name."""
        return self.text(language, {name: name.upper() for name in self.wording.names})

    def of(self, members: Iterable[Member], left_out: Counter[str]) -> Iterator[Worded]:
        """Yields each recipient who can be written to; counts the others by reason."""
        languages = self._broadcast.audience.languages
        for member in members:
            if languages and member.language not in languages:
                left_out[OTHER_LANGUAGE] += 1
                continue
            if member.stopped and self._spares_stopped:
                left_out[STOPPED] += 1
                continue
            channel = channel_to_send(self._channels, self._broadcast.channel, member.subscriber)
            if channel is None:
                left_out[UNREACHABLE] += 1
                continue
            language = self.wording.language_for(member.language)
            text = self.text(language, member.values)
            yield Worded(member=member, language=language, text=text, channel=channel.name)

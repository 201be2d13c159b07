"""Read one MO: decide what it asks for and lead the dialogue it opens or goes on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from gateway.domain.dialogue.answer_splitting import names_a_line, take_words
from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.dialogue.keywords import Opening, Read, bare_number, read
from gateway.domain.dialogue.screen_rendering import Shown, closing
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.sms_rendering import show_sms
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls

#: A handler may take its time for an SMS; nobody holds a phone to the ear.
HANDLER_SECONDS = 25.0

#: Failures that a texter is told of otherwise than a caller, who has a line to hang up.
_BY_SMS = {"answer_by_sms": "answer_follows"}


@dataclass(frozen=True, slots=True)
class SmsReply:
    """A reply, and the session it leaves open (None when the dialogue is over)."""

    text: str = field(repr=False)
    session: Session | None
    progress: DialogueProgress

    @property
    def shown(self) -> tuple[str, str] | None:
        """Returns the language and the screen that the reply shows; None for a phrase instead."""
        session = self.progress.step.session
        said = self.progress.failure or self.progress.step.event in (Event.GIVEN_UP, Event.LOST)
        return None if said else (session.language, session.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsDialogue:
    """Leads an SMS dialogue; nothing is loaded or stored here."""

    settle_calls: SettleCalls
    seconds_left: Callable[[], float]

    def open(
        self, release: Release, channel: Channel, party: Party, wanted: Read, language: str
    ) -> SmsReply:
        """Returns the reply to a keyword and the words after it, or to a word that opens home.

        `language` is the subscriber's; the keyword of a service counts more.
        """
        spoken = wanted.language if wanted.service and wanted.language else language
        step = begin(release, spoken, wanted.service)
        words = wanted.words
        if names_a_line(release, step.session, wanted.keyword, words):
            words = (wanted.keyword, *words)
        return self._take(release, channel, party, step, words)

    def go_on(
        self,
        release: Release,
        newest: Release,
        channel: Channel,
        party: Party,
        session: Session,
        text: str,
    ) -> SmsReply:
        """Returns the reply to a text within an open dialogue, which goes on in its own release.

        The text is one answer. When it is refused and begins with a keyword of the newest release,
        that service is opened instead; otherwise its words are tried as several answers.
        """
        whole = self._take(
            release, channel, party, self._advance(release, channel, session, text), ()
        )
        if whole.progress.step.event not in (Event.REFUSED, Event.GIVEN_UP):
            return whole
        wanted = read(newest, text)
        if wanted.opening is Opening.SERVICE and not wanted.meant and not _begins_with_number(text):
            return self.open(newest, channel, party, wanted, session.language)
        words = text.split()
        first, rest = (
            take_words(release, session, words, self.settle_calls.today()) if words else ("", ())
        )
        if not rest and first == " ".join(words):
            return whole
        step = self._advance(release, channel, session, first)
        told = whole.progress.step.complaint
        if step.event is Event.REFUSED and told is not None and told.phrase == "no_such_day":
            return whole  # more than its first word tells
        return self._take(release, channel, party, step, rest)

    def go_from(self, release: Release, channel: Channel, party: Party, step: Step) -> SmsReply:
        """Returns what is said after a step, when nobody has texted just now."""
        return self._take(release, channel, party, step, ())

    def _take(
        self,
        release: Release,
        channel: Channel,
        party: Party,
        step: Step,
        words: Sequence[str],
    ) -> SmsReply:
        """Feeds the words as answers; the first that is refused, or missing, becomes the reply."""
        progress = self.settle_calls.settle(
            release, DialogueProgress(step), party, self.seconds_left
        )
        shown = self._show(release, channel, progress)
        while words and not shown.ends and progress.step.event is not Event.REFUSED:
            answer, words = take_words(release, shown.session, words, self.settle_calls.today())
            step = self._advance(release, channel, shown.session, answer)
            progress = self.settle_calls.settle(
                release, replace(progress, step=step), party, self.seconds_left
            )
            shown = self._show(release, channel, progress)
        astray = bool(words) or progress.step.event in (Event.REFUSED, Event.GIVEN_UP)
        if astray and asks_for_secret(release, shown.session.at.partition(".")[0]):
            progress = replace(progress, used_secret=True)
        return SmsReply(shown.text, None if shown.ends else shown.session, progress)

    def _advance(self, release: Release, channel: Channel, session: Session, answer: str) -> Step:
        return advance(release, session, answer, channel.keys, self.settle_calls.today())

    def _show(self, release: Release, channel: Channel, progress: DialogueProgress) -> Shown:
        session = progress.step.session
        if progress.failure:
            values = {"reference": progress.reference}
            return closing(
                release, session, _BY_SMS.get(progress.failure, progress.failure), values
            )
        return show_sms(release, progress.step, channel.keys, channel.service_code or "")


def asks_for_secret(release: Release, service: str) -> bool:
    """Returns whether the service asks for a secret: words that went astray may be one."""
    return any(
        screen.secret and screen.id.startswith(f"{service}.")
        for screen in release.each(InputScreen)
    )


def _begins_with_number(text: str) -> bool:
    """Returns whether the first word is a number: within a dialogue it is no shortcut."""
    return bool(bare_number(text.split()[0]))

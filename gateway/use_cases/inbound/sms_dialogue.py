"""Read one MO: decide what it asks for and lead the dialogue it opens or goes on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gateway.domain.commands.answers_within import Found, answer_within
from gateway.domain.commands.assumed_line import answers_all, assumed_line
from gateway.domain.commands.evidence import Taken, is_answer, is_meant, is_passed_over
from gateway.domain.commands.keywords import bare_number, read
from gateway.domain.commands.keywords_within import first_said, keywords_within
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.dialogue.answer_splitting import (
    begins_with_an_answer,
    names_a_line,
    take_words,
)
from gateway.domain.dialogue.engine import advance, begin, refuse
from gateway.domain.dialogue.option_matching import reads_back, writes_a_record
from gateway.domain.dialogue.screen_rendering import Shown, closing
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.sms_rendering import show_sms
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.inbound.within_dialogue import names_nobody
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.reading.folding import fold
from gateway.domain.reading.small_words import QUESTION_WORDS, SMALL_WORDS, tells
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import dialled_with
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls
from gateway.use_cases.inbound.answer_many import answer_many
from gateway.use_cases.inbound.sms_reply import SmsReply

#: A handler may take its time for an SMS; nobody holds a phone to the ear.
HANDLER_SECONDS = 25.0

#: Failures that a texter is told of otherwise than a caller, who has a line to hang up.
_BY_SMS = {"answer_by_sms": "answer_follows"}


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
        step, words = begun(release, wanted, language)
        reply = self._each(release, channel, party, step, words)
        reply = reply or self._take(release, channel, party, step, words)
        if len(words) == len(wanted.words):
            return reply
        return replace(reply, taken=reply.taken.less_the_keyword())

    def find(
        self, release: Release, channel: Channel, party: Party, text: str, language: str
    ) -> SmsReply | None:
        """Returns the reply to a text with a keyword behind its first word; None for none.

        Nothing is written by a text that turns out not to be meant: it has too few answers for it.
        """
        first, *_ = text.split(None, 1) or [""]
        asks = "?" in text or tells(first) or fold(first) in QUESTION_WORDS
        for candidate in keywords_within(release, text):
            wanted = candidate.read
            reply = self.open(release, channel, party, wanted, language)
            words, service = wanted.words, wanted.service
            if is_meant(release, service, words, reply.taken, candidate.before, asks=asks):
                return reply
        return None

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

        The text is one answer, to the question that was asked. When it is refused, but begins with
        what the screen asks for, that is taken, and the words left over answer nothing: whoever
        wrote them has not seen the next question. When it begins with a keyword of the newest
        release instead, that service is opened.
        """
        today = self.settle_calls.today()
        if names_nobody(release, session, text):
            step = refuse(session, Complaint("name_wrong"))
            return self._take(release, channel, party, step, ())
        words = text.split()
        many = self._each(release, channel, party, Step(session, Event.SHOWN), words)
        if many is not None and all(fold(word) in SMALL_WORDS for word in many.taken.left):
            return many
        step = self._advance(release, channel, session, text)
        if step.event not in (Event.REFUSED, Event.GIVEN_UP) or not words:
            return self._take(release, channel, party, step, ())
        if begins_with_an_answer(release, session, words, today):
            first, _ = take_words(release, session, words, today)
            taken = self._advance(release, channel, session, first)
            if writes_a_record(release, taken):  # "yes, but the name is wrong" is no yes
                return self._take(release, channel, party, step, (), astray=True)
            return self._take(release, channel, party, taken, (), astray=True)
        wanted = read(newest, text)
        if opens_a_service(wanted, text):
            return self.open(newest, channel, party, wanted, session.language)
        among = self._among(release, newest, channel, party, session, text)
        return among or self._take(release, channel, party, step, ())

    def _each(
        self,
        release: Release,
        channel: Channel,
        party: Party,
        step: Step,
        words: Sequence[str],
    ) -> SmsReply | None:
        """Returns the reply to several values of the question of a step; None where it has one."""

        def lead(progress: DialogueProgress, value: str, others: Sequence[str]) -> SmsReply:
            given = self._advance(release, channel, progress.step.session, value)
            return self._take(release, channel, party, given, others, until_told=True)

        def settle() -> DialogueProgress:
            return self.settle_calls.settle(
                release, DialogueProgress(step), party, self.seconds_left
            )

        return answer_many(release, channel, step.session, words, settle, lead)

    def _among(
        self,
        release: Release,
        newest: Release,
        channel: Channel,
        party: Party,
        session: Session,
        text: str,
    ) -> SmsReply | None:
        """Returns the reply to an answer with other words around it, or to a service in a text.

        A misspelt keyword opens one only if it reads, and the words behind it are sure to answer.
        """
        words = text.split()
        found = answer_within(release, session, words, self.settle_calls.today())
        if found is not None and is_answer(release, session, found):
            step = self._advance(release, channel, session, found.answer)
            if not writes_a_record(release, step):
                given = words if found.within else ()
                return self._take(release, channel, party, step, given, astray=True)
        language, wanted = session.language, read(newest, text)
        if wanted.meant and wanted.service and not newest.services[wanted.service].writes:
            reply = self.open(newest, channel, party, wanted, language)
            if reply.taken.sure:
                return reply
        other = self.find(newest, channel, party, text, language)
        return other if other is not None and other.taken.found else None

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
        *,
        astray: bool = False,
        until_told: bool = False,
    ) -> SmsReply:
        """Feeds the words as answers; the first that is missing becomes the reply.

        Words that fit nothing are passed over once an answer was found among them; where there was
        none, the first of them is refused. None of them is a yes to what is read back first.
        `astray` says that words were left over before. With `until_told` they answer no question
        behind what a call has told: who wrote them has not seen that.
        """
        taken, today = Taken(), self.settle_calls.today()
        known = len(step.session.values)
        progress = self.settle_calls.settle(
            release, DialogueProgress(step), party, self.seconds_left
        )
        shown = self._show(release, channel, progress)
        while words and not shown.ends and progress.step.event is not Event.REFUSED:
            if reads_back(release, shown.session):
                break
            if until_told and len(shown.session.values) > known:
                break
            found = answer_within(release, shown.session, words, today)
            if found is None:
                found = self._assumed(release, party, progress, words)
            if found is None and is_passed_over(release, shown.session, words, taken):
                break
            if found is None:
                at = first_said(words)
                found = Found(words[at], (*words[:at], *words[at + 1 :]))
            words = found.left
            step = self._advance(release, channel, shown.session, found.answer)
            refused = step.event in (Event.REFUSED, Event.GIVEN_UP)
            left = (found.answer, *words) if refused else words
            taken = taken.and_then(found, left, refused=refused)
            progress = self.settle_calls.settle(
                release, progress._replace(step=step), party, self.seconds_left
            )
            shown = self._show(release, channel, progress)
        astray = astray or bool(words) or progress.step.event in (Event.REFUSED, Event.GIVEN_UP)
        if astray and asks_for_secret(release, shown.session.at.partition(".")[0]):
            progress = progress._replace(used_secret=True)
        taken = replace(taken, left=taken.left or tuple(words), ends=shown.ends)
        return SmsReply(shown.text, None if shown.ends else shown.session, progress, taken)

    def _assumed(
        self, release: Release, party: Party, progress: DialogueProgress, words: Sequence[str]
    ) -> Found | None:
        """Returns the line that words mean which name none of a choice, and answer what follows."""
        session, today = progress.step.session, self.settle_calls.today()
        key = assumed_line(release, session)
        if not key:
            return None
        chosen = progress._replace(step=advance(release, session, key))
        following = self.settle_calls.settle(release, chosen, party, self.seconds_left)
        if following.failure or not answers_all(release, following.step, words, today):
            return None
        return Found(key, tuple(words))

    def _advance(self, release: Release, channel: Channel, session: Session, answer: str) -> Step:
        return advance(release, session, answer, channel.keys, self.settle_calls.today())

    def _show(self, release: Release, channel: Channel, progress: DialogueProgress) -> Shown:
        session = progress.step.session
        if progress.failure:
            name = _BY_SMS.get(progress.failure, progress.failure)
            return closing(release, session, name, progress.values)
        if not _may_be_texted(release, session):
            return _told_to_dial(release, channel, session)
        at, code = self.settle_calls.local_time(), channel.service_code or ""
        return show_sms(release, progress.shown, channel.keys, code, at)


def _may_be_texted(release: Release, session: Session) -> bool:
    screen = release.screens.get(session.at)
    return not isinstance(screen, InputScreen) or screen.by_sms


def _told_to_dial(release: Release, channel: Channel, session: Session) -> Shown:
    """Returns what is said in the place of a question whose answer no SMS is to hold."""
    if not channel.service_code:
        return closing(release, session, "secret_at_office")
    dial = dialled_with(channel.service_code, release.service_of(session.at).shortcut)
    return closing(release, session, "secret_dial", {"dial_code": dial})


def begun(release: Release, wanted: Read, language: str) -> tuple[Step, Sequence[str]]:
    """Returns the first step of a service, and the words that answer its questions."""
    spoken = wanted.language if wanted.service and wanted.language else language
    step = begin(release, spoken, wanted.service)
    if names_a_line(release, step.session, wanted.keyword, wanted.words):
        return step, (wanted.keyword, *wanted.words)
    return step, wanted.words


def asks_for_secret(release: Release, service: str) -> bool:
    """Returns whether the service asks for a secret: words that went astray may be one."""
    return any(
        screen.secret and screen.id.startswith(f"{service}.")
        for screen in release.each(InputScreen)
    )


def opens_a_service(wanted: Read, text: str) -> bool:
    """Returns whether a text within a dialogue may be meant for a service by its keyword.

    Nothing is guessed there, and a number is no shortcut.
    """
    exact = wanted.opening is Opening.SERVICE and not wanted.meant
    return exact and not bare_number(text.split()[0])

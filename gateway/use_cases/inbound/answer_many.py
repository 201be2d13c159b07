"""Answer several values of one question that came in one SMS: each by itself, all in one reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.domain.commands.evidence import Taken
from gateway.domain.commands.many_values import ManyValues, many_within, own_question
from gateway.domain.dialogue.screen_rendering import sentence, show, words_of
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.channel import SMS_PAGE, Channel
from gateway.domain.text.numerals import ascii_digits
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress
from gateway.use_cases.inbound.sms_reply import SmsReply

#: Leads the dialogue from its question with one value, and with the words that all of them share.
Lead = Callable[[DialogueProgress, str, Sequence[str]], SmsReply]


def answer_many(
    release: Release,
    channel: Channel,
    session: Session,
    words: Sequence[str],
    settle: Callable[[], DialogueProgress],
    lead: Lead,
) -> SmsReply | None:
    """Returns the reply to several values among the words; None where they are not several.

    `settle` returns how far the dialogue is before them. It is over with the reply: a conversation
    is about one value.
    """
    asked = release.screens.get(session.at)
    if not isinstance(asked, InputScreen) or not asked.many:
        return None
    own = own_question(release, asked)
    given = many_within(asked, session.language, words, own)
    if given is None:
        return None
    progress = settle()
    if progress.failure:
        return None  # closed: that is said once
    say = partial(sentence, release, session.language)
    taken = Taken(found=1, sure=True, left=given.left, ends=True)
    if len(given.values) > asked.many:
        text = say("many_over", {"count": str(len(given.values)), "most": str(asked.many)})
        return SmsReply(text, None, progress._replace(failure="many_over"), taken)
    notice = progress.notice
    # Wrong answers to the question before are forgiven: each value has one try.
    step = progress.step._replace(session=session._replace(wrong=0))
    progress = progress._replace(step=step, notice=None)
    wording = _Wording(release, channel, asked, session)
    replies = {
        value: lead(progress, value, (*given.left, *_own(given, value))) for value in given.values
    }
    lines = [say(notice.phrase, notice.values)] if notice is not None else []
    lines += wording.lines(replies)
    alone = [value for value, reply in replies.items() if wording.asks_in_return(reply)]
    # What is of each value alone does not stand at the end for all of them.
    alone += [value for value, reply in replies.items() if own and _lacks(reply, own)]
    if not alone and any(wording.lacks_an_answer(reply) for reply in replies.values()):
        lines.append(say("many_together"))
    elif alone:
        lines.append(say("many_alone", {"example": f"{wording.opening} {alone[0]}"}))
    told = [reply for reply in replies.values() if not wording.is_refused(reply)]
    told += replies.values()
    secret = any(reply.progress.used_secret for reply in replies.values())
    said = told[0].progress._replace(used_secret=told[0].progress.used_secret or secret)
    return SmsReply("\n".join(lines), None, said, taken)


def _lacks(reply: SmsReply, own: InputScreen) -> bool:
    return reply.session is not None and reply.session.at == own.id


def _own(given: ManyValues, value: str) -> Sequence[str]:
    """Returns the answer that stands behind a value and is of it alone; none where none does."""
    return (given.own[value],) if value in given.own else ()


@dataclass(frozen=True, slots=True)
class _Wording:
    """Words what was said of each value; `session` is the dialogue at the question `asked`."""

    release: Release
    channel: Channel
    asked: InputScreen
    session: Session

    def lines(self, replies: Mapping[str, SmsReply]) -> Iterator[str]:
        """Yields what is said of each value, led by its name where the words do not hold it.

        Values of which the same is said share a line, so that it costs no segment twice.
        """
        same: dict[str, list[str]] = {}
        for value, reply in replies.items():
            same.setdefault(self._said(reply), []).append(value)
        for text, values in same.items():
            named = len(values) == 1 and values[0] in ascii_digits("".join(text.split()))
            yield text if named else f"{', '.join(values)}: {text}"

    def is_refused(self, reply: SmsReply) -> bool:
        """Returns whether the value itself is none, or is not held to be one."""
        step = reply.progress.step
        return step.event is Event.REFUSED and step.session.at == self.asked.id

    def asks_in_return(self, reply: SmsReply) -> bool:
        """Returns whether something was told of a value, and a question or a page follows."""
        going_on = reply.session if not reply.progress.failure else None
        return going_on is not None and len(going_on.values) > len(self.session.values)

    def lacks_an_answer(self, reply: SmsReply) -> bool:
        """Returns whether a question behind the value was not answered by the words."""
        going_on = not reply.progress.failure and reply.session is not None
        return going_on and not self.is_refused(reply) and not self.asks_in_return(reply)

    @property
    def opening(self) -> str:
        """Returns what opens the service: its first keyword, or its shortcut."""
        service = self.release.service_of(self.session.at)
        return next(iter(service.keywords.get(self.session.language, ())), service.shortcut)

    def _said(self, reply: SmsReply) -> str:
        """Returns what is said of one value, without the lines that a conversation goes on by."""
        step = reply.progress.step
        if self.asks_in_return(reply):
            return words_of(self.release, step.session)
        if not (self.is_refused(reply) or self.lacks_an_answer(reply)):
            return reply.text
        asks = not self.is_refused(reply)
        keys = self.channel.keys
        return show(self.release, step, keys, SMS_PAGE, foot=False, asks=asks).text

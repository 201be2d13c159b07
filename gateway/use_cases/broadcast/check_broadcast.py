"""Check a broadcast: count whom it reaches, in which language, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.broadcast.audience import Source
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.estimate import Estimate
from gateway.domain.broadcast.states import Deed, after_check
from gateway.domain.broadcast.wording import MOST_SEGMENTS
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import NotAllowed, Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.broadcast import wording_members as words
from gateway.use_cases.broadcast.act_on import Acting, hold_to
from gateway.use_cases.broadcast.wording_members import UNREADABLE, Words
from gateway.use_cases.ports import Clock, Jobs, Releases
from gateway.use_cases.ports.sms.broadcasts import Audiences, Broadcasts

#: Recipients looked at in one step.
_AT_ONCE = 2000
#: To look at so many takes a page a second or two.
MOST_AT_ONCE = 20_000
#: Whoever is still waiting then asks anew: the worker was ended, or never heard of it.
CHECK_LASTS = timedelta(minutes=10)


class _TooMany(Exception):
    """There are more than a page may look at."""


def is_being_checked(broadcast: Broadcast, now: datetime) -> bool:
    """Returns whether a worker counts whom a broadcast reaches."""
    since = broadcast.checking_since
    return since is not None and now < since + CHECK_LASTS


def _nobody(_: int) -> None:
    """Is told how far it is, and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBroadcast:
    """The use case, with the ports it needs. Nothing is sent by it.

    A broadcast to more than `approval_above` recipients waits for a second person, and so does an
    emergency.
    """

    broadcasts: Broadcasts
    audiences: Audiences
    releases: Callable[[], Releases]
    channels: Mapping[str, Channel]
    acting: Acting
    jobs: Jobs
    approval_above: int
    clock: Clock

    def __call__(self, id: int, by: str, progress: Callable[[int], object] = _nobody) -> Broadcast:
        """Returns the broadcast with what was found; `progress` is told of recipients.

        Raises NotAllowed, and Refused where it reaches nobody, is too long, or comes too late.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.CHECK, broadcast)
        self._refuse_late(broadcast)
        estimate = self._counted(broadcast, progress)
        _refuse_nobody(broadcast, estimate, self.audiences)
        _refuse_long(estimate)
        state = after_check(
            estimate.recipients, self.approval_above, emergency=broadcast.is_emergency
        )
        number = estimate.recipients
        what = f"broadcast {id} checked: {number} {'recipient' if number == 1 else 'recipients'}"
        return self.acting.change(
            id,
            Deed.CHECK,
            lambda now: replace(
                now, state=state, why="", estimate=estimate.to_plain(), checking_since=None
            ),
            self.acting.entry(actor, broadcast.institution, Act.BROADCAST, what),
        )

    def for_page(self, id: int, by: str) -> Broadcast:
        """Returns the broadcast with what was found, or one that a worker was asked to check.

        That is one that reaches more than `MOST_AT_ONCE`: nobody waits for a page so long, and
        citizens' turns go before. Raises as a call does, and Refused while it is being counted.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        if is_being_checked(broadcast, self.clock.now()):
            raise Refused(Sentence("Broadcast %(id)s is being counted. Look again.", id=id))
        seen = 0

        def no_more(number: int) -> None:
            nonlocal seen
            seen += number
            if seen > MOST_AT_ONCE:
                raise _TooMany

        try:
            return self(id, by, no_more)
        except _TooMany:
            asked = self.acting.change(
                id,
                Deed.CHECK,
                lambda now: replace(now, why="", checking_since=self.clock.now()),
                self.acting.entry(
                    actor, broadcast.institution, Act.BROADCAST, f"broadcast {id} to be checked"
                ),
            )
            self.jobs.check_broadcast(id, actor)
            return asked

    def for_worker(self, id: int, by: str) -> None:
        """Checks what a page has asked for; what is refused then stands with the broadcast.

        Raises NotAllowed and StoreUnavailable.
        """
        try:
            self(id, by)
        except NotAllowed:
            raise
        except Refused as refused:
            broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
            if broadcast.checking_since is None:  # somebody has gone on with it meanwhile
                return
            why = refused.args[0]
            self.acting.change(
                id,
                Deed.CHECK,
                lambda now: replace(now, why=why, checking_since=None),
                self.acting.entry(
                    actor,
                    broadcast.institution,
                    Act.BROADCAST,
                    f"broadcast {id} cannot go out as it is",
                ),
            )

    def _refuse_late(self, broadcast: Broadcast) -> None:
        if broadcast.audience.source is Source.LIST and broadcast.list_rows is None:
            raise Refused(
                Sentence(
                    "The list of broadcast %(id)s was not taken whole. Cancel it, and draft it "
                    "again.",
                    id=broadcast.id,
                )
            )
        if broadcast.has_expired(self.clock.now()):
            raise Refused(
                Sentence(
                    "What broadcast %(id)s says holds no longer. Cancel it, and draft it again "
                    "with a later end.",
                    id=broadcast.id,
                    by_command="Give it with --valid-until.",
                )
            )

    def _counted(self, broadcast: Broadcast, progress: Callable[[int], object]) -> Estimate:
        words = Words(broadcast, self.releases().current(), self.channels)
        estimate, alike = Estimate(), Counter[tuple[str, str, str]]()
        cursor, ends = "", False
        while not ends:
            step = self.audiences.members(broadcast, cursor, _AT_ONCE)
            cursor, ends = step.cursor, step.ends
            estimate.left_out[UNREADABLE] += step.unreadable
            for each in words.of(step.members, estimate.left_out):
                estimate.despite_stop += each.member.stopped
                alike[each.language, each.text, each.member.language] += 1
            if words.wording.names:  # hardly two texts are alike, and none shall be kept
                _add_all(estimate, alike)
            progress(len(step.members))
        _add_all(estimate, alike)
        estimate.left_out = +estimate.left_out
        districts = broadcast.audience.districts
        known = self.audiences.districts(broadcast.audience.topic) if districts else ()
        estimate.unknown_districts = tuple(each for each in districts if each not in known)
        return estimate


def _add_all(estimate: Estimate, alike: Counter[tuple[str, str, str]]) -> None:
    for (language, text, own), number in alike.items():
        estimate.add(language, text, own, number)
    alike.clear()


def _refuse_nobody(broadcast: Broadcast, estimate: Estimate, audiences: Audiences) -> None:
    if estimate.recipients:
        return
    if any(estimate.left_out.values()):
        told = Sentence("It reaches nobody: everybody in its audience is left out.")
        for why, number in estimate.left_out.items():
            told += _left_out(why, number)
        raise Refused(told)
    audience = broadcast.audience
    topics = audiences.topics() if audience.source is Source.TOPIC else ()
    if audience.source is Source.TOPIC and audience.topic not in topics:
        told = Sentence("Nobody has subscribed to the topic '%(topic)s'.", topic=audience.topic)
        told += did_you_mean(audience.topic, topics)
        told += _subscribed(topics)
        told += Sentence(" Cancel it, and draft another.")
        raise Refused(told)
    if audience.districts:
        known = audiences.districts(audience.topic)
        told = Sentence(
            "Nobody has subscribed to '%(topic)s' in %(districts)s.",
            topic=audience.topic,
            districts=", ".join(audience.districts),
        )
        for each in audience.districts:
            told += did_you_mean(each, known)
        told += _subscribed(known)
        raise Refused(told)
    raise Refused(
        Sentence("It reaches nobody: nobody is in its audience. Cancel it, and draft another.")
    )


def _left_out(why: str, number: int) -> Sentence:
    if why == words.STOPPED:
        return Sentence(" %(number)s said STOP.", number=number)
    if why == words.OTHER_LANGUAGE:
        return Sentence(" %(number)s read another language.", number=number)
    if why == words.UNREADABLE:
        return Sentence(" %(number)s cannot be read: a key is missing.", number=number)
    return Sentence(" No channel reaches %(number)s of them.", number=number)


def _subscribed(known: Sequence[str]) -> Sentence:
    if not known:
        return Sentence(" Nobody has subscribed to anything there.")
    return Sentence(" Subscribed are: %(known)s.", known=", ".join(known))


def _refuse_long(estimate: Estimate) -> None:
    for language, each in sorted(estimate.languages.items()):
        if each.most > MOST_SEGMENTS:
            raise Refused(
                Sentence(
                    "The text in '%(language)s' takes %(number)s SMS, and %(most)s are the most. "
                    "Cancel the draft, and make the text shorter.",
                    language=language,
                    number=each.most,
                    most=MOST_SEGMENTS,
                )
            )

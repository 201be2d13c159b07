"""See that a text is one with another, or that a machine answers us, by more than its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile

from gateway.domain.commands.keywords import bare_number, read
from gateway.domain.commands.openings import Opening
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Clock, InboundBatch, Inbox, Routed, StoredInbound

#: The same words again so soon are one text: nobody has read an answer in between.
TWIN_SECONDS = 10.0
#: What comes of the second.
TWIN = "twin"
#: Within this time a machine shows itself.
LOOP_SECONDS = 600.0
#: So often in a row the same reply goes out, whatever words it answers.
MOST_SAME_REPLIES = 4
#: So many texts in a row may be refused: a person gives up earlier, or asks in another way.
MOST_REFUSED = 8
#: What comes of a text that is refused, and of one that is passed over when they are counted.
_REFUSED = frozenset({"refused", "given_up", "conversation_over", "did_you_mean", "loop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLoops:
    """The decisions; nothing is stored here."""

    inbox: Inbox | InboundBatch
    clock: Clock

    def is_twin(self, release: Release, stored: StoredInbound) -> bool:
        """Returns whether a text came a moment ago with another id of its provider.

        What was sent to another of our numbers is another text.
        Numbers and single words answer one question after the other, and may be the same. STOP is
        heard however often it comes.
        """
        text = stored.sms.text
        if bare_number(text) or stored.sms.opt_out:
            return False
        since = stored.received_at - timedelta(seconds=TWIN_SECONDS)
        if self.inbox.repeats(stored, since, on_its_channel=True) == 0:
            return False
        opening = read(release, text).opening
        if opening is Opening.STOP:
            return False
        return len(text.split()) > 1 or opening is not Opening.UNKNOWN

    def __call__(self, stored: StoredInbound, routed: Routed) -> Routed:
        """Returns what a text came to, without its reply where a machine seems to answer ours.

        Its words differ each time, as a ticket's number does. What is said to a number alone always
        goes out where it was taken: people turn pages with numbers, and machines send codes. So
        does what is said to who gave an answer: one phone may ask for the results of a whole class.
        """
        is_refused = routed.outcome in _REFUSED
        if not routed.replies or (bare_number(stored.sms.text) and not is_refused):
            return routed
        since = self.clock.now() - timedelta(seconds=LOOP_SECONDS)
        outcomes = self.inbox.latest_outcomes(stored, since, MOST_REFUSED)
        if is_refused and _in_a_row(outcomes, _REFUSED) >= MOST_REFUSED:
            return replace(routed, replies=(), outcome="loop")
        if len(outcomes) < MOST_SAME_REPLIES or _took_something(stored, routed):
            return routed
        said = self.inbox.latest_replies(stored, since, MOST_SAME_REPLIES)
        text = routed.replies[0].text
        if len(said) == MOST_SAME_REPLIES and all(each == text for each in said):
            return replace(routed, replies=(), outcome="loop")
        return routed


def _took_something(stored: StoredInbound, routed: Routed) -> bool:
    """Returns whether a text was a word by itself, or got further than the page it opened."""
    session = routed.conversation.session if routed.conversation else None
    answered = session is not None and bool(session.answers)
    return answered or routed.outcome == "ended" or len(stored.sms.text.split()) < 2


def _in_a_row(outcomes: Sequence[str], wanted: frozenset[str]) -> int:
    return len(list(takewhile(wanted.__contains__, outcomes)))

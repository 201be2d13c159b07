"""USSD as it travels: a turn in, a reply out, a notice that the session is over."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.domain.record import Record
from gateway.domain.telecom.identity import Identity
from gateway.domain.text.numerals import ascii_digits


class AnswerAlone(Record, frozen=True):
    """What a provider tells of a turn of which it sends the newest answer alone.

    `begins` says that the session begins with the turn; None where the provider does not tell: a
    session of which nobody has heard begins then. `turn_id` names the turn, and is the same when
    it is delivered again; empty where the provider has no name for it.
    """

    begins: bool | None
    turn_id: str = ""


class UssdTurn(Record, frozen=True):
    """One request of a USSD session; name its fields when you make one.

    `text` is all that was typed since dialling, joined by `*`, as Africa's Talking and others send
    it; empty on the first turn. With `alone` it is the answer of this turn, and no more. Answers
    may be dialled behind the `service_code`, too. `language` is the subscriber's, where the
    provider knows it. `echo` is what the provider wants to see again in the reply: its alone.
    """

    session_id: str
    subscriber: Identity
    service_code: str
    text: str
    network_code: str = ""
    language: str = ""
    alone: AnswerAlone | None = None
    echo: object = None

    def __repr__(self) -> str:
        """Returns whose turn it is, and nothing that was dialled or typed."""
        return f"UssdTurn({self.session_id!r}, {self.subscriber!r}, {self.language!r})"

    @property
    def goes_on(self) -> bool:
        """Whether it means nothing without the turns before it: nobody can rebuild them from it."""
        return self.alone is not None and self.alone.begins is False

    @property
    def as_begun(self) -> UssdTurn:
        """Returns the turn as the one that its session begins with.

        Where nobody tells that it does, what is typed may answer a page of a session that is lost.
        It is no answer to the first page.
        """
        if self.alone is None or self.alone.begins is not None:
            return self
        return self._replace(text="")

    @property
    def name(self) -> str:
        """What tells the turn from the others of its session; empty where nothing does.

        Without a name a turn that is delivered again looks like the same answer once more. It may
        repeat what was typed: only its keyed hash is kept.
        """
        if self.alone is None:
            return f"text {self.text}"
        if self.alone.turn_id:
            return f"turn {self.alone.turn_id}"
        return f"begins {self.text}" if self.alone.begins else ""


class UssdReply(Record, frozen=True):
    """The page to show; `ends` closes the session."""

    text: str
    ends: bool

    def __repr__(self) -> str:
        """Returns whether it is the last, and nothing of what it says."""
        return f"UssdReply(ends={self.ends})"


class FlowWords(Record, frozen=True):
    """What a neighbour's flow says to a subscriber; `waits` says that it expects an answer.

    `reference` names it, and is the same when it is told again. The parts of a long one share it
    (RapidPro cuts at its `max_length`), and differ in their text.
    """

    reference: str
    subscriber: Identity
    text: str
    waits: bool

    def __repr__(self) -> str:
        """Returns to whom it is said, and nothing of what is."""
        return f"FlowWords({self.reference!r}, {self.subscriber!r}, waits={self.waits})"


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdEnd:
    """The network's notice that a session is over. What was typed and shown is not kept.

    `alone` says that its turns are the newest answer alone.
    """

    session_id: str
    subscriber: Identity
    service_code: str = field(repr=False)
    status: str
    alone: bool = False


def dialled_with(service_code: str, *answers: str) -> str:
    """Returns what to dial so that these answers are given at once.

    >>> dialled_with("*384*2026#", "31")
    '*384*2026*31#'
    """
    return "*".join((service_code.rstrip("#"), *filter(None, answers))) + "#"


def dialled_answers(service_code: str, dialled: str) -> list[str]:
    """Returns the answers dialled behind our service code.

    >>> dialled_answers("*384*2026#", "*384*2026*31*10231456#")
    ['31', '10231456']
    """
    prefix = service_code.rstrip("#") + "*"
    if not dialled.startswith(prefix):
        return []
    return dialled[len(prefix) :].rstrip("#").split("*")


def dialled_by_sms(service_code: str, address: str, text: str) -> list[str] | None:
    """Returns the answers in an SMS that is what one dials, or nothing but the number texted.

    People send the code of a poster as a text, and forget its first sign. None for any other text.

    >>> dialled_by_sms("*384*2026#", "2026", "*384*2026*31#"), dialled_by_sms("", "2026", "2026")
    (['31'], [])
    >>> dialled_by_sms("*384*2026#", "", "384*2026*31#")
    ['31']
    """
    typed = "".join(ascii_digits(text).split())
    if service_code.startswith("*") and typed[:1].isdecimal() and "*" in typed:
        typed = f"*{typed}"
    if typed.strip("#") and typed.rstrip("#") in (service_code.rstrip("#"), address):
        return []
    return (dialled_answers(service_code, typed) or None) if service_code else None

"""What is counted, timed and measured: one table of each, and the port through which code counts.

A metric is called `gateway_` and its name in /metrics, a counter `_total` behind it. A new one is a
row here, and a row in docs/operations.md that says when to look at it: tests hold the code that
counts, the page that shows it and the page for operators to these tables.

The values of labels come from the configuration, from the menu, or from a fixed list in the code:
never a number, a text or a word that a stranger chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Metric:
    """A name, what the number says, and the names of its labels in order."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


#: What has happened since counting began. `counters.add` takes the name and every label.
COUNTERS = (
    Metric(
        "turns",
        "USSD turns that were answered, by what was shown last; `failed` got no answer.",
        ("channel", "service", "outcome"),
    ),
    Metric(
        "spooled",
        "SMS, opt-outs, reports and calls that were kept on disk, since the database was away.",
        ("channel",),
    ),
    Metric("turns_late", "Turns that were answered after the channel's deadline.", ("channel",)),
    Metric("sessions_begun", "USSD sessions that began.", ("channel",)),
    Metric(
        "sessions_ended",
        "USSD sessions that we have ended, by their last turn.",
        ("channel", "service", "outcome"),
    ),
    Metric(
        "sessions_dropped",
        "USSD sessions that stopped before their end, where the service tells of it.",
        ("channel", "service"),
    ),
    Metric(
        "ussd_odd_texts",
        "Texts of turns that did not just go on from those before, by how they were read; "
        "`unknown` moved nothing.",
        ("channel", "way"),
    ),
    Metric(
        "ussd_screens",
        "Screens for calls of their own, by what came of each; `late` was not handed over, since "
        "the turn's time was up.",
        ("channel", "outcome"),
    ),
    Metric(
        "ussd_screens_spared",
        "Turns that were delivered again, and so got no screen in a call of its own.",
        ("channel",),
    ),
    Metric("ussd_replayed", "Turns that were answered without Redis.", ("channel",)),
    Metric("ussd_races_lost", "Turns that were overtaken too often by others.", ("channel",)),
    Metric("ussd_follow_up_lost", "SMS after a session that could not be stored.", ("channel",)),
    Metric("ussd_ended", "Ends of sessions, as the network tells them.", ("channel", "status")),
    Metric("ussd_resumed", "Dropped dialogues that were gone on with.", ("channel", "way")),
    Metric("nudges", "SMS that were sent after a drop.", ("service",)),
    Metric(
        "webhooks_rejected",
        "Webhooks that were refused, with the code of the refusal.",
        ("channel", "code"),
    ),
    Metric(
        "alerts_taken", "Public warnings that were taken in, as understood.", ("source", "meaning")
    ),
    Metric("alerts_refused", "Public warnings that were refused, by why.", ("source", "code")),
    Metric(
        "webhooks_failed",
        "Webhooks that were answered 5xx: a store was down, or the gateway made a mistake.",
        ("channel", "status"),
    ),
    Metric(
        "floods", "Dials and texts over a limit of the channel.", ("channel", "surface", "verdict")
    ),
    Metric("inbound_accepted", "MOs that were taken in, each once.", ("channel",)),
    Metric(
        "inbound_routed", "MOs that were routed, by outcome.", ("channel", "service", "outcome")
    ),
    Metric("inbound_given_up", "SMS that could not be routed within the retry schedule."),
    Metric(
        "sms_attempts", "Attempts to send an MT, with what each came to.", ("channel", "result")
    ),
    Metric("sms_ended", "MTs by the status that they have reached last.", ("channel", "status")),
    Metric(
        "sms_moved",
        "MTs that were moved to another channel before they were handed over.",
        ("channel", "to"),
    ),
    Metric(
        "channel_changes",
        "Changes of how a channel stands that the gateway has made by itself.",
        ("channel", "standing"),
    ),
    Metric(
        "sms_settled",
        "MTs of unknown outcome that were settled, by how: the provider has it (`found`) or has it "
        "not (`not_there`), a second one was sent by rule (`copied`), a person said so "
        "(`by_hand`). Those that a report settles are not counted here.",
        ("channel", "way"),
    ),
    Metric(
        "broadcast_sms", "MTs that broadcasts have put into the outbox.", ("institution", "lane")
    ),
    Metric(
        "broadcasts_paused",
        "Broadcasts that the gateway has paused by itself: over a limit or budget, or no channel.",
        ("institution",),
    ),
    Metric("broadcasts_ended", "Broadcasts that have ended, by how.", ("institution", "state")),
    Metric(
        "delivery_words_unknown", "Delivery reports with a word that nobody knows.", ("channel",)
    ),
    Metric("reminders_put_off", "Reminders that could not be sent when due.", ("message",)),
    Metric(
        "questions_kept",
        "Wishes to be told of an answer that is not there yet, by what became of each.",
        ("service", "outcome"),
    ),
    Metric(
        "questions_asked",
        "Kept look-ups that were asked again, by what each came to.",
        ("service", "outcome"),
    ),
    Metric(
        "back_end_calls",
        "Calls of handlers and declared calls, by what each came to.",
        ("back_end", "outcome"),
    ),
    Metric(
        "rows_posted",
        "Stored rows that go on to another system, by what came of each try.",
        ("form", "outcome"),
    ),
    Metric(
        "back_end_refused", "Calls that were not made since the breaker is open.", ("back_end",)
    ),
)

#: How long something took. `counters.observe` takes the name, the seconds, and every label.
HISTOGRAMS = (
    Metric("answer_seconds", "How long USSD turns took to answer.", ("channel",)),
    Metric(
        "screen_seconds",
        "How long it took until a screen was taken that is handed over in a call of its own.",
        ("channel",),
    ),
    Metric("inbound_seconds", "How long MOs took from acceptance to routing.", ("channel",)),
    Metric("provider_seconds", "How long the provider took to take an MT.", ("channel",)),
    Metric("back_end_seconds", "How long a handler or declared call took.", ("back_end",)),
)

#: The upper bounds of their buckets: close around the deadline (6 s), and where networks hang up.
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 5.5, 6.0, 8.0, 10.0, 30.0)

#: What is now, read when somebody asks.
GAUGES = (
    Metric("build_info", "The version that runs: always 1.", ("version", "python")),
    Metric("release_info", "The release of the menu that is live: always 1.", ("release",)),
    Metric("deadline_seconds", "The deadline of a channel's turns.", ("channel",)),
    Metric("up", "Whether a store answers.", ("store",)),
    Metric("breaker_open", "Whether a back end is left alone.", ("back_end",)),
    Metric("queue_waiting", "What is due and waits for a worker.", ("queue",)),
    Metric("queue_oldest_seconds", "How long the oldest of them has been due.", ("queue",)),
    Metric(
        "outbound_sms",
        "MTs on their way, and those whose outcome is unknown for now.",
        ("channel", "status"),
    ),
    Metric(
        "channel_standing",
        "How a channel stands: 1 for `open`, `drained`, `paused` or `preferred`, 0 for the rest.",
        ("channel", "standing"),
    ),
    Metric("binds_up", "Lines to the operator of a channel that are up.", ("channel",)),
    Metric("oldest_due_seconds", "Age of the oldest MT that is due."),
    Metric("ticker_idle_seconds", "How long ago a ticker swept; infinite when none ever did."),
    Metric(
        "clock_skew_seconds",
        "How far the clock of this machine is ahead of the time that all nodes share.",
    ),
    Metric("spool_bytes", "What waits on this node's disk for the database."),
    Metric("spool_oldest_seconds", "How long the oldest of it has waited."),
    Metric("spool_aside_bytes", "What could not be stored, and was set aside."),
    Metric("inbound_waiting", "MOs that wait to be routed."),
    Metric("help_desk_open", "Messages that wait for a person."),
    Metric("rows_unposted", "Stored rows that another system has not taken.", ("state",)),
    Metric("questions_waiting", "Look-ups that wait for their answer."),
    Metric(
        "institution_spent_ratio",
        "How much of a limit or budget of an institution is used; at 1 its broadcasts stop.",
        ("institution", "bound"),
    ),
)


@dataclass(frozen=True, slots=True)
class Count:
    """What a number counts: a name, and labels sorted by their names."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Timed:
    """How often something took how long: a number for each of `BOUNDS`, and one for beyond."""

    buckets: tuple[int, ...]
    seconds: float

    @property
    def count(self) -> int:
        """Returns how often it happened."""
        return sum(self.buckets)


@dataclass(frozen=True, slots=True)
class Counted:
    """All that was counted and timed."""

    numbers: Mapping[Count, int] = field(default_factory=dict)
    times: Mapping[Count, Timed] = field(default_factory=dict)


class Counters(Protocol):
    """Counts in this process. Never raises: a lost count must not cost a turn."""

    def add(self, name: str, number: int = 1, /, **labels: str) -> None:
        """Adds one, or so many, to a row of `COUNTERS`, with its labels."""

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Notes how long something of `HISTOGRAMS` took."""


class KeptCounters(Counters, Protocol):
    """Counters that can be read: what every process on the data folder has counted."""

    def counted(self) -> Counted:
        """Returns all counts, those of processes that have ended included."""

    def close(self) -> None:
        """Lets go of what this process holds; what was counted stays."""

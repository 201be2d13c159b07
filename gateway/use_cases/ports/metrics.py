"""What is counted and measured: one table of each, and the port through which use cases count.

A metric is called `gateway_` and its name in /metrics, a counter `_total` behind it. A new one is a
row here, and a row in docs/operations.md that says when to look at it: tests hold the code that
counts, the page that shows it and the page for operators to these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
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
        "webhooks_rejected",
        "Webhooks that were refused, with the code of the refusal.",
        ("channel", "code"),
    ),
    Metric(
        "floods", "Dials and texts over a limit of the channel.", ("channel", "surface", "verdict")
    ),
    Metric("inbound_given_up", "SMS that could not be routed within the retry schedule."),
    Metric(
        "sms_attempts", "Attempts to send an MT, with what each came to.", ("channel", "result")
    ),
    Metric("sms_ended", "MTs by the status that they have reached last.", ("channel", "status")),
    Metric(
        "delivery_words_unknown", "Delivery reports with a word that nobody knows.", ("channel",)
    ),
    Metric("reminders_put_off", "Reminders that could not be sent when due.", ("message",)),
    Metric("nudges", "SMS that were sent after a drop.", ("service",)),
    Metric(
        "back_end_refused", "Calls that were not made since the breaker is open.", ("back_end",)
    ),
    Metric("ussd_replayed", "Turns that were answered without Redis.", ("channel",)),
    Metric("ussd_races_lost", "Turns that were overtaken too often by others.", ("channel",)),
    Metric("ussd_follow_up_lost", "SMS after a session that could not be stored.", ("channel",)),
    Metric("ussd_ended", "Ends of sessions, as the network tells them.", ("channel", "status")),
    Metric("ussd_resumed", "Dropped dialogues that were gone on with.", ("channel", "way")),
)

#: What is now, read from the stores when somebody asks.
GAUGES = (
    Metric("up", "Whether a store answers.", ("store",)),
    Metric("breaker_open", "Whether a back end is left alone.", ("back_end",)),
    Metric("outbound_sms", "MTs on their way.", ("channel", "status")),
    Metric("oldest_due_seconds", "Age of the oldest MT that is due."),
    Metric("ticker_idle_seconds", "How long ago a ticker swept; infinite when none ever did."),
    Metric("inbound_waiting", "MOs that wait to be routed."),
    Metric("help_desk_open", "Messages that wait for a person."),
)


@dataclass(frozen=True, slots=True)
class Count:
    """What a number counts: a name, and labels sorted by their names."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


class Counters(Protocol):
    """Counts kept for the whole deployment. Never raises: a lost count must not cost a turn."""

    def add(self, name: str, **labels: str) -> None:
        """Adds one to a row of `COUNTERS`, with its labels."""

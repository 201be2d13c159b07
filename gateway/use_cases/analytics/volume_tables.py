"""How much goes on and how well it is answered, as tables: over time, by channel, by delivery."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from gateway.domain.analytics.answer_times import percentile
from gateway.domain.analytics.small_counts import count_shown
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.tables import Column, Table, Unit, Value
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.use_cases.ports.analytics.sums import SmsCount, Volume

#: What an MT comes to for who waits for it; all else waits, or was never handed over.
_UNREACHED = frozenset(
    {
        DeliveryStatus.UNDELIVERED.value,
        DeliveryStatus.EXPIRED.value,
        DeliveryStatus.REJECTED.value,
        DeliveryStatus.FAILED.value,
        DeliveryStatus.REFUSED.value,
    }
)
_AFTER_A_QUARTER = (
    "How each SMS stood a quarter of an hour after it was accepted, the worst channel first."
)
_AFTER_A_DAY = "How each SMS stood a day after it was accepted, the worst channel first."
_WITHOUT_WORD = frozenset(
    {
        DeliveryStatus.SENT.value,
        DeliveryStatus.UNKNOWN.value,
        DeliveryStatus.UNREPORTED.value,
    }
)


def over_time(
    steps: Sequence[datetime],
    step_of: Callable[[datetime], datetime],
    volume: Mapping[datetime, Volume],
    sms: Sequence[SmsCount],
    fewest: int,
) -> Table:
    """Returns USSD and SMS by the hours or days that begin at `steps`; no count under `fewest`."""
    ussd = dict.fromkeys(steps, Volume())
    for at, each in volume.items():
        if (step := step_of(at)) in ussd:
            ussd[step] = ussd[step].plus(each)
    texts = {step: [0, 0, 0] for step in steps}
    for one in sms:
        numbers = texts.get(step_of(one.at))
        if numbers is not None and one.look is SmsLook.CAME:
            numbers[0] += one.number
        elif numbers is not None and one.look is SmsLook.ACCEPTED:
            numbers[1] += one.number
            numbers[2] += one.segments
    columns = (
        Column("at", "From", Unit.MOMENT),
        Column("begun", "Dials"),
        Column("entered", "Came to a service"),
        Column("completed", "Completed"),
        Column("given_up", "Given up after wrong answers"),
        Column("failed", "Failed"),
        Column("late", "Answered late"),
        Column("sms_in", "SMS in"),
        Column("sms_out", "SMS out"),
        Column("segments", "Segments out"),
    )
    rows: list[tuple[Value, ...]] = []
    for step in steps:
        of_ussd = ussd[step]
        came, left, segments = texts[step]
        counts = (
            of_ussd.begun, of_ussd.entered, of_ussd.completed, of_ussd.given_up, of_ussd.failed,
            of_ussd.late, came, left,
        )  # fmt: skip
        shown = [count_shown(count, fewest) for count in counts]
        rows.append((step, *shown, None if shown[-1] is None else segments))
    return Table(
        name="time", title="Sessions and SMS over time", columns=columns, rows=rows,
        note="Sessions are counted within seconds, SMS a minute after they came.",
    )  # fmt: skip


def now(volume: Mapping[str, Volume], fewest: int) -> Table:
    """Returns what goes on by USSD at this moment, by channel; no count under `fewest`."""
    columns = (
        Column("channel", "Channel", Unit.WORDS),
        Column("begun", "Dials"),
        Column("turns", "Turns"),
        Column("completed", "Completed"),
        Column("given_up", "Given up after wrong answers"),
        Column("failed", "Failed"),
        Column("late", "Answered late"),
    )
    rows: list[tuple[Value, ...]] = []
    for name, of_ussd in sorted(volume.items()):
        counts = (
            of_ussd.begun, of_ussd.turns, of_ussd.completed, of_ussd.given_up, of_ussd.failed,
            of_ussd.late,
        )  # fmt: skip
        rows.append((name, *(count_shown(count, fewest) for count in counts)))
    return Table(
        name="now", title="The last quarter of an hour", columns=columns, rows=rows,
        note="Sessions are counted within seconds. Fewer than %(fewest)s are not shown.",
        values={"fewest": fewest},
    )  # fmt: skip


def answers(
    times: Mapping[str, Mapping[int, int]],
    volume: Mapping[str, Volume],
    channels: Mapping[str, Channel],
) -> Table:
    """Returns how fast each channel answers, against its deadline."""
    columns = (
        Column("channel", "Channel", Unit.WORDS),
        Column("turns", "Turns"),
        Column("p50", "Half within", Unit.SECONDS),
        Column("p95", "95 of 100 within", Unit.SECONDS),
        Column("p99", "99 of 100 within", Unit.SECONDS),
        Column("deadline", "Deadline", Unit.SECONDS),
        Column("late", "Answered late"),
    )
    rows: list[tuple[Value, ...]] = []
    for name in sorted(times):
        channel = channels.get(name)
        rows.append(
            (
                name,
                sum(times[name].values()),
                *(percentile(times[name], percent) for percent in (50, 95, 99)),
                channel.deadline_seconds if channel else None,
                volume.get(name, Volume()).late,
            )
        )
    return Table(
        name="answers", title="Answer time", columns=columns, rows=rows,
        note="From when a turn came in to when its page was ready; a tenth too long at most.",
    )  # fmt: skip


def delivery(sms: Sequence[SmsCount], look: SmsLook, channels: Mapping[str, Channel]) -> Table:
    """Returns how MTs of each channel stood at a look."""
    found: dict[str, defaultdict[str, int]] = {}
    for one in sms:
        if one.look is look:
            found.setdefault(one.channel, defaultdict(int))[one.status] += one.number
    columns = (
        Column("channel", "Channel", Unit.WORDS),
        Column("provider", "Provider", Unit.WORDS),
        Column("counted", "SMS counted"),
        Column("delivered", "Delivered"),
        Column("share", "Share delivered", Unit.SHARE),
        Column("not_reached", "Did not reach the phone"),
        Column("without_word", "Sent, and no word of it"),
        Column("waiting", "Not sent yet"),
    )
    rows: list[tuple[Value, ...]] = []
    for name, by_status in found.items():
        counted = sum(by_status.values())
        delivered = by_status[DeliveryStatus.DELIVERED.value]
        unreached = sum(by_status[status] for status in _UNREACHED)
        silent = sum(by_status[status] for status in _WITHOUT_WORD)
        channel = channels.get(name)
        rows.append(
            (name, channel.provider if channel else "", counted, delivered, delivered / counted,
             unreached, silent, counted - delivered - unreached - silent)
        )  # fmt: skip
    rows.sort(key=lambda row: (float(str(row[4])), str(row[0])))
    of_a_day = look is SmsLook.DAY
    return Table(
        name="delivery", title="Delivery", columns=columns, rows=rows,
        note=_AFTER_A_DAY if of_a_day else _AFTER_A_QUARTER,
    )  # fmt: skip

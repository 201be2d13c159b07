"""Send what handlers have asked to be said later: due reminders become MTs."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.dialogue.screen_rendering import lettered
from gateway.domain.menu.messages import hold_to
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS, Channel, channel_to_send
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import Clock, Counters, Jobs, Releases
from gateway.use_cases.ports.reminders import DueReminder, ReminderQueue

log = logging.getLogger(__name__)

#: Handed over in one transaction.
AT_ONCE = 200
#: How long a reminder waits that cannot be sent as things are: somebody can mend the menu.
PUT_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminders:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    reminders: ReminderQueue
    releases: Releases
    channels: Mapping[str, Channel]
    quiet: QuietHours
    jobs: Jobs
    clock: Clock
    counters: Counters

    def __call__(self) -> int:
        """Sends a batch; returns how many MTs were accepted into the outbox, none in quiet hours.

        A reminder leaves its table in the transaction in which its MT enters the outbox, so that
        it is sent once. Whether the subscriber still wants it is asked where every MT is. One that
        does not fit the present release, or that no channel can send, waits.
        """
        now = self.clock.now()
        if self.quiet.hold(now):
            return 0
        due = self.reminders.due(now, AT_ONCE)
        ready, waits = self._told_apart(self.releases.current(), due)
        sent = self.reminders.hand_over(ready, now) if ready else 0
        for channel in {sms.channel for sms in ready.values()}:
            self.jobs.wake_outbound(channel, Lane.BULK)
        for why, count in Counter(waits.values()).items():
            log.error("Reminders wait, %d of them. %s", count, why)
        for each in due:
            if each.id in waits:
                self.counters.add("reminders_put_off", message=each.message)
        if waits:
            self.reminders.put_off(list(waits), now + PUT_OFF)
        return sent

    def _told_apart(
        self, release: Release, due: Sequence[DueReminder]
    ) -> tuple[Mapping[int, NewSms], Mapping[int, str]]:
        """Returns the MTs of those that can be sent, and why each of the others waits."""
        ready: dict[int, NewSms] = {}
        waits: dict[int, str] = {}
        for each in due:
            channel = channel_to_send(self.channels, each.channel, each.subscriber)
            if channel is None:
                waits[each.id] = NO_CHANNEL_SENDS
                continue
            try:
                hold_to(release, each.message, each.values)
            except (LookupError, ValueError) as error:
                waits[each.id] = str(error)
            else:
                ready[each.id] = _sms(release, channel, each)
        return ready, waits


def _sms(release: Release, channel: Channel, due: DueReminder) -> NewSms:
    language = due.language if due.language in release.languages else release.default_language
    text = release.messages[due.message][language].fill(due.values)
    return NewSms(
        channel=channel.name,
        subscriber=due.subscriber,
        text=lettered(release, language, text),
        lane=Lane.BULK,
        purpose=Purpose.NOTICE,
        key=f"reminder-{due.id}-{due.due_at.isoformat()}",
        topic=due.topic,
        institution=due.institution,
        template_id=due.message,
        service=due.topic if due.topic in release.services else "",
        language=language,
    )

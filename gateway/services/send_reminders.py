"""Send what handlers have asked to be said later: due reminders become MTs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.channel import Channel, channel_to_send
from gateway.domain.menu import Release
from gateway.domain.quiet_hours import QuietHours
from gateway.domain.rendering import lettered
from gateway.domain.sms import Lane, NewSms, Purpose
from gateway.services.ports import Clock, Jobs, Releases
from gateway.services.ports.reminders import DueReminder, ReminderQueue

log = logging.getLogger(__name__)

#: Handed over in one transaction.
AT_ONCE = 200
#: How long a reminder waits whose message the present release lacks: somebody can put it back.
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

    def __call__(self) -> int:
        """Returns how many MTs were accepted into the outbox; none in quiet hours.

        A reminder leaves its table in the transaction in which its MT enters the outbox, so that
        it is sent once. Whether the subscriber still wants it is asked where every MT is.
        """
        now = self.clock.now()
        if self.quiet.hold(now):
            return 0
        sent = 0
        while due := self.reminders.due(now, AT_ONCE):
            release = self.releases.current()
            ready = {each.id: sms for each in due if (sms := self._sms(release, each))}
            sent += self.reminders.hand_over(ready, now) if ready else 0
            for channel in {sms.channel for sms in ready.values()}:
                self.jobs.wake_outbound(channel, Lane.BULK)
            left = [each for each in due if each.id not in ready]
            if left:
                names = ", ".join(sorted({each.message for each in left}))
                log.error("%s reminders wait for a message or a channel: %s.", len(left), names)
                self.reminders.put_off([each.id for each in left], now + PUT_OFF)
        return sent

    def _sms(self, release: Release, due: DueReminder) -> NewSms | None:
        """Returns the MT, or None when there is no text or no channel for it."""
        channel = channel_to_send(self.channels, due.channel)
        if channel is None or due.message not in release.messages:
            return None
        language = due.language if due.language in release.languages else release.default_language
        text = release.messages[due.message][language].fill(due.values)
        return NewSms(
            channel=channel.name,
            msisdn=due.msisdn,
            text=lettered(release, language, text),
            lane=Lane.BULK,
            purpose=Purpose.NOTICE,
            key=f"reminder-{due.id}-{due.due_at.isoformat()}",
            topic=due.topic,
        )

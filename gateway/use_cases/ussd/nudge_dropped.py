"""Tell subscribers whose line dropped, once, how to go on: one SMS a day and service at most."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.dialogue.resume_offer import CODE_DIGITS, nudge_text
from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.menu.release import Release, Service
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import identity_from_stored
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import (
    Clock,
    Consents,
    Counters,
    DroppedSession,
    DroppedSessions,
    Jobs,
    Keyring,
    Releases,
    ResumePoint,
    ResumePoints,
)
from gateway.use_cases.ussd.offer_resume import fact_of
from gateway.use_cases.ussd.resume_place import nudges

#: Drops dealt with in one go; the rest follow with the next tick.
MOST_DROPS = 200
#: Where a drop was, when that is not known any more.
UNKNOWN = "unknown"


def draw_code() -> str:
    """Returns a random resume code; its first digit is never 0."""
    least = 10 ** (CODE_DIGITS - 1)
    return str(least + secrets.randbelow(9 * least))


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeDropped:
    """The use case, with the ports it needs. One ticker runs it every few seconds."""

    drops: DroppedSessions
    points: ResumePoints
    consents: Consents
    jobs: Jobs
    releases: Releases
    channels: Mapping[str, Channel]
    quiet: QuietHours
    keyring: Keyring
    clock: Clock
    counters: Counters
    draw_code: Callable[[], str] = draw_code

    def __call__(self) -> int:
        """Returns how many SMS were accepted; in quiet hours none, and what is due waits.

        A drop leaves the list after its SMS is stored; a crash in between makes no second one,
        since the SMS is known by subscriber, service and day. Raises StoreUnavailable.
        """
        now = self.clock.now()
        if self.quiet.hold(now):
            return 0
        sent = 0
        for drop in self.drops.due(now, MOST_DROPS):
            sent += drop.kept is not None and self._nudge(drop, drop.kept)
            self.drops.settle(drop)
            self._count(drop.kept)
        return sent

    def _count(self, stored: StoredTurn | None) -> None:
        """Counts a drop; of one that cannot be gone on with any more nobody knows where it was."""
        self.counters.add(
            "sessions_dropped",
            channel=stored.channel if stored and stored.channel else UNKNOWN,
            service=stored.session.at.partition(".")[0] if stored else UNKNOWN,
        )

    def _nudge(self, drop: DroppedSession, stored: StoredTurn) -> bool:
        """Returns whether an SMS was stored."""
        release = self.releases.find(stored.session.release)
        channel = self.channels.get(stored.channel)
        if release is None or channel is None or not channel.service_code or not stored.caller:
            return False
        service = release.service_of(stored.session.at)
        if not nudges(service):
            return False
        code = self.draw_code() if service.second_fact in stored.session.answers else ""
        point = self._point(drop, stored, service, code) if code else None
        sms = self._sms(drop, release, channel, service, stored, code)
        if not self.consents.allowed([sms]) or not self.points.nudge(sms, point, self.clock.now()):
            return False
        self.counters.add("nudges", service=service.id)
        self.jobs.wake_outbound(channel.name, sms.lane)
        return True

    def _point(
        self, drop: DroppedSession, stored: StoredTurn, service: Service, code: str
    ) -> ResumePoint:
        lasts = timedelta(seconds=service.resume_seconds)
        return ResumePoint(
            code=self.keyring.index("resume code", code).hex(),
            service=service.id,
            fact=fact_of(self.keyring, stored.session.answers[service.second_fact]),
            kept=stored,
            expires_at=drop.at + lasts,
        )

    def _sms(
        self,
        drop: DroppedSession,
        release: Release,
        channel: Channel,
        service: Service,
        stored: StoredTurn,
        code: str,
    ) -> NewSms:
        language = stored.session.language
        title = service.title[language].fill({})
        day = self.clock.now().astimezone(self.quiet.zone).date().isoformat()
        return NewSms(
            channel=channel.name,
            subscriber=identity_from_stored(stored.caller),
            text=nudge_text(release, language, title, channel.service_code or "", code),
            lane=Lane.REPLY,
            purpose=Purpose.NOTICE,
            key=f"nudge-{drop.subscriber.hex()}-{service.id}-{day}",
            topic=service.id,
            institution=service.institution,
            service=service.id,
            template_id="nudge_code" if code else "nudge",
            language=language,
        )

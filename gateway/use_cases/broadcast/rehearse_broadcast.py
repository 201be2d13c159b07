"""Rehearse a broadcast: send its texts to one's own phone, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.broadcast.states import Deed
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS, Channel, channel_to_send
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.broadcast.act_on import Acting, hold_to
from gateway.use_cases.broadcast.wording_members import Words
from gateway.use_cases.ports import Clock, Jobs, Outbox, Releases

#: Before each text, so that one that is passed on alarms nobody.
TEST = "TEST: "
#: Rehearsals can be stopped like all that is not asked for at the moment.
TOPIC = "rehearsals"


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearseBroadcast:
    """The use case, with the ports it needs."""

    outbox: Outbox
    releases: Callable[[], Releases]
    channels: Mapping[str, Channel]
    jobs: Jobs
    acting: Acting
    clock: Clock

    def __call__(
        self, id: int, number: Msisdn, by: str, languages: Sequence[str] = ()
    ) -> Sequence[str]:
        """Sends each text, of some languages where any are named; returns the languages.

        A value that a list would give is shown by its name. Raises NotAllowed and Refused.
        """
        broadcast, actor = self.acting.theirs(id, by, Act.BROADCAST)
        hold_to(Deed.REHEARSE, broadcast)
        words = Words(broadcast, self.releases().current(), self.channels)
        there = words.wording.texts
        for language in languages:
            if language not in there:
                raise Refused(
                    Sentence(
                        "Broadcast %(id)s has no text in '%(language)s'. It has: %(languages)s.",
                        id=id,
                        language=language,
                        languages=", ".join(there),
                    )
                )
        channel = channel_to_send(self.channels, broadcast.channel, number)
        if channel is None:
            raise Refused(NO_CHANNEL_SENDS)
        now, chosen = self.clock.now(), list(languages or there)
        self.acting.note(actor, broadcast.institution, Act.BROADCAST, f"broadcast {id} rehearsed")
        self.outbox.add(
            [
                NewSms(
                    channel=channel.name,
                    subscriber=number,
                    text=TEST + words.named(language),
                    lane=Lane.REPLY,
                    purpose=Purpose.NOTICE,
                    key=f"rehearsal:{id}:{language}:{number.as_stored}:{now.isoformat()}",
                    topic=TOPIC,
                    institution=broadcast.institution,
                    language=language,
                )
                for language in chosen
            ],
            now,
        )
        self.jobs.wake_outbound(channel.name, Lane.REPLY)
        return chosen

"""Look at the SMS that came from a number, to help who asks; they can see who has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.institutions.note_search import NoteSearch
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import AuditTrail
from gateway.use_cases.ports.sms.received import Received, ReceivedSms

#: What citizens read was touched.
SEEN = "sms_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtReceived:
    """The use case, with the ports it needs. It raises NotAllowed and StoreUnavailable."""

    received: Received
    authorise: Authorise
    trail: AuditTrail
    clock: Clock

    def of(self, subscriber: Identity, limit: int, by: str) -> Sequence[ReceivedSms]:
        """Returns MOs of a number, the newest first, as far as `by` may see them.

        What is no service's, or waits to be read, is the deployment's own institution's. That they
        were looked for is recorded, whether there are any or not.
        """
        reach = self.authorise.reach(by, Act.READ)
        found = self.received.of(subscriber, reach.institutions, limit)
        note = NoteSearch(trail=self.trail, clock=self.clock)
        note(reach, subscriber, [each.institution for each in found], "received sms", SEEN)
        return found


def what_became(sms: ReceivedSms) -> Sentence:
    """Returns in plain words what became of an MO."""
    if sms.waits:
        return Sentence("waits to be read")
    match sms.outcome:
        case "not_understood" | "passed_on" | "help_desk" | "help_kept" | "too_often":
            return Sentence("not understood, or for a person: see the help desk")
        case "did_you_mean" | "is_your_answer":
            return Sentence("asked back what was meant")
        case "noise":
            return Sentence("not answered, since it asks for nothing: a nod, or thanks")
        case "loop":
            return Sentence("not answered, since it reads like a machine")
        case "twin":
            return Sentence("the same once more within seconds: answered once")
        case "failed" | "no_channel" | "no_way_back":
            return Sentence("could not be answered")
        case _:
            return Sentence("understood")

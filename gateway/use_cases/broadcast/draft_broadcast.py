"""Draft a broadcast: what it says, to whom, until when. Nothing is sent by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gateway.domain.broadcast.audience import Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.wording import DISTRICT, Wording
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.broadcast.act_on import Acting
from gateway.use_cases.institutions.known_institutions import KnownInstitutions
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ports.sms.broadcasts import Broadcasts


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBroadcast:
    """The use case, with the ports it needs: the one door by which a broadcast comes to be."""

    known: KnownInstitutions
    broadcasts: Broadcasts
    releases: Callable[[], Releases]
    channels: Mapping[str, Channel]
    acting: Acting
    clock: Clock

    def __call__(self, new: NewBroadcast) -> Broadcast:
        """Returns the draft, or the one that was drafted with the same key before.

        Raises NotAllowed, and Refused, which says what to write instead.
        """
        return self._drafted(new, self.acting.may(new.created_by, new.institution, Act.BROADCAST))

    def for_source(self, new: NewBroadcast) -> Broadcast:
        """Returns the draft of what a proven source of warnings says; `created_by` names it.

        It has no role: people check what it drafts, and let it go out. Raises Refused.
        """
        return self._drafted(new, new.created_by)

    def _drafted(self, new: NewBroadcast, actor: str) -> Broadcast:
        wording = _compiled(new)
        new = self._held_to_its_own(new)
        self._refuse_unknown(new, wording)
        now = self.clock.now()
        if new.valid_until is not None and new.valid_until <= now:
            raise Refused("What it says would hold no longer already. Give a later --valid-until.")
        id = self.broadcasts.draft(replace(new, created_by=actor), now)
        self.acting.note(actor, new.institution, Act.BROADCAST, f"broadcast {id} drafted")
        return self.acting.found(id)

    def _held_to_its_own(self, new: NewBroadcast) -> NewBroadcast:
        """Returns it on a channel of its institution's own, where that may use some only.

        Raises Refused for a topic or a channel that was not set to be its institution's.
        """
        name = new.institution or self.known.own
        self.known.check(name)
        found = self.known.institutions.find(name)
        if found is None:
            return new
        if not new.channel and found.channels:
            new = replace(new, channel=found.channels[0])
        for what, given, its_own in (
            ("topic", new.topic, found.topics),
            ("channel", new.channel, found.channels),
        ):
            if its_own and given not in its_own:
                raise Refused(
                    f"'{name}' may not use the {what} '{given}', only: {', '.join(its_own)}. "
                    f"Name one of these with --{what}, or let an administrator allow it: "
                    "gateway institutions set --help"
                )
        return new

    def _refuse_unknown(self, new: NewBroadcast, wording: Wording) -> None:
        release = self.releases().current()
        for language in (*wording.texts, *new.audience.languages):
            if language not in release.languages:
                raise Refused(
                    f"The menu has no language '{language}'."
                    f"{did_you_mean(language, release.languages)} It has: "
                    f"{', '.join(release.languages)}."
                )
        if new.channel and new.channel not in self.channels:
            raise Refused(
                f"There is no channel '{new.channel}'.{did_you_mean(new.channel, self.channels)}"
            )
        if not any(each.sends for each in self.channels.values()):
            raise Refused("No channel sends SMS: one needs an `address` or a `sender_id`.")
        is_listed = new.audience.source is Source.LIST
        known = {DISTRICT} if new.audience.districts else set()
        unknown = [name for name in wording.names if not is_listed and name not in known]
        if unknown:
            raise Refused(
                f"The text has {{{unknown[0]}}}, and only a list has columns. Give --list FILE, or "
                "write the value itself."
            )


def _compiled(new: NewBroadcast) -> Wording:
    if not new.title.strip():
        raise Refused("A broadcast needs a title, by which people know it.")
    if not new.topic:
        raise Refused("A broadcast needs a topic, which its recipients can stop.")
    try:
        return Wording.compile(new.texts, new.fallback)
    except ValueError as error:
        raise Refused(str(error)) from None

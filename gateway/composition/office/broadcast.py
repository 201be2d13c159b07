"""Broadcasts: drafted, checked, directed, filled into the outbox, read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.dataset_files.recipient_list import recipient_list
from gateway.adapters.sql.broadcast.audiences import SqlAudiences
from gateway.adapters.sql.broadcast.broadcasts import SqlBroadcasts
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.deployment.load import Deployment
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.wording import Wording
from gateway.domain.institutions.spending import Standing
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.broadcast.act_on import Acting, OverBudget
from gateway.use_cases.broadcast.check_broadcast import CheckBroadcast
from gateway.use_cases.broadcast.direct_broadcast import DirectBroadcast
from gateway.use_cases.broadcast.draft_broadcast import DraftBroadcast
from gateway.use_cases.broadcast.fill_broadcasts import FillBroadcasts
from gateway.use_cases.broadcast.its_own import NotTheirs, not_its_channel, not_its_topic
from gateway.use_cases.broadcast.keep_reports import KeepReports
from gateway.use_cases.broadcast.read_broadcasts import ReadBroadcasts
from gateway.use_cases.broadcast.rehearse_broadcast import RehearseBroadcast
from gateway.use_cases.broadcast.take_list import TakeList, Taken
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.institutions.known_institutions import KnownInstitutions
from gateway.use_cases.institutions.spend import Spend
from gateway.use_cases.ports import Clock, Counters, Jobs, Outbox, Releases
from gateway.use_cases.ports.institutions import AuditTrail


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastRoom:
    """The use cases of broadcasts."""

    deployment: Deployment
    releases: Callable[[], Releases]
    draft: DraftBroadcast
    take_list: TakeList
    check: CheckBroadcast
    rehearse: RehearseBroadcast
    direct: DirectBroadcast
    read: ReadBroadcasts
    keep_reports: KeepReports

    def draft_with_list(
        self,
        new: NewBroadcast,
        file: Path,
        progress: Callable[[int], object],
        most: int | None = None,
    ) -> tuple[Broadcast, Taken]:
        """Drafts a broadcast to a list; with any fault nothing stays, and DataInvalid has all.

        A list of more than `most` rows is refused. One that was drafted with the same key before
        keeps the list that it has.
        """
        draft = self.draft(new)
        if draft.list_rows is not None:
            return draft, Taken(draft.list_rows, 0)
        wording = Wording.compile(new.texts, new.fallback)
        languages = tuple(self.releases().current().languages)
        region = self.deployment.settings.national_region
        listed = recipient_list(file, wording.names, languages, region)
        return draft, self.take_list(draft, listed, progress, most)


def broadcast(
    deployment: Deployment,
    engine: Engine,
    *,
    authorise: Authorise,
    trail: AuditTrail,
    outbox: Outbox,
    jobs: Jobs,
    releases: Callable[[], Releases],
    channels: Mapping[str, Channel],
    spend: Spend,
    known: KnownInstitutions,
    clock: Clock,
) -> BroadcastRoom:
    """Returns the use cases wired."""
    keyring, settings = deployment.keyring, deployment.settings
    broadcasts, audiences = SqlBroadcasts(engine, keyring), SqlAudiences(engine, keyring)
    acting = Acting(broadcasts=broadcasts, authorise=authorise, audit=trail, clock=clock)
    read = ReadBroadcasts(
        broadcasts=broadcasts,
        audiences=audiences,
        acting=acting,
        prices=spend.prices,
        channel_of=lambda each: _channel_of(each, channels),
    )
    return BroadcastRoom(
        deployment=deployment,
        releases=releases,
        draft=DraftBroadcast(
            known=known,
            broadcasts=broadcasts,
            releases=releases,
            channels=channels,
            acting=acting,
            clock=clock,
        ),
        take_list=TakeList(
            broadcasts=broadcasts, lists=SqlRecipientLists(engine, keyring), clock=clock
        ),
        check=CheckBroadcast(
            broadcasts=broadcasts,
            audiences=audiences,
            releases=releases,
            channels=channels,
            acting=acting,
            jobs=jobs,
            approval_above=settings.broadcasts.approval_above,
            clock=clock,
        ),
        rehearse=RehearseBroadcast(
            outbox=outbox,
            releases=releases,
            channels=channels,
            jobs=jobs,
            acting=acting,
            clock=clock,
        ),
        direct=DirectBroadcast(
            broadcasts=broadcasts,
            acting=acting,
            quiet=settings.quiet,
            over_budget=_over_budget(spend),
            not_theirs=_not_theirs(known),
            clock=clock,
        ),
        read=read,
        keep_reports=KeepReports(broadcasts=broadcasts, read=read, clock=clock),
    )


def fill_broadcasts(
    deployment: Deployment,
    engine: Engine,
    *,
    jobs: Jobs,
    releases: Releases,
    channels: Mapping[str, Channel],
    spend: Spend,
    known: KnownInstitutions,
    counters: Counters,
    clock: Clock,
) -> FillBroadcasts:
    """Returns what the ticker does for broadcasts, wired."""
    keyring, settings = deployment.keyring, deployment.settings
    return FillBroadcasts(
        broadcasts=SqlBroadcasts(engine, keyring),
        audiences=SqlAudiences(engine, keyring),
        lists=SqlRecipientLists(engine, keyring),
        releases=releases,
        channels=channels,
        quiet=settings.quiet,
        jobs=jobs,
        turns_per_second=settings.broadcasts.turns_per_second,
        over_budget=_over_budget(spend),
        not_theirs=_not_theirs(known),
        counters=counters,
        clock=clock,
    )


def _over_budget(spend: Spend) -> OverBudget:
    """Returns what says why an institution may not send so many segments; nothing where it may."""

    def over_budget(institution: str, segments: int, at: datetime) -> str:
        verdict = spend.may_send(institution, segments, at)
        if verdict.standing is not Standing.BRAKED:
            return ""
        return verdict.told

    return over_budget


def _not_theirs(known: KnownInstitutions) -> NotTheirs:
    """Returns what says why an institution may not write about a topic by a channel."""

    def not_theirs(institution: str, topic: str, channel: str) -> str:
        found = known.institutions.find(institution or known.own)
        return not_its_topic(found, topic) or not_its_channel(found, channel)

    return not_theirs


def _channel_of(broadcast: Broadcast, channels: Mapping[str, Channel]) -> str:
    """Returns the channel that a broadcast asks for, else the first that sends."""
    sending = [name for name, each in channels.items() if each.sends]
    return broadcast.channel if broadcast.channel in sending else next(iter(sending), "")

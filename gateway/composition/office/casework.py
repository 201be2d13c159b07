"""Cases and the help desk, as those see them who work on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.office.case_work import SqlCaseWork
from gateway.adapters.system.keyring import Keyring
from gateway.composition.office.institutions import Institutions
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.casework.answer_help_desk import AnswerHelpDesk
from gateway.use_cases.casework.compose_answer import ComposeAnswer
from gateway.use_cases.casework.read_help_desk import ReadHelpDesk
from gateway.use_cases.casework.work_on_cases import WorkOnCases
from gateway.use_cases.ports import Clock, Jobs, Releases


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpDesk:
    """The use cases of the help desk."""

    read: ReadHelpDesk
    answer: AnswerHelpDesk


def cases(
    engine: Engine,
    keyring: Keyring,
    clock: Clock,
    releases: Callable[[], Releases],
    reaches: Callable[[str, Identity], bool],
    *,
    jobs: Callable[[], Jobs],
    channels: Mapping[str, Channel],
    institutions: Institutions,
) -> WorkOnCases:
    """Returns the work on cases, wired; the queue is opened only where something is sent."""
    return WorkOnCases(
        cases=SqlCaseWork(engine, keyring, reaches),
        authorise=institutions.authorise,
        people=institutions.people,
        compose=ComposeAnswer(channels=channels, prices=institutions.spend.prices),
        wake=lambda channel, lane: jobs().wake_outbound(channel, lane),
        trail=institutions.trail,
        clock=clock,
        releases=releases,
    )


def help_desk(
    engine: Engine,
    keyring: Keyring,
    *,
    jobs: Jobs,
    channels: Mapping[str, Channel],
    institutions: Institutions,
    clock: Clock,
) -> HelpDesk:
    """Returns the work of the help desk, wired."""
    messages, authorise = SqlHelpDesk(engine, keyring), institutions.authorise
    return HelpDesk(
        read=ReadHelpDesk(
            help_desk=messages, authorise=authorise, trail=institutions.trail, clock=clock
        ),
        answer=AnswerHelpDesk(
            help_desk=messages,
            authorise=authorise,
            people=institutions.people,
            compose=ComposeAnswer(channels=channels, prices=institutions.spend.prices),
            jobs=jobs,
            clock=clock,
        ),
    )

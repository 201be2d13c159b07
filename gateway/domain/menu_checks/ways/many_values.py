"""Checks of `many`: what one SMS asks about several values only reads, and tells it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from gateway.domain.commands.many_values import own_question
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.back_end_names import key_and_name
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
    ShownScreen,
)
from gateway.domain.menu_checks.candidate import Review, ways_on
from gateway.domain.menu_checks.sheets import WIDEST
from gateway.domain.menu_checks.values import known_values
from gateway.domain.telecom.segments import segment

#: More than a phone joins, and more than anybody reads.
MOST_SEGMENTS = 6


def unfit_for_many(review: Review) -> Iterator[Fault]:
    """M099: several values in one SMS for a service that writes, proves, or asks for more."""
    for screen in review.menu.release.each(InputScreen):
        if screen.many and review.menu.is_whole(screen.id.partition(".")[0]):
            for reason in dict.fromkeys(_reasons(review, screen)):
                yield review.menu.key_fault("M099", reason, screen.id, "many")


def _reasons(review: Review, asked: InputScreen) -> Iterator[Sentence]:
    """Yields why a question cannot be asked about several values."""
    service = review.menu.release.services[asked.id.partition(".")[0]]
    if service.start != asked.id:
        yield Sentence("Only the first question of a service takes several values in one SMS.")
    own = own_question(review.menu.release, asked)
    by_own = own is not None and service.proof is Rung.FACT
    if service.proof is not Rung.PHONE and not by_own:
        yield Sentence(
            "'%(service)s' says `proof: %(proof)s`: each value is proven by itself.",
            service=service.id,
            proof=service.proof,
        )
    waiting, met = [(asked.goto, False)], set[tuple[str, bool]]()
    while waiting:
        goto, is_told = place = waiting.pop(0)
        screen = review.menu.release.screens.get(goto)
        if place in met or screen is None:
            continue
        met.add(place)
        match screen:
            case InputScreen() | ChoiceScreen() if is_told:
                yield from _too_long(review, asked, screen)
                continue  # what is asked in return is asked about one value alone
            case InputScreen() if own is not None and goto == own.id:
                pass  # each value has its own behind it
            case InputScreen():
                yield (
                    Sentence(
                        "'%(goto)s' is typed as well: nobody knows which value it belongs "
                        "to. Ask for it in a choice or as one date, or take out `many`.",
                        goto=_name(goto),
                    )
                )
                continue
            case ChoiceScreen():
                for label in _like_values(asked, screen):
                    yield Sentence(
                        "Line '%(label)s' of '%(goto)s' is read as a value of this question.",
                        label=label,
                        goto=_name(goto),
                    )
            case ServiceScreen():
                is_told = True
                contract = review.contracts.get(screen.handler)
                if contract is not None:
                    name = key_and_name(screen.handler)[1]
                    yield from _unfit(name, contract, by_own=by_own)
            case EndScreen():
                yield from _too_long(review, asked, screen)
            case BranchScreen() | OpenScreen():
                pass
            case _:
                assert_never(screen)
        waiting += [(following, is_told) for _, following in ways_on(review.menu, screen)]


def _unfit(name: str, contract: HandlerContract, *, by_own: bool) -> Iterator[Sentence]:
    if contract.writes:
        yield Sentence("'%(name)s' writes: what is written is asked for one by one.", name=name)
    if (contract.proves or contract.personal) and not by_own:
        yield Sentence(
            "'%(name)s' shows what is personal, or tries a proof: each is asked for by itself.",
            name=name,
        )
    if contract.slow or contract.promises_sms:
        yield Sentence(
            "'%(name)s' answers by an SMS of its own: each is asked for by itself.", name=name
        )


def _too_long(review: Review, asked: InputScreen, told: ShownScreen) -> Iterator[Sentence]:
    """Yields a reason where an answer to each value may be more than one SMS holds."""
    known = known_values(review, told.id.partition(".")[0])
    for language, template in told.text.by_language.items():
        text = template.longest(known.widths(language), WIDEST)
        parts = len(segment("\n".join([text] * asked.many)).parts)
        if parts > MOST_SEGMENTS:
            yield (
                Sentence(
                    "%(many)s times '%(told)s' may need %(parts)s segments in language "
                    "%(language)s; at most %(most)s: lower `many`, or say it "
                    "shorter.",
                    many=asked.many,
                    told=_name(told.id),
                    parts=parts,
                    language=language,
                    most=MOST_SEGMENTS,
                )
            )
            break


def _like_values(asked: InputScreen, choice: ChoiceScreen) -> Iterator[str]:
    for option in choice.options.values():
        for language, template in option.label.by_language.items():
            label = "".join(template.pieces[::2])
            if not isinstance(check(asked.accepts, label, language), Complaint):
                yield label
                break


def _name(id: str) -> str:
    return id.partition(".")[2]

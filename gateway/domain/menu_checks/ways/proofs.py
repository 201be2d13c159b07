"""Checks of who may see what: personal things stand behind the proof their service declares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.back_end_names import key_and_name
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.menu.release import Service
from gateway.domain.menu.screens import AskingScreen, Screen, ServiceScreen
from gateway.domain.menu_checks.candidate import Review, ways_on


def proofs_not_declared(review: Review) -> Iterator[Fault]:
    """M079: a service that shows or erases personal things to whoever holds the phone."""
    for service in _whole(review):
        for screen in _personal(review, service) if service.proof is Rung.PHONE else ():
            sentence = Sentence(
                "'%(screen)s' shows or erases personal things: let '%(service)s' say "
                "`proof: fact` or `proof: pin`, and ask for it before.",
                screen=_name(screen),
                service=service.id,
            )
            yield review.menu.fault("M079", sentence, screen.id, _key(screen))


def ways_around_proofs(review: Review) -> Iterator[Fault]:
    """M082: a way to personal things past the proof that their service declares."""
    for service in _whole(review):
        if service.proof is Rung.PHONE:
            continue
        unproven = _reached_unproven(review, service)
        for screen in _personal(review, service):
            if screen.id in unproven and not _proves_itself(review, screen, service.proof):
                sentence = Sentence(
                    "A way leads to '%(screen)s' without the %(proof)s that "
                    "'%(service)s' declares: let all go through an outcome that proves "
                    "it.",
                    screen=_name(screen),
                    proof=service.proof,
                    service=service.id,
                )
                yield review.menu.fault("M082", sentence, screen.id, _key(screen))
        asked_behind = [
            screen
            for screen in review.menu.screens_of(service.id).values()
            if isinstance(screen, AskingScreen) and screen.id not in unproven
        ]
        if asked_behind and service.resume_seconds and not service.sensitive:
            name = asked_behind[0].id.partition(".")[2]
            sentence = Sentence(
                "Whoever dials again would go on at '%(name)s', which is asked after "
                "the proof: let '%(service)s' be `sensitive`, or take out `resume`.",
                name=name,
                service=service.id,
            )
            yield review.menu.fault("M082", sentence, service.id, "resume")


def _whole(review: Review) -> Iterator[Service]:
    for name in review.menu.written_services():
        if review.menu.is_whole(name):
            yield review.menu.release.services[name]


def _personal(review: Review, service: Service) -> Sequence[ServiceScreen]:
    return [
        screen
        for screen in review.menu.screens_of(service.id).values()
        if isinstance(screen, ServiceScreen)
        and screen.handler in review.contracts
        and review.contracts[screen.handler].personal
    ]


def _reached_unproven(review: Review, service: Service) -> set[str]:
    """Returns the screens of a service to which some way leads without the proof it declares.

    Other services lead to its first screen alone, and so does everything that is dialled or texted.
    """
    screens = review.menu.release.screens
    reached, waiting = {service.start}, [service.start]
    while waiting:
        screen = screens.get(waiting.pop())
        if screen is None:
            continue
        for path, goto in ways_on(review.menu, screen):
            inside = goto.startswith(f"{service.id}.")
            if inside and goto not in reached and not _is_proven(review, screen, path[-1], service):
                reached.add(goto)
                waiting.append(goto)
    return reached


def _is_proven(review: Review, screen: Screen, outcome: str, service: Service) -> bool:
    if not isinstance(screen, ServiceScreen) or screen.handler not in review.contracts:
        return False
    rung = review.contracts[screen.handler].proves.get(outcome)
    return rung is not None and rung.reaches(service.proof)


def _proves_itself(review: Review, screen: ServiceScreen, declared: Rung) -> bool:
    """Returns whether a call is told the proof, and shows what is personal to nobody else."""
    proven = review.contracts[screen.handler].proves.values()
    return any(rung.reaches(declared) for rung in proven)


def _key(screen: ServiceScreen) -> str:
    return key_and_name(screen.handler)[0]


def _name(screen: ServiceScreen) -> str:
    """Returns what a sentence calls it: a look-up has the name of its screen."""
    return key_and_name(screen.handler)[1].removeprefix(f"{screen.id.partition('.')[0]}.")

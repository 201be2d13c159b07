"""Checks of the screen that asks for the district by which the callers of a service are counted."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.screens import ChoiceScreen, Listing, ServiceScreen
from gateway.domain.menu_checks.candidate import Review


def wrong_districts(review: Review) -> Iterator[Fault]:
    """M133: the answer is none of a few that many callers give, or is somebody's own.

    Sums stay for years and have no number in them. What people type may be anything about them, so
    it never becomes the name of a sum.
    """
    menu = review.menu
    for service in (menu.release.services[name] for name in menu.written_services()):
        if not service.district_from or not menu.is_whole(service.id):
            continue
        name = service.district_from.partition(".")[2]
        screen = menu.release.screens.get(service.district_from)
        if screen is None:
            proposal = did_you_mean(name, menu.screens_of(service.id))
            sentence = Sentence(
                "'%(service)s' has no screen '%(name)s'.%(proposal)s",
                service=service.id,
                name=name,
                proposal=proposal,
            )
        elif not isinstance(screen, ChoiceScreen) or screen.several:
            sentence = Sentence(
                "'%(name)s' is no choice of one: only a district of a list is counted.", name=name
            )
        elif screen.listing and _is_personal(review, service.id, screen.listing):
            sentence = Sentence(
                "'%(name)s' lists what is personal, and figures tell of nobody.", name=name
            )
        else:
            continue
        yield menu.fault("M133", sentence, service.id, "district_from")


def _is_personal(review: Review, service: str, listing: Listing) -> bool:
    """Returns whether a back end gives the list that says of a caller what nobody else may read."""
    screens = review.menu.screens_of(service).values()
    called = {each.handler for each in screens if isinstance(each, ServiceScreen)}
    given = (review.contracts[name] for name in called & review.contracts.keys())
    return any(
        listing.rows in values
        for contract in given
        if contract.personal
        for values in contract.outcomes.values()
    )

"""Checks of service screens and lists against what handlers declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.back_end_names import HANDLER, key_and_name
from gateway.domain.handler_contract.declared_call import DeclaredCall
from gateway.domain.handler_contract.form import ROW
from gateway.domain.handler_contract.look_up import LookUp
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import BranchScreen, ChoiceScreen, InputScreen, ServiceScreen
from gateway.domain.menu_checks.candidate import CALLS_FILE, Review
from gateway.domain.menu_checks.values import known_values


def unknown_handlers(review: Review) -> Iterator[Fault]:
    """M040: a handler that is not in the table."""
    known = [name for name in review.contracts if key_and_name(name)[0] == HANDLER]
    for screen in review.menu.release.each(ServiceScreen):
        if key_and_name(screen.handler)[0] == HANDLER and screen.handler not in known:
            proposal = did_you_mean(screen.handler, known)
            sentence = Sentence(
                "There is no handler '%(name)s'.%(proposal)s",
                name=screen.handler,
                proposal=proposal,
            )
            yield review.menu.fault("M040", sentence, screen.id, "handler")


def unknown_institutions(review: Review) -> Iterator[Fault]:
    """M027: an institution that main.yaml does not list, where it lists any, for cards to name."""
    known = review.menu.release.institutions
    for name in review.menu.written_services() if known else ():
        institution = review.menu.release.services[name].institution
        if institution and institution not in known:
            proposal = did_you_mean(institution, known)
            sentence = Sentence(
                "main.yaml lists no institution '%(institution)s'.%(proposal)s",
                institution=institution,
                proposal=proposal,
            )
            yield review.menu.fault("M027", sentence, name, "institution")


def unknown_calls(review: Review) -> Iterator[Fault]:
    """M070: a call that calls.yaml does not declare."""
    calls, broken = review.menu.release.calls, review.menu.broken
    for screen in review.menu.release.each(ServiceScreen):
        key, name = key_and_name(screen.handler)
        unread = not broken.isdisjoint((CALLS_FILE, f"{CALLS_FILE}.{name}"))
        if key == "call" and name not in calls and not unread:
            sentence = Sentence(
                "calls.yaml declares no call '%(name)s'.%(proposal)s",
                name=name,
                proposal=did_you_mean(name, calls),
            )
            yield review.menu.fault("M070", sentence, screen.id, "call")


def outcomes_without_screen(review: Review) -> Iterator[Fault]:
    """M041: an outcome that the handler declares and the menu leaves open."""
    for screen, contract in _called(review):
        left_open = contract.outcomes.keys() - screen.outcomes.keys()
        for outcome in left_open if screen.id not in review.menu.mended else ():
            sentence = Sentence(
                "Outcome '%(outcome)s' of '%(screen)s' leads to no screen.",
                outcome=outcome,
                screen=_name(screen),
            )
            yield review.menu.key_fault("M041", sentence, screen.id, "outcomes")


def undeclared_outcomes(review: Review) -> Iterator[Fault]:
    """M042: an outcome that the handler does not declare."""
    for screen, contract in _called(review):
        for outcome in screen.outcomes.keys() - contract.outcomes.keys():
            proposal = did_you_mean(outcome, contract.outcomes)
            sentence = Sentence(
                "'%(screen)s' has no outcome '%(outcome)s'.%(proposal)s",
                screen=_name(screen),
                outcome=outcome,
                proposal=proposal,
            )
            yield review.menu.key_fault("M042", sentence, screen.id, "outcomes", outcome)


def missing_answers(review: Review) -> Iterator[Fault]:
    """M043: an answer that the handler needs and nobody asks for."""
    for screen, contract in _called(review):
        service = screen.id.partition(".")[0]
        known = known_values(review, service)
        for need in contract.needs:
            # What a look-up asks by, and no screen asks for, may be of a row that was found before.
            source = screen.arguments.get(need, "")
            is_given = source and (source != need or need in known.texts)
            if need not in known.answers and not is_given:
                if not review.menu.is_whole(service) or screen.id in review.menu.mended:
                    continue  # the screen that could not be read may ask for it
                proposal = did_you_mean(need, known.answers)
                sentence = Sentence(
                    "'%(screen)s' needs the answer '%(need)s'.%(proposal)s",
                    screen=_name(screen),
                    need=need,
                    proposal=proposal,
                )
                key, _ = key_and_name(screen.handler)
                yield review.menu.fault("M043", sentence, screen.id, key)


def wrong_arguments(review: Review) -> Iterator[Fault]:
    """M044: an argument that is not needed, or comes from a screen that gives no answer."""
    for screen, contract in _called(review):
        service = screen.id.partition(".")[0]
        known = known_values(review, service)
        for argument, source in screen.arguments.items():
            if argument in (ROW, source):  # told where it is needed
                continue
            read = (*contract.needs, *contract.takes)
            if argument not in read:
                proposal = did_you_mean(argument, read)
                sentence = Sentence(
                    "'%(screen)s' does not need '%(argument)s'.%(proposal)s",
                    screen=_name(screen),
                    argument=argument,
                    proposal=proposal,
                )
                yield review.menu.key_fault("M044", sentence, screen.id, "with", argument)
            if source not in known.answers | known.texts.keys() and review.menu.is_whole(service):
                proposal = did_you_mean(source, known.answers)
                sentence = Sentence(
                    "No screen '%(source)s' gives an answer here.%(proposal)s",
                    source=source,
                    proposal=proposal,
                )
                yield review.menu.fault("M044", sentence, screen.id, "with", argument)


def unknown_lists(review: Review) -> Iterator[Fault]:
    """M045 and M046: a list, or a field of its rows, that no handler of the service gives."""
    menu = review.menu
    for screen in menu.release.each(ChoiceScreen):
        if screen.listing is None:
            continue
        known = known_values(review, screen.id.partition(".")[0])
        listing = screen.listing
        if not known.complete:
            continue
        if listing.rows not in known.lists:
            proposal = did_you_mean(listing.rows, known.lists)
            sentence = Sentence(
                "No handler of this service gives a list '%(rows)s'.%(proposal)s",
                rows=listing.rows,
                proposal=proposal,
            )
            yield menu.fault("M045", sentence, screen.id, "choice", "each")
        for key in ("value", "within") if listing.rows in known.lists else ():
            name, fields = getattr(listing, key), known.lists[listing.rows]
            if not name or name in fields:
                continue
            proposal = did_you_mean(name, fields)
            sentence = Sentence(
                "Rows of '%(rows)s' have no field '%(name)s'.%(proposal)s",
                rows=listing.rows,
                name=name,
                proposal=proposal,
            )
            yield menu.fault("M046", sentence, screen.id, "choice", key)


def lost_secrets(review: Review) -> Iterator[Fault]:
    """M047: a secret input that no service screen follows."""
    menu = review.menu
    for screen in menu.release.each(InputScreen):
        if screen.secret:
            found = [menu.release.screens.get(goto) for goto in _ways_on(menu.release, screen)]
            if any(each is not None and not isinstance(each, ServiceScreen) for each in found):
                sentence = Sentence(
                    "A secret answer goes to the handler that follows; here none does."
                )
                yield menu.fault("M047", sentence, screen.id, "next")


def unkept_calls(review: Review) -> Iterator[Fault]:
    """M073: a storable call that cannot be kept: it only reads, or it is told a secret."""
    release = review.menu.release
    told = {
        goto
        for screen in release.each(InputScreen)
        for goto in (_ways_on(release, screen) if screen.secret else ())
    }
    for screen, contract in _called(review):
        if not contract.storable:
            continue
        key, _ = key_and_name(screen.handler)
        if not contract.writes:
            sentence = Sentence(
                "'%(screen)s' is storable, and does not say that it writes.", screen=_name(screen)
            )
            yield review.menu.fault("M073", sentence, screen.id, key)
        elif screen.id in told:
            sentence = Sentence(
                "'%(screen)s' is storable, and would be kept with a secret answer.",
                screen=_name(screen),
            )
            yield review.menu.fault("M073", sentence, screen.id, key)


def loose_proofs(review: Review) -> Iterator[Fault]:
    """M074: a second fact counted by an answer that can be written in many ways, or is a secret."""
    menu = review.menu
    for screen in menu.release.each(ServiceScreen):
        key, name = key_and_name(screen.handler)
        asks: Mapping[str, Mapping[str, DeclaredCall | LookUp]]
        asks = {"call": menu.release.calls, "lookup": menu.release.look_ups}
        declared = asks.get(key, {}).get(name)
        if declared is None or declared.proves is None:
            continue
        of = declared.proves.of
        source = screen.arguments.get(of, of)
        asked = menu.screens_of(screen.id.partition(".")[0]).get(source)
        if not isinstance(asked, InputScreen):
            continue
        if asked.secret or KINDS[asked.accepts.kind].free_text:
            why = (
                Sentence("a secret")
                if asked.secret
                else Sentence("free text, which can be written in many ways")
            )
            sentence = Sentence(
                "'%(screen)s' counts wrong second facts by '%(source)s', which is %(why)s.",
                screen=_name(screen),
                source=source,
                why=why,
            )
            yield menu.fault("M074", sentence, screen.id, key)


def _ways_on(release: Release, screen: InputScreen) -> Iterator[str]:
    following = release.screens.get(screen.goto)
    if isinstance(following, BranchScreen):
        yield from (goto for _, goto in following.ways)
    else:
        yield screen.goto


def _name(screen: ServiceScreen) -> str:
    key, name = key_and_name(screen.handler)
    return name if key != "lookup" else screen.id.partition(".")[2]


def _called(review: Review) -> Iterator[tuple[ServiceScreen, HandlerContract]]:
    for screen in review.menu.release.each(ServiceScreen):
        if screen.handler in review.contracts:
            yield screen, review.contracts[screen.handler]

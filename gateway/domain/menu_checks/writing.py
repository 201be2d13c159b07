"""Checks of what is written: a record is read back first, a report is stored and then shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import assert_never

from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.handler_contract.back_end_names import key_and_name
from gateway.domain.handler_contract.service_call import HandlerContract, Writes
from gateway.domain.menu.screens import (
    AskingScreen,
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu.side_effects import calls_at, calls_behind, sources
from gateway.domain.menu_checks.candidate import Review, ways_on


def records_not_read_back(review: Review) -> Iterator[Fault]:
    """M075: a record that is written without its citizen having seen what will be written."""
    for call, contract in _writing(review, Writes.RECORD):
        for screen, path in _ways_in(review, call):
            if not isinstance(screen, ChoiceScreen) or screen.listing is not None:
                sentence = Sentence(
                    "'%(call)s' writes a record: read it back first, in a choice with "
                    "a line for Yes and one for Change.",
                    call=_name(call),
                )
                yield review.menu.fault("M075", sentence, *path)
            elif not _has_another_way(review, screen, call):
                sentence = Sentence(
                    "Each line leads to '%(call)s', which writes a record: give one to change it.",
                    call=_name(call),
                )
                yield review.menu.key_fault("M075", sentence, screen.id, "choice")
            else:
                yield from _not_shown("M075", review, screen, call, contract)


def written_late(review: Review) -> Iterator[Fault]:
    """M076: a question that the call behind it does not need, so that it is stored too late."""
    for kind in (Writes.REPORT, Writes.PREFERENCE):
        for call, contract in _writing(review, kind):
            if contract.erases:
                continue  # its last question is whether it is meant
            needs = set(sources(call, contract).values())
            for screen, path in _ways_in(review, call):
                name = screen.id.partition(".")[2]
                if isinstance(screen, AskingScreen) and name not in needs:
                    sentence = Sentence(
                        "'%(call)s' has all it needs before '%(name)s' is asked. Call "
                        "it before, so that nothing is lost with this answer, and ask "
                        "then.",
                        call=_name(call),
                        name=name,
                    )
                    yield review.menu.fault("M076", sentence, *path)


def reports_not_shown(review: Review) -> Iterator[Fault]:
    """M077: a report that is stored, and then not shown by any screen where it can be corrected."""
    for call, contract in _writing(review, Writes.REPORT):
        shown = [screen for screen in _shown_after(review, call) if _corrects(review, screen, call)]
        if not shown:
            sentence = Sentence(
                "'%(call)s' stores a report: let an outcome lead to a choice that "
                "shows it, with a line to correct it that leads to its questions.",
                call=_name(call),
            )
            yield review.menu.key_fault("M077", sentence, call.id, "outcomes")
        for screen in shown:
            yield from _not_shown("M077", review, screen, call, contract)


def shows_what_is_written(review: Review, screen: Screen) -> bool:
    """Returns whether a screen reads a record back, or shows a report: as long as what it shows.

    So is an end that offers to tell what is not there yet.
    """
    if screen.id in _showing(review) or (isinstance(screen, ChoiceScreen) and screen.tell_me):
        return True
    return isinstance(screen, ChoiceScreen) and any(
        _kind(review, call) is Writes.RECORD
        for call in calls_behind(review.menu.release.screens, screen)
    )


def _showing(review: Review) -> Collection[str]:
    found: Collection[str] | None = review.known.get("/shown reports")
    if found is None:
        found = {
            screen.id
            for call, _ in _writing(review, Writes.REPORT)
            for screen in _shown_after(review, call)
        }
        review.known["/shown reports"] = found
    return found


def _writing(review: Review, kind: Writes) -> Iterator[tuple[ServiceScreen, HandlerContract]]:
    for screen in review.menu.release.each(ServiceScreen):
        if _kind(review, screen) is kind and review.menu.is_whole(screen.id.partition(".")[0]):
            yield screen, review.contracts[screen.handler]


def _kind(review: Review, call: ServiceScreen) -> Writes:
    contract = review.contracts.get(call.handler)
    return contract.kind if contract else Writes.NOTHING


def _ways_in(review: Review, call: ServiceScreen) -> Iterator[tuple[Screen, Path]]:
    """Yields the screens that lead to a call with nothing seen between, and where they say so."""
    screens = review.menu.release.screens
    for screen in screens.values():
        if isinstance(screen, AskingScreen | ServiceScreen):
            for path, goto in ways_on(review.menu, screen):
                if call in calls_at(screens, goto):
                    yield screen, path
                    break
    start = review.menu.release.services[call.id.partition(".")[0]].start
    if start == call.id:
        yield call, (call.id.partition(".")[0], "screens")


def _has_another_way(review: Review, screen: ChoiceScreen, call: ServiceScreen) -> bool:
    screens = review.menu.release.screens
    return any(call not in calls_at(screens, goto) for _, goto in ways_on(review.menu, screen))


def _not_shown(
    code: str,
    review: Review,
    screen: ChoiceScreen,
    call: ServiceScreen,
    contract: HandlerContract,
) -> Iterator[Fault]:
    """Yields a fault for what a call needs and the text before or behind it does not show."""
    service = call.id.partition(".")[0]
    language = review.menu.release.default_language
    template = screen.text.by_language.get(language)
    for source in dict.fromkeys(sources(call, contract).values()):
        asked = review.menu.release.screens.get(f"{service}.{source}")
        match asked:
            case InputScreen(secret=True):
                continue
            case ChoiceScreen() | InputScreen():
                if asked.id == screen.id:
                    continue
            case EndScreen() | OpenScreen() | BranchScreen() | ServiceScreen() | None:
                continue
            case _:
                assert_never(asked)
        if template is not None and source not in template.names:
            sentence = Sentence(
                "'%(call)s' writes {%(source)s}, which this text does not show.",
                call=_name(call),
                source=source,
            )
            yield review.menu.fault(code, sentence, screen.id, "text", language)


def _shown_after(review: Review, call: ServiceScreen) -> Iterator[ChoiceScreen]:
    """Yields the choices that a call leads to at once."""
    screens = review.menu.release.screens
    for goto in call.outcomes.values():
        screen = screens.get(goto)
        if isinstance(screen, ChoiceScreen):
            yield screen


def _corrects(review: Review, screen: ChoiceScreen, call: ServiceScreen) -> bool:
    """Returns whether a line of a screen leads to the questions of a call again."""
    service = call.id.partition(".")[0]
    needs = {
        f"{service}.{source}"
        for source in sources(call, review.contracts[call.handler]).values()
        if isinstance(review.menu.release.screens.get(f"{service}.{source}"), AskingScreen)
    }
    waiting, met = [goto for _, goto in ways_on(review.menu, screen)], {call.id, screen.id}
    while waiting:
        goto = waiting.pop()
        following = review.menu.release.screens.get(goto)
        if goto in needs:
            return True
        if goto in met or following is None or not goto.startswith(f"{service}."):
            continue
        met.add(goto)
        waiting += [way for _, way in ways_on(review.menu, following)]
    return False


def _name(call: ServiceScreen) -> str:
    return key_and_name(call.handler)[1]

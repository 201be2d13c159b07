"""From the shape of a screen to the screen that the engine serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gateway.adapters.menu_files.compiling.texts import TextCompiler
from gateway.adapters.menu_files.schemas.inputs import InputShape
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.menu_files.schemas.parts import Next, WayShape
from gateway.adapters.menu_files.schemas.screens import (
    CallScreenShape,
    ChoiceShape,
    EndShape,
    HandlerShape,
    ListingShape,
    OpenShape,
    OptionShape,
    ScreenShape,
    SeveralShape,
    StoreShape,
)
from gateway.domain.handler_contract import look_up
from gateway.domain.handler_contract.declared_call import PREFIX
from gateway.domain.handler_contract.form import READS, REMOVES, ROW, STORE
from gateway.domain.menu.conditions import parse
from gateway.domain.menu.kept_questions import ALONE
from gateway.domain.menu.screens import (
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Listing,
    OpenScreen,
    Option,
    Screen,
    ServiceScreen,
    Several,
    TellMe,
)
from gateway.domain.reading.folding import fold
from gateway.domain.text.localised_text import LocalisedText, Template

#: The line of an end that offers to tell what is not there yet.
TELL_ME_KEY = "1"
#: The first screen of each service.
Starts = Mapping[str, str]


def screen(id: str, shape: ScreenShape, texts: TextCompiler, starts: Starts) -> Screen:
    """Returns the screen of a shape; references that lead nowhere are kept for the checker."""
    return _SCREENS[type(shape)](texts, id, shape, starts)


def branches(id: str, shape: ScreenShape) -> Iterator[BranchScreen]:
    """Yields a screen for each `next` that is a list of ways."""
    for path, ways in _lists_of_ways(shape):
        found = tuple((parse(way.when) if way.when else None, _goto(id, way.goto)) for way in ways)
        yield BranchScreen(id=_goto(id, ways, *path), ways=found)


def _lists_of_ways(shape: ScreenShape) -> Iterator[tuple[tuple[str, ...], list[WayShape]]]:
    if isinstance(shape, InputShape) and not isinstance(shape.next, str):
        yield ("next",), shape.next
    if not isinstance(shape, ChoiceShape):
        return
    if isinstance(shape.next, list):
        yield ("next",), shape.next
    if isinstance(shape.choice, ListingShape | SeveralShape):
        if not isinstance(shape.choice.next, str):
            yield ("choice", "next"), shape.choice.next
    else:
        for key, option in shape.choice.items():
            if isinstance(option.next, list):
                yield ("choice", key, "next"), option.next


def _goto(id: str, following: str | list[WayShape], *path: str) -> str:
    """Returns the id of the screen that follows; of a list of ways, that of its branch."""
    if isinstance(following, str):
        return f"{id.partition('.')[0]}.{following}"
    return f"{id}?{'.'.join(path)}"


def opened(service: str, starts: Starts) -> str:
    """Returns the first screen of a service."""
    # A service that there is not keeps its name, so that the checker can say which it was.
    return starts.get(service, f"{service}.?")


def _choice(texts: TextCompiler, id: str, shape: ChoiceShape, starts: Starts) -> ChoiceScreen:
    text = texts.text(shape.text, id, "text")
    sms = None if shape.sms is None else texts.text(shape.sms, id, "sms")
    if isinstance(shape.choice, ListingShape):
        listing = Listing(
            rows=shape.choice.each,
            label=texts.text(shape.choice.label, id, "choice", "label"),
            value=shape.choice.value,
            goto=_goto(id, shape.choice.next, "choice", "next"),
            within=shape.choice.within or "",
        )
        some = shape.choice.several
        taken = (
            Several(goto=listing.goto, least=1, most=some, skip=shape.choice.skip or "")
            if some
            else None
        )
        return ChoiceScreen(id=id, text=text, listing=listing, several=taken, sms=sms)
    if isinstance(shape.choice, SeveralShape):
        several = _several(texts, id, shape.choice)
        return ChoiceScreen(id=id, text=text, sms=sms, pages=shape.pages, **several)
    options = {
        key: Option(
            key=key,
            label=texts.text(option.label, id, "choice", key, "label"),
            value=key if option.value is None else option.value,
            goto=_goto_of_option(id, key, option, shape.next, starts),
            when=parse(option.when) if option.when else None,
            assumed=option.assumed,
            also=_words_for(texts, option.value, shape.choice)
            | {fold(word) for words in option.also.values() for word in words},
        )
        for key, option in shape.choice.items()
    }
    return ChoiceScreen(
        id=id, text=text, options=options, pages=shape.pages, sms=sms, acts=shape.acts
    )


def _words_for(
    texts: TextCompiler, value: str | None, options: Mapping[str, OptionShape]
) -> frozenset[str]:
    """Returns the words that choose a line which says yes or no, whatever its label is.

    The one line beside a yes is a no, too: "1 Yes, 2 Change".
    """
    if value == "yes":
        return texts.words.yes
    beside_a_yes = len(options) == 2 and any(each.value == "yes" for each in options.values())
    return texts.words.no if value == "no" or beside_a_yes else frozenset()


def _several(texts: TextCompiler, id: str, shape: SeveralShape) -> dict[str, Any]:
    """Returns the fields of a choice of which several lines are taken."""
    goto = _goto(id, shape.next, "choice", "next")
    options = {
        key: Option(
            key=key,
            label=texts.text(line.label, id, "choice", "several", key, "label"),
            value=key if line.value is None else line.value,
            goto=goto,
            when=parse(line.when) if line.when else None,
        )
        for key, line in shape.several.items()
    }
    most = len(options) if shape.max is None else shape.max
    several = Several(goto=goto, least=shape.min, most=most, skip=shape.skip or "")
    return {"options": options, "several": several}


def _goto_of_option(
    id: str, key: str, option: OptionShape, otherwise: Next | None, starts: Starts
) -> str:
    if option.next:
        return _goto(id, option.next, "choice", key, "next")
    if option.open is None and otherwise is not None:
        return _goto(id, otherwise, "next")
    return opened(str(option.open), starts)


def _input(
    texts: TextCompiler, id: str, shape: InputShape, starts: Starts
) -> InputScreen | ChoiceScreen:
    text, goto = texts.text(shape.text, id, "text"), _goto(id, shape.next, "next")
    if shape.input == "yes_no":
        return _yes_no(texts, id, text, goto)
    ethiopic = {"gregorian": (), "ethiopic": texts.languages, None: texts.ethiopic}[shape.calendar]
    return InputScreen(
        id=id,
        text=text,
        accepts=replace(
            shape.accepts(),
            currency=texts.currency,
            ethiopic=frozenset(ethiopic) if shape.input == "date" else frozenset(),
            from_six=texts.from_six if shape.input == "time" else frozenset(),
        ),
        goto=goto,
        complaint=texts.text(shape.complaint, id, "complaint") if shape.complaint else None,
        secret=shape.secret or shape.input == "pin",
        by_sms=shape.by_sms is not False,
        many=shape.many or 0,
        example=texts.text(shape.example, id, "example") if shape.example else None,
        skip=shape.skip or "",
        holds=parse(shape.holds) if shape.holds else None,
    )


def _yes_no(texts: TextCompiler, id: str, text: LocalisedText, goto: str) -> ChoiceScreen:
    """Returns a choice of yes and no: numbered, and in all the words the deployment has for them.

    Those of other languages count, too: who reads one language may text in another.
    """
    options = {
        key: Option(
            key=key,
            label=texts.phrases.get(word, LocalisedText({})),
            value=word,
            goto=goto,
            also=also,
        )
        for key, word, also in (("1", "yes", texts.words.yes), ("2", "no", texts.words.no))
    }
    return ChoiceScreen(id=id, text=text, options=options, complaint="yes_no_wrong")


def _handler(texts: TextCompiler, id: str, shape: HandlerShape, starts: Starts) -> ServiceScreen:
    outcomes = {outcome: _goto(id, screen) for outcome, screen in shape.outcomes.items()}
    return ServiceScreen(id=id, handler=shape.handler, outcomes=outcomes, arguments=shape.with_)


def _call(texts: TextCompiler, id: str, shape: CallScreenShape, starts: Starts) -> ServiceScreen:
    outcomes = {outcome: _goto(id, screen) for outcome, screen in shape.outcomes.items()}
    name = PREFIX + shape.call
    return ServiceScreen(id=id, handler=name, outcomes=outcomes, arguments=shape.with_)


def _look_up(texts: TextCompiler, id: str, shape: LookUpShape, starts: Starts) -> ServiceScreen:
    outcomes = {outcome: _goto(id, screen) for outcome, screen in shape.outcomes.items()}
    place = (shape.near.latitude, shape.near.longitude) if shape.near else ()
    # A place is mostly given by a row that was found before, and not typed.
    names = [name for text in place for name in Template.parse(text).names]
    return ServiceScreen(
        id=id,
        handler=look_up.PREFIX + id,
        outcomes=outcomes,
        arguments={name: name for name in names},
    )


def _store(texts: TextCompiler, id: str, shape: StoreShape, starts: Starts) -> ServiceScreen:
    outcomes = {outcome: _goto(id, screen) for outcome, screen in shape.outcomes.items()}
    part = REMOVES if shape.removes else READS if shape.reads else shape.adds or ""
    name = STORE + (f"{shape.store}.{part}" if part else shape.store)
    # What a dialogue has stored is corrected, or completed, by what it stores afterwards.
    return ServiceScreen(
        id=id, handler=name, outcomes=outcomes, arguments={**shape.with_, ROW: ROW}
    )


def _end(texts: TextCompiler, id: str, shape: EndShape, starts: Starts) -> EndScreen | ChoiceScreen:
    text = texts.text(shape.end, id, "end")
    if shape.tell_me is None:
        return EndScreen(id=id, text=text, sms=shape.sms, says=tuple(shape.says))
    line = Option(
        key=TELL_ME_KEY,
        label=texts.phrases.get("tell_me", LocalisedText({})),
        value=TELL_ME_KEY,
        goto=id + ALONE,
        also=texts.words.yes,
    )
    offer = TellMe(
        days=shape.tell_me.days,
        without_sms=id + ALONE,
        ask=_goto(id, shape.tell_me.ask) if shape.tell_me.ask else "",
    )
    # Only somebody who has seen the line agrees to an SMS.
    return ChoiceScreen(id=id, text=text, options={line.key: line}, reads_back=True, tell_me=offer)


def alone(screen: Screen, shape: ScreenShape, texts: TextCompiler) -> Iterator[EndScreen]:
    """Yields the end that stands in for one with `tell_me`, for whom no SMS can reach."""
    if isinstance(shape, EndShape) and isinstance(screen, ChoiceScreen):
        why = texts.phrases.get("tell_me_no_sms", LocalisedText({})).by_language
        said = {
            language: template.followed_by(why[language]) if language in why else template
            for language, template in screen.text.by_language.items()
        }
        yield EndScreen(id=screen.id + ALONE, text=LocalisedText(said), says=tuple(shape.says))


def _open(texts: TextCompiler, id: str, shape: OpenShape, starts: Starts) -> OpenScreen:
    return OpenScreen(id=id, goto=opened(shape.open, starts))


#: One row for each kind of screen.
_SCREENS: Mapping[type[ScreenShape], Callable[..., Screen]] = {
    ChoiceShape: _choice,
    InputShape: _input,
    HandlerShape: _handler,
    CallScreenShape: _call,
    LookUpShape: _look_up,
    StoreShape: _store,
    EndShape: _end,
    OpenShape: _open,
}

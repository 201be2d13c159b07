"""From the shape of a screen to the screen that the engine serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.adapters.menu_bounds import accepts
from gateway.adapters.menu_shapes import (
    CallScreenShape,
    ChoiceShape,
    EndShape,
    HandlerShape,
    InputShape,
    ListingShape,
    OpenShape,
    OptionShape,
    ScreenShape,
)
from gateway.adapters.menu_texts import TextCompiler
from gateway.domain.declared_call import PREFIX
from gateway.domain.menu import (
    ChoiceScreen,
    EndScreen,
    InputScreen,
    Listing,
    OpenScreen,
    Option,
    Screen,
    ServiceScreen,
)

#: The first screen of each service.
Starts = Mapping[str, str]


def screen(id: str, shape: ScreenShape, texts: TextCompiler, starts: Starts) -> Screen:
    """Returns the screen of a shape; references that lead nowhere are kept for the checker."""
    return _SCREENS[type(shape)](texts, id, shape, starts)


def _goto(id: str, screen: str) -> str:
    return f"{id.partition('.')[0]}.{screen}"


def opened(service: str, starts: Starts) -> str:
    """Returns the first screen of a service."""
    # A service that there is not keeps its name, so that the checker can say which it was.
    return starts.get(service, f"{service}.?")


def _choice(texts: TextCompiler, id: str, shape: ChoiceShape, starts: Starts) -> ChoiceScreen:
    text = texts.text(shape.text, id, "text")
    if isinstance(shape.choice, ListingShape):
        listing = Listing(
            rows=shape.choice.each,
            label=texts.text(shape.choice.label, id, "choice", "label"),
            value=shape.choice.value,
            goto=_goto(id, shape.choice.next),
        )
        return ChoiceScreen(id=id, text=text, listing=listing)
    options = {
        key: Option(
            key=key,
            label=texts.text(option.label, id, "choice", key, "label"),
            value=key if option.value is None else option.value,
            goto=_goto_of_option(id, option, starts),
        )
        for key, option in shape.choice.items()
    }
    return ChoiceScreen(id=id, text=text, options=options)


def _goto_of_option(id: str, option: OptionShape, starts: Starts) -> str:
    return _goto(id, option.next) if option.next else opened(str(option.open), starts)


def _input(texts: TextCompiler, id: str, shape: InputShape, starts: Starts) -> InputScreen:
    return InputScreen(
        id=id,
        text=texts.text(shape.text, id, "text"),
        accepts=accepts(shape.input, (shape.length, shape.min, shape.max)),
        goto=_goto(id, shape.next),
        complaint=texts.text(shape.complaint, id, "complaint") if shape.complaint else None,
        secret=shape.secret,
    )


def _handler(texts: TextCompiler, id: str, shape: HandlerShape, starts: Starts) -> ServiceScreen:
    outcomes = {outcome: _goto(id, screen) for outcome, screen in shape.outcomes.items()}
    return ServiceScreen(id=id, handler=shape.handler, outcomes=outcomes, arguments=shape.with_)


def _call(texts: TextCompiler, id: str, shape: CallScreenShape, starts: Starts) -> ServiceScreen:
    outcomes = {outcome: _goto(id, screen) for outcome, screen in shape.outcomes.items()}
    name = PREFIX + shape.call
    return ServiceScreen(id=id, handler=name, outcomes=outcomes, arguments=shape.with_)


def _end(texts: TextCompiler, id: str, shape: EndShape, starts: Starts) -> EndScreen:
    return EndScreen(id=id, text=texts.text(shape.end, id, "end"), sms=shape.sms)


def _open(texts: TextCompiler, id: str, shape: OpenShape, starts: Starts) -> OpenScreen:
    return OpenScreen(id=id, goto=opened(shape.open, starts))


#: One row for each kind of screen.
_SCREENS: Mapping[type[ScreenShape], Callable[..., Screen]] = {
    ChoiceShape: _choice,
    InputShape: _input,
    HandlerShape: _handler,
    CallScreenShape: _call,
    EndShape: _end,
    OpenShape: _open,
}

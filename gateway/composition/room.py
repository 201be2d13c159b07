"""A room of the gateway: built when somebody first enters it, and only once."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar, overload

Built = TypeVar("Built")


class room(Generic[Built]):
    """Turns a method into an attribute that is built at the first look, whatever threads look.

    A command pays for the rooms that it enters, and stumbles over nothing in the others.
    """

    def __init__(self, build: Callable[[Any], Built]) -> None:
        self._build = build
        self._name = build.__name__
        self.__doc__ = build.__doc__
        self._one_at_a_time = RLock()

    @overload
    def __get__(self, house: None, kind: type) -> room[Built]: ...
    @overload
    def __get__(self, house: object, kind: type) -> Built: ...
    def __get__(self, house: object | None, kind: type) -> room[Built] | Built:
        if house is None:
            return self
        with self._one_at_a_time:
            built: dict[str, Built] = house.__dict__
            if self._name not in built:
                built[self._name] = self._build(house)
            return built[self._name]


def is_built(house: object, name: str) -> bool:
    """Returns whether somebody has entered a room."""
    return name in house.__dict__

"""What a text may begin with, and what was read of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Opening(enum.StrEnum):
    """What the first word of an SMS is.

    `LEAVE` is the wish for no more SMS in other words than STOP: it is asked about.
    """

    STOP = "stop"
    LEAVE = "leave"
    START = "start"
    HELP = "help"
    MENU = "menu"
    SERVICE = "service"
    UNKNOWN = "unknown"


#: What a word may be reserved for in any text.
RESERVED = (Opening.STOP, Opening.START, Opening.HELP, Opening.MENU)


@dataclass(frozen=True, slots=True)
class Read:
    """An SMS as far as its first word tells; `words` are those that follow it.

    `meant` is set when the word was guessed: the keyword as the menu has it. `keyword` is that
    which opens a service, folded; a line of its first screen may be called so.
    """

    opening: Opening
    service: str = ""
    language: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)
    meant: str = ""
    keyword: str = field(default="", compare=False)

"""What must never stand in a log: full numbers, and the texts and answers that tests send."""

from __future__ import annotations

import logging
import re

#: E.164 numbers as tests write them, in any of the forms a form or an URL gives them.
NUMBER = re.compile(r"(?:\+|%2B|\b)(?:254|234|251|221|233|999|1500|1202)\d{6,10}\b", re.IGNORECASE)

#: Texts, answers and secrets that tests of the reference deployment send.
SPOKEN = (
    "10231456",
    "03092007",
    "2007-09-03",
    "pump is broken",
    "RESULT ",
    "MATOKEO ",
    "REPORT ",
    "4bd1aa30c2f94e07",  # what a provider calls a subscriber whose number it keeps
)


class Listener(logging.Handler):
    """Remembers every log line that tells something private."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the line when it is private."""
        line = self.format(record)
        if is_private(line):
            self.heard.append(f"{record.name}: {line}")


def is_private(line: str) -> bool:
    """Returns whether a log line tells a number, a text or an answer."""
    return bool(NUMBER.search(line)) or any(words in line for words in SPOKEN)

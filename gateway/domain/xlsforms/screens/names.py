"""Names of a form as names of a menu: small letters, digits and _, a letter first, each once."""

from __future__ import annotations

import keyword
import re
import unicodedata

from gateway.domain.menu.condition_values import FUNCTIONS

LONGEST = 40
#: Names that mean something else in a condition or a file.
_TAKEN = frozenset(
    {"language", "today", "subscriber", "row", "rows", "number", *FUNCTIONS, *keyword.kwlist}
)


def slug(written: str, otherwise: str = "q") -> str:
    """Returns a name as a menu writes it.

    >>> slug("HH.Size (total)"), slug("2nd child"), slug("class")
    ('hh_size_total', 'q_2nd_child', 'q_class')
    """
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or otherwise
    if not name[0].isalpha() or name in _TAKEN or keyword.iskeyword(name):
        name = f"q_{name}"
    return name[:LONGEST].rstrip("_")


class Names:
    """Names given out, each once."""

    def __init__(self, *taken: str) -> None:
        self.taken = set(taken)

    def new(self, written: str, ending: str = "") -> str:
        """Returns a name like the one that is written, which nothing has yet."""
        base = slug(written)
        for number in range(1, 10_000):
            tail = ending if number == 1 else f"{ending}_{number}"
            name = base[: LONGEST - len(tail)].rstrip("_") + tail
            if name not in self.taken:
                self.taken.add(name)
                return name
        raise ValueError(f"No name is left for {written}.")

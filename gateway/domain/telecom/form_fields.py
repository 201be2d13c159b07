"""The fields of a form, read one by one: what nobody reads is no reason to refuse it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.telecom.charsets import words_of

Other = TypeVar("Other")


class FormFields(dict[str, str]):
    """A form by name: the fields that can be read are there, the others are Malformed when read.

    One is that is sent twice, is not UTF-8, or has a NUL character. A field that nobody asks for
    may be any of it. A citizen's words are read as well as can be: `words`. A name that is not
    there is looked for in other capitals: what stands between provider and gateway may write them.
    """

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]], charset: str = "") -> None:
        """Reads the names and values as sent; `charset` is what was declared of them, if any."""
        super().__init__()
        self._charset = charset
        self._sent = sent = dict(pairs)
        self._repeated: frozenset[bytes] = frozenset()
        self._folded: dict[bytes, list[bytes]] | None = None
        if len(sent) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            self._repeated = frozenset(name for name, times in counted.items() if times > 1)
        for name, value in sent.items():
            try:
                text = value.decode()
                if "\0" not in text and name not in self._repeated:
                    self[name.decode("ascii")] = text
            except UnicodeDecodeError:
                continue

    def __missing__(self, name: str) -> str:
        """Raises KeyError where there is no such field, and Malformed for one that is no text."""
        try:
            text = self._sent_once(name).decode()
        except UnicodeDecodeError:
            raise Malformed(f"The field '{name}' is not UTF-8.") from None
        if "\0" in text:  # PostgreSQL stores no such text, and no phone can type it
            raise Malformed(f"The field '{name}' has a NUL character.")
        return text

    def get(self, name: str, default: Other = None) -> str | Other:  # type: ignore[assignment]
        """Returns a field, or the default where there is none; raises Malformed."""
        if name in self or self._written(name) is not None:
            return self[name]
        return default

    def words(self, name: str) -> str:
        """Returns what a citizen wrote; raises KeyError, and Malformed when it is sent twice."""
        if name in self and not self._charset:
            return self[name]
        return words_of(self._sent_once(name), self._charset)

    def _sent_once(self, name: str) -> bytes:
        written = self._written(name)
        if written is None:
            raise KeyError(name)
        if written in self._repeated:
            raise _sent_twice(name)
        return self._sent[written]

    def _written(self, name: str) -> bytes | None:
        """Returns a name as it was sent, in whichever capitals; None where it was not."""
        wanted = name.encode()
        if wanted in self._sent:
            return wanted
        if self._folded is None:
            self._folded = folded(self._sent)
        alike = self._folded.get(wanted.lower(), ())
        if len(alike) > 1:
            raise _sent_twice(name)
        return alike[0] if alike else None


Name = TypeVar("Name", str, bytes)


def folded(names: Iterable[Name]) -> dict[Name, list[Name]]:
    """Returns names as they are written, by what they are in small letters."""
    found: dict[Name, list[Name]] = {}
    for name in names:
        found.setdefault(name.lower(), []).append(name)
    return found


def _sent_twice(name: str) -> Malformed:
    return Malformed(f"The field '{name}' is sent more than once.")

"""The fields of a form, read one by one: what nobody reads is no reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.telecom.charsets import words_of


class FormFields(Mapping[str, str]):
    """A form by name, as the bytes that were sent.

    A field is looked at when it is read. Sent twice, or not UTF-8, it is Malformed then; a field
    that nobody asks for may be either. A citizen's words are read as well as can be: `words`.
    """

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]], charset: str = "") -> None:
        """Keeps the names and values as sent; `charset` is what was declared of them, if any."""
        self._charset = charset
        self._sent = dict(pairs)
        self._is_repeated = len(self._sent) < len(pairs)
        self._pairs = pairs

    def __getitem__(self, name: str) -> str:
        """Returns a field; raises KeyError where there is none, and Malformed."""
        value = self._sent[name.encode()]
        if self._is_repeated:
            self._sent_once(name)
        try:
            text = value.decode()
        except UnicodeDecodeError:
            raise Malformed(f"The field '{name}' is not UTF-8.") from None
        if "\0" in text:  # PostgreSQL stores no such text, and no phone can type it
            raise Malformed(f"The field '{name}' has a NUL character.")
        return text

    def words(self, name: str) -> str:
        """Returns what a citizen wrote; raises KeyError, and Malformed when it is sent twice."""
        value = self._sent[name.encode()]
        if self._is_repeated:
            self._sent_once(name)
        return words_of(value, self._charset)

    def __iter__(self) -> Iterator[str]:
        """Yields the names that can be read."""
        return (name.decode("ascii") for name in self._sent if name.isascii())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _sent_once(self, name: str) -> None:
        wanted = name.encode()
        if sum(sent == wanted for sent, _ in self._pairs) > 1:
            raise Malformed(f"The field '{name}' is sent more than once.")

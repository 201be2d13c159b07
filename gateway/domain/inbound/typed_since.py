"""What was typed in a USSD turn, from a text that should repeat all that was typed since dialling.

Some aggregators fold or trim spaces in what was typed before, cut it off at its front, or send the
newest answer alone. What can be told apart is understood; a turn that comes late moves nothing.

A provider that says of its turns that each is the newest answer alone is taken at its word: there
the names of turns are remembered in the place of their texts.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

from gateway.domain.dialogue.session import Seen, StoredTurn
from gateway.domain.telecom.ussd import UssdTurn
from gateway.domain.text.secret_comparison import is_one_of, same_secret

#: So many earlier texts of a session are remembered, to know a turn of theirs that comes late.
_MOST_EARLIER = 40
#: Hexadecimal digits of a hash that is kept of each.
_SHORT = 8

Hash = Callable[[str], str]


class Way(enum.StrEnum):
    """How a text goes on from those before."""

    CONTINUED = "continued"
    SPACES = "spaces"
    TRIMMED = "trimmed"
    NEWEST = "newest"
    REPEATED = "repeated"
    UNKNOWN = "unknown"


#: What was typed in this turn, None where nothing was that counts, and how that was found.
Typed = tuple[str | None, Way]


def without_code(text: str, *codes: str) -> str:
    """Returns the text without the code that was dialled, which some put before the answers.

    >>> without_code("*384*2026#", "*384*2026#"), without_code("*384*2026*31#*2", "*384*2026#")
    ('', '31*2')
    """
    if not text.startswith("*") and "#" not in text:
        return text
    dialled, ended, typed = text.partition("#")
    for code in (code.rstrip("#") for code in codes if code):
        if dialled == code or (ended and dialled == code.removeprefix("*")):
            return typed.removeprefix("*")
        if ended and dialled.startswith(f"{code}*"):
            return "*".join(filter(None, (dialled[len(code) + 1 :], typed.removeprefix("*"))))
    return text


def folded_spaces(text: str) -> str:
    """Returns the text with single spaces within answers and none around them."""
    if " " not in text:
        return text
    return "*".join(" ".join(answer.split()) for answer in text.split("*"))


def typed_now(stored: StoredTurn, said: UssdTurn, hashed: Hash) -> Typed:
    """Returns what was typed in a turn of a session.

    A turn that is the newest answer alone is delivered again if its name was met before; one
    without a name never is.
    """
    if said.alone is None:
        return typed_since(stored, said.text, hashed)
    if stored.reply_ends or _was_met(stored, said, hashed):
        return None, Way.REPEATED
    return said.text, Way.CONTINUED


def begins_anew(stored: StoredTurn, said: UssdTurn, hashed: Hash) -> bool:
    """Returns whether a session begins under the name of one that is stored.

    Some networks call all sessions of a phone alike.
    """
    alone = said.alone
    return alone is not None and bool(alone.begins) and not _was_met(stored, said, hashed)


def typed_since(stored: StoredTurn, text: str, hashed: Hash) -> Typed:
    """Returns what a text says beyond those that were answered.

    The same text, or an earlier one, is a turn that is delivered again.
    """
    exactly = (stored.seen_length, stored.seen_hash)
    if stored.reply_ends:
        return None, Way.REPEATED
    if _goes_on(text, *exactly, hashed):
        return text[stored.seen_length + 1 :] if stored.seen_length else text, Way.CONTINUED
    if same_secret(hashed(text), stored.seen_hash):
        return None, Way.REPEATED
    seen, folded = stored.seen, folded_spaces(text)
    length, hash_of_folded = seen.folded if seen.folded[0] else exactly
    if same_secret(hashed(folded), hash_of_folded):
        return None, Way.REPEATED
    if _goes_on(folded, length, hash_of_folded, hashed):
        answers = folded[:length].count("*") + 1 if length else 0
        return text.split("*", answers)[answers], Way.SPACES
    if not seen.newest_only and is_one_of(_short(text, hashed), seen.earlier):
        return None, Way.REPEATED
    *before, last = text.split("*")
    if 0 < len(before) < seen.answers and same_secret(_short(before[-1], hashed), seen.last):
        return last, Way.TRIMMED
    if text and (not before or seen.newest_only):
        return text, Way.NEWEST
    return None, Way.UNKNOWN


def seen_now(
    before: StoredTurn | None, said: UssdTurn, way: Way, hashed: Hash
) -> tuple[int, str, Seen]:
    """Returns what is remembered of a session's texts: length and hash of the newest, and more.

    Of turns that are the newest answer alone: their number, the hash of the newest one's name, and
    those of the names before.
    """
    if said.alone is not None:
        return _names_now(before, said.name, hashed)
    text = said.text
    index = hashed(text)
    last = _short(text.rpartition("*")[2], hashed) if text else ""
    short = folded_spaces(text)
    folded = (0, "") if short == text else (len(short), hashed(short))
    answers = text.count("*") + 1 if text else 0
    if before is None:
        return len(text), index, Seen(last, folded=folded, answers=answers)
    newest_only = before.seen.newest_only or way is Way.NEWEST
    return len(text), index, Seen(last, _earlier(before), folded, newest_only, answers=answers)


def _names_now(before: StoredTurn | None, name: str, hashed: Hash) -> tuple[int, str, Seen]:
    index = hashed(name) if name else ""
    if before is None:
        return 1, index, Seen(newest_only=True)
    return before.seen_length + 1, index, Seen(earlier=_earlier(before), newest_only=True)


def _earlier(before: StoredTurn) -> tuple[str, ...]:
    if not before.seen_hash:  # a turn without a name
        return before.seen.earlier
    return (*before.seen.earlier, before.seen_hash[:_SHORT])[-_MOST_EARLIER:]


def _was_met(stored: StoredTurn, said: UssdTurn, hashed: Hash) -> bool:
    """Returns whether the name of a turn is that of one that was answered in its session."""
    if not said.name:
        return False
    index = hashed(said.name)
    return same_secret(index, stored.seen_hash) or is_one_of(index[:_SHORT], stored.seen.earlier)


def _goes_on(text: str, length: int, seen_hash: str, hashed: Hash) -> bool:
    if len(text) <= length or (length and text[length] != "*"):
        return False
    return same_secret(hashed(text[:length]), seen_hash)


def _short(text: str, hashed: Hash) -> str:
    return hashed(folded_spaces(text))[:_SHORT]

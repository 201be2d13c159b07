"""Which option of a choice became which: one that has moved to another key is still the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import reduce

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.menu.screens import ChoiceScreen, Option

#: What makes two options the same, surest first: what they say and where they lead, then one of it.
_LIKENESS: tuple[Callable[[Option, str], object], ...] = (
    lambda option, language: (label_of(option, language), option.goto),
    lambda option, language: label_of(option, language),
    lambda option, language: option.goto,
)


def label_of(option: Option, language: str) -> str:
    """Returns what an option says in a language."""
    template = option.label.by_language.get(language)
    return "".join(template.pieces) if template else ""


def kept(
    before: Mapping[str, Option], after: Mapping[str, Option], language: str
) -> Mapping[str, str]:
    """Returns the options that are there still: the key of before to that of now.

    Under its own key an option is looked for first, then under another.
    """
    found: dict[str, str] = {}
    for alike in _LIKENESS:
        for key in before.keys() & after.keys():
            taken = key in found or key in found.values()
            if not taken and alike(before[key], language) == alike(after[key], language):
                found[key] = key
        old = _alone({k: alike(o, language) for k, o in before.items() if k not in found})
        left = {k: o for k, o in after.items() if k not in found.values()}
        new = _alone({k: alike(o, language) for k, o in left.items()})
        found.update((old[like], new[like]) for like in old if like in new)
    return {key: found[key] for key in before if key in found}


def _alone(likes: Mapping[str, object]) -> dict[object, str]:
    """Returns the keys by what is alike, where only one is."""
    several = list(likes.values())
    return {like: key for key, like in likes.items() if several.count(like) == 1}


def under_keys_of_now(before: ChoiceScreen, after: ChoiceScreen, language: str) -> ChoiceScreen:
    """Returns the screen of before with each option that was kept under its key of now."""
    pairs = kept(before.options, after.options, language)
    return replace(before, options={now: before.options[key] for key, now in pairs.items()})


def moves(
    place: str, before: Mapping[str, Option], after: Mapping[str, Option], language: str
) -> Iterator[Sentence]:
    """Yields a sentence about the options that have other keys now, if there are any.

    `place` is the screen; empty for the home screen, of which it is a sentence by itself.
    """
    pairs = kept(before, after, language)
    moved = {key: now for key, now in pairs.items() if key != now}
    said = {key: label_of(after[now], language) for key, now in moved.items()}
    if len(moved) == 1:
        ((key, now),) = moved.items()
        if not place:
            yield Sentence(
                "On the home screen, '%(label)s' moved from %(key)s to %(now)s.",
                label=said[key],
                key=key,
                now=now,
            )
        else:
            yield Sentence(
                "on '%(screen)s', '%(label)s' moved from %(key)s to %(now)s",
                screen=place,
                label=said[key],
                key=key,
                now=now,
            )
    elif len(moved) == 2 and set(moved) == set(moved.values()):
        (one, other), (other_again, _) = moved.items()
        if not place:
            yield Sentence(
                "On the home screen, %(one)s and %(other)s changed places: %(first)s is now "
                "%(other)s, %(second)s %(one)s.",
                one=one,
                other=other,
                first=said[one],
                second=said[other_again],
            )
        else:
            yield Sentence(
                "on '%(screen)s', %(one)s and %(other)s changed places: %(first)s is now "
                "%(other)s, %(second)s %(one)s",
                screen=place,
                one=one,
                other=other,
                first=said[one],
                second=said[other_again],
            )
    elif moved:
        told = reduce(
            lambda one, other: Sentence("%(one)s, %(other)s", one=one, other=other),
            (
                Sentence("%(label)s from %(key)s to %(now)s", label=said[key], key=key, now=now)
                for key, now in moved.items()
            ),
        )
        if not place:
            yield Sentence(
                "On the home screen, %(number)s lines moved: %(moves)s.",
                singular="On the home screen, %(number)s line moved: %(moves)s.",
                number=len(moved),
                moves=told,
            )
        else:
            yield Sentence(
                "on '%(screen)s', %(number)s lines moved: %(moves)s",
                singular="on '%(screen)s', %(number)s line moved: %(moves)s",
                screen=place,
                number=len(moved),
                moves=told,
            )

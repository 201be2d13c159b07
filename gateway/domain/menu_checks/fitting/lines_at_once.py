"""Which options of a choice stand on a page together: those whose conditions can hold at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.menu_checks.candidate import Review

#: More answers together are not tried: then all options count.
_MOST_CASES = 2000


def options_at_once(review: Review, screen: ChoiceScreen) -> Sequence[frozenset[str]]:
    """Returns the keys that may be shown together, each set that no other one holds.

    An option `when: "county == 'kilima'"` never stands beside one of another county. The answers of
    choices and the languages are tried; conditions about anything else may all hold at once.
    """
    all_keys = frozenset(screen.options)
    conditions = {key: each.when for key, each in screen.options.items() if each.when is not None}
    if not conditions:
        return (all_keys,)
    known = _answers_of(review, screen.id.partition(".")[0])
    tried = {key: each for key, each in conditions.items() if set(each.names) <= known.keys()}
    names = sorted({name for each in tried.values() for name in each.names})
    if prod(len(known[name]) for name in names) > _MOST_CASES:
        return (all_keys,)
    shown = set[frozenset[str]]()
    for values in product(*(known[name] for name in names)):
        case = dict(zip(names, values, strict=True))
        shown.add(all_keys - {key for key, each in tried.items() if not each.holds(case)})
    return [keys for keys in shown if not any(keys < other for other in shown)]


def _answers_of(review: Review, service: str) -> Mapping[str, Sequence[str]]:
    """Returns the values that a condition may meet, of the names that have a few."""
    found: dict[str, Sequence[str]] = {"language": list(review.menu.release.languages)}
    for name, screen in review.menu.screens_of(service).items():
        if isinstance(screen, ChoiceScreen) and screen.listing is None and screen.several is None:
            found[name] = ["", *dict.fromkeys(each.value for each in screen.options.values())]
    return found

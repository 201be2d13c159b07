"""Texts of `menus/messages.yaml`, which services have sent later: what fits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.menu.release import Release


def values_of(release: Release, message: str) -> Sequence[str]:
    """Returns the values that a text needs in any language, sorted; raises KeyError for no text."""
    by_language = release.messages[message].by_language
    return sorted({name for template in by_language.values() for name in template.names})


def hold_to(release: Release, message: str, values: Mapping[str, str]) -> None:
    """Raises LookupError when the release has no such text, ValueError for what does not fit it.

    A text with a gap, or one that may be longer than was proven, is never sent. What is said of
    a value is its name and its length.
    """
    text = release.messages.get(message)
    if text is None:
        proposal = did_you_mean(message, release.messages)
        raise LookupError(f"menus/messages.yaml has no message '{message}'.{proposal}")
    for name in values_of(release, message):
        longest = release.message_values[name]
        if not values.get(name):
            raise ValueError(f"The message '{message}' needs a value for {{{name}}}.")
        if len(values[name]) > longest:
            raise ValueError(
                f"The value for {{{name}}} of message '{message}' has {len(values[name])} "
                f"characters; menus/messages.yaml allows {longest}."
            )

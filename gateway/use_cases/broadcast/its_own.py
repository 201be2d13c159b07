"""Say what an institution may not use for a broadcast: a topic or channel that is not its own."""

from __future__ import annotations

from collections.abc import Callable

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.institution import Institution

#: Says why an institution may not write about a topic by a channel; nothing where it may.
NotTheirs = Callable[[str, str, str], str]


def not_its_topic(found: Institution | None, topic: str) -> str:
    """Returns why an institution may not write about a topic; nothing where it may."""
    if found is None or not found.topics or topic in found.topics:
        return ""
    return _not_its("topic", Sentence("topic"), topic, found, found.topics)


def not_its_channel(found: Institution | None, channel: str) -> str:
    """Returns why an institution may not send by a channel; nothing where it may, or names none."""
    if found is None or not found.channels or not channel or channel in found.channels:
        return ""
    return _not_its("channel", Sentence("channel"), channel, found, found.channels)


def _not_its(
    option: str, what: Sentence, given: str, found: Institution, its_own: tuple[str, ...]
) -> Sentence:
    return Sentence(
        "'%(name)s' may not use the %(what)s '%(given)s', only: %(own)s. Name one of these, or let "
        "an administrator allow it.",
        name=found.name,
        what=what,
        given=given,
        own=", ".join(its_own),
        option=option,
        by_command="It is --%(option)s. See: gateway institutions set --help",
    )

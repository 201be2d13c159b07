"""Reads the texts of the corpus with the whole gateway: what each opens, and with which answers.

A line of a file is a language, a text, and what it must do: `-` for nothing, or the service that is
opened and the answers that are taken, as handlers get them or as the reply shows them. `\\n` in a
text is a new line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import cast

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.adapters.system.clock import StandingClock
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.composition.stores import in_memory
from gateway.deployment.load import Deployment
from gateway.domain.dialogue.golden_dialogue import NOON
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.use_cases.ports import Conversation, Inbox, Routed, StoredInbound
from tests.gateways import SAMPLES

FOLDER = Path(__file__).parent
NOTHING = "-"
#: The outcomes of a text that does something without opening a service.
ACTING = frozenset({"stop", "start", "help", "did_you_mean"})
#: The first case of a gateway always has the number 100020266.
FIRST_SERIAL = 10_002_026
LINE = Channel(name="corpus", provider="simulator", service_code="*384*2026#", address="2026")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One text of the corpus, and what it must do."""

    place: str
    language: str
    text: str
    service: str
    answers: tuple[str, ...]

    @property
    def acts(self) -> bool:
        """Returns whether the text must open a service."""
        return self.service != NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a text did: the service it opened, if any, and what can be seen of its answers."""

    service: str
    seen: str
    outcome: str


def lines_of(name: str) -> list[Line]:
    """Returns the lines of the files whose names begin so."""
    return [
        _line(f"{path.name}:{number}", written)
        for path in sorted(FOLDER.glob(f"{name}*.tsv"))
        for number, written in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if written and not written.startswith("#")
    ]


def _line(place: str, written: str) -> Line:
    language, text, does = written.split("\t")
    service, *answers = does.split(" | ")
    text = text.replace("\\n", "\n")
    return Line(place=place, language=language, text=text, service=service, answers=tuple(answers))


class OneText:
    """An inbox with one text from somebody who has never written before; nothing is stored."""

    def __init__(self, text: str, sender: Msisdn) -> None:
        sms = InboundSms(provider_ref="corpus", subscriber=sender, to=LINE.address or "", text=text)
        self._stored = StoredInbound(id=1, channel=LINE.name, sms=sms, received_at=NOON)
        self.routed: Routed | None = None

    def read(self, inbound_id: int) -> StoredInbound:
        """Returns the text."""
        return self._stored

    def conversation(self, channel: str, subscriber: object, now: datetime) -> Conversation:
        """Returns that there is none."""
        return Conversation(None, 0)

    def repeats(self, *args: object, **kwargs: object) -> int:
        """Returns that the text came once."""
        return 0

    def outcomes(self, *args: object, **kwargs: object) -> Mapping[str, int]:
        """Returns that nothing came before."""
        return {}

    def latest_outcomes(self, *args: object, **kwargs: object) -> Sequence[str]:
        """Returns that nothing came before."""
        return ()

    def latest_replies(self, *args: object, **kwargs: object) -> Sequence[str]:
        """Returns that nothing was said."""
        return ()

    def finish_all(self, routed: Sequence[Routed], now: datetime) -> Sequence[bool]:
        """Takes what the text came to."""
        (self.routed,) = routed
        return [True]


@contextmanager
def corpus_gateway(deployment: Deployment, folder: Path) -> Iterator[Gateway]:
    """Yields the reference deployment with its sample data, on stores that are thrown away."""
    path = folder / "corpus.db"
    engine = database.create(f"sqlite:///{path}")
    metadata.create_all(engine)
    clock = StandingClock(NOON)
    for name, dataset in deployment.datasets.items():
        file = SAMPLES / f"{name}.csv"
        dataset_files.load(engine, deployment.keyring, dataset, file, now=NOON)
    settings = deployment.settings.model_copy(update={"database_url": f"sqlite:///{path}"})
    parts = Parts(
        engine=engine,
        stores=in_memory(clock),
        releases=ServedReleases(deployment.load_release()),
        channels={LINE.name: LINE},
        next_serial=count(FIRST_SERIAL).__next__,
    )
    gateway = Gateway(replace(deployment, settings=settings), clock=clock, parts=parts)
    try:
        yield gateway
    finally:
        gateway.close()
        engine.dispose()


def results_of(gateway: Gateway, lines: Sequence[Line]) -> list[Result]:
    """Returns what each text does, each from somebody who has chosen the language of its line."""
    route = gateway.inbound.route
    found = []
    for number, line in enumerate(lines):
        # Country code 999 is assigned to no country; nobody opens more cases than a person does.
        sender = Msisdn(f"+9997{number:08}")
        gateway.choose_language(sender, line.language)
        inbox = OneText(line.text, sender)
        one = replace(route, inbox=cast(Inbox, inbox), channels={LINE.name: LINE})
        one(1)
        found.append(_result(inbox.routed))
    return found


def _result(routed: Routed | None) -> Result:
    assert routed is not None
    service = next((reply.topic for reply in routed.replies if reply.topic), "")
    session = routed.conversation.session if routed.conversation else None
    answers = " ".join(session.answers.values()) if session else ""
    said = " ".join(reply.text for reply in routed.replies)
    acts = service or (routed.outcome if routed.outcome in ACTING else "")
    where = routed.shown[1] if routed.shown else ""
    return Result(service=acts or NOTHING, seen=f"{answers} {said} {where}", outcome=routed.outcome)


def is_right(line: Line, result: Result) -> bool:
    """Returns whether a text did what it must."""
    if line.service != result.service:
        return False
    seen = " ".join(result.seen.casefold().split())
    return all(answer.casefold() in seen for answer in line.answers)

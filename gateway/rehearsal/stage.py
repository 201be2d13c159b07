"""A stage for dialogues: the real gateway over sample data, made anew for each dialogue.

Nothing is played but time, chance and the network: menus, handlers, use cases and stores are those
that citizens meet. Whatever a dialogue writes goes with it.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.casework import rehearsed_cases
from gateway.adapters.sql.schema import metadata
from gateway.adapters.system.clock import StandingClock
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.composition.stores import in_memory
from gateway.deployment.load import Deployment
from gateway.domain.dialogue.golden_dialogue import NOON, Dialogue, DialogueTurn
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.service_call import Row
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.rehearsal.lines import lines, not_here
from gateway.rehearsal.phones import CALLER, StagePhone, phone
from gateway.rehearsal.stage_handlers import AtWork, looked_up, pinned, unreached
from gateway.use_cases.ports import Handler
from gateway.use_cases.ports.calls import ResultSignal
from gateway.use_cases.releases.play_golden_dialogue import Guide, play

#: The least that scrypt can be told: no PIN on a stage is anybody's, and nothing there is kept.
_NO_COST = 2
#: The first case of a dialogue always has the number 100020266.
_FIRST_SERIAL = 10_002_026


class OnStage(NamedTuple):
    """A gateway that is there for one dialogue, its clock, the line of it, and what answers it."""

    gateway: Gateway
    clock: StandingClock
    line: Channel
    handlers: dict[str, Handler]


class Stage:
    """Plays dialogues; `visited` are the screens shown so far, each with its language.

    `unpinned` are the declared calls that the last dialogue came to and does not pin.
    """

    def __init__(
        self, deployment: Deployment, release: Release, folder: Path, dialled: Set[str]
    ) -> None:
        self._deployment, self._folder = deployment, folder
        self._release = replace(release, entry_cost=_NO_COST)
        self._channels, self._dialled = channels_of(deployment), dialled
        self._number = count()
        # Statements are compiled once for an engine: a dialogue takes that of the one before,
        # unless a handler hangs that may still write through it.
        self._engines: list[tuple[Path, Engine]] = []
        self._template = folder / "sample.db"
        self.visited: set[tuple[str, str]] = set()
        self.unpinned: set[str] = set()
        _fill(deployment, self._template)

    def play(self, dialogue: Dialogue, guide: Guide | None = None) -> Dialogue:
        """Returns the dialogue as it goes now; a `guide` types something else than is written.

        Raises Refused when the dialogue names a channel, handler, outcome or dataset that the
        deployment does not have, and DataInvalid for rows that do not fit their dataset.
        """
        with self.opened(dialogue) as here:
            used = phone(here.gateway, here.clock, dialogue.surface, here.line)
            return self._played(dialogue, here.gateway, here.handlers, used, guide)

    def has_line_of(self, dialogue: Dialogue) -> bool:
        """Returns whether this configuration has the channel that a dialogue names, if any."""
        return not not_here(dialogue, self._channels)

    @contextmanager
    def opened(
        self,
        dialogue: Dialogue,
        *,
        on: Callable[[Channel], Channel] = lambda line: line,
        bell: ResultSignal | None = None,
    ) -> Iterator[OnStage]:
        """Yields a gateway for this dialogue alone, over the sample data and what it pins.

        Its line is what `on` makes of it. With a `bell` slow calls are left to a worker, as they
        are where citizens are served. Raises as `play` does.
        """
        if reason := not_here(dialogue, self._channels):
            raise Refused(reason)
        self.unpinned.clear()
        path, engine = self._engines.pop() if self._engines else self._another()
        at_work = AtWork()
        shutil.copyfile(self._template, path)
        try:
            self._load(dialogue, dialogue.data, engine, dialogue.at)
            named, all_lines = lines(dialogue, self._channels, self._dialled)
            line = on(named)
            handlers = at_work.counting(self._handlers(dialogue))
            channels = {**all_lines, line.name: line}
            with self._gateway(dialogue, path, engine, channels, handlers, bell) as opened:
                yield OnStage(*opened, line, handlers)
        finally:
            engine.dispose()
            for left in path.parent.glob(f"{path.name}*"):  # its log would be taken for the next's
                left.unlink()
            if not at_work.number:
                self._engines.append((path, engine))

    def _another(self) -> tuple[Path, Engine]:
        """Returns where a database will be, and what reaches it."""
        path = self._folder / f"{next(self._number)}.db"
        return path, database.create(f"sqlite:///{path}", thrown_away=True)

    def _played(
        self,
        dialogue: Dialogue,
        gateway: Gateway,
        handlers: dict[str, Handler],
        used: StagePhone,
        guide: Guide | None,
    ) -> Dialogue:
        engine, keyring = gateway.engine, gateway.keyring
        rehearsed_cases.place(engine, keyring, dialogue.cases, CALLER, dialogue.at)
        if dialogue.chosen:
            gateway.choose_language(CALLER, dialogue.language or self._release.default_language)

        def change(turn: DialogueTurn) -> None:
            self._load(dialogue, turn.data, engine, gateway.clock.now())
            handlers.update(pinned(self._release, handlers, turn.handlers))

        seen = play(dialogue, used, guide, change)
        self.visited |= used.visited()
        stored = rehearsed_cases.newest_details(engine, keyring, dialogue.cases)
        return replace(seen, stored=stored)

    @contextmanager
    def _gateway(
        self,
        dialogue: Dialogue,
        path: Path,
        engine: Engine,
        channels: Mapping[str, Channel],
        handlers: Mapping[str, Handler],
        bell: ResultSignal | None,
    ) -> Iterator[tuple[Gateway, StandingClock]]:
        # What a gateway keeps on its disk must not be found by the one that citizens are served by.
        settings = self._deployment.settings.model_copy(
            update={"database_url": f"sqlite:///{path}", "data_folder": self._folder}
        )
        clock = StandingClock(dialogue.at)
        parts = Parts(
            engine=engine,
            stores=replace(in_memory(clock), bell=bell),
            releases=ServedReleases(self._release),
            channels=channels,
            next_serial=count(_FIRST_SERIAL).__next__,
            pin_cost=_NO_COST,
        )
        deployment = replace(self._deployment, settings=settings, handlers=handlers)
        gateway = Gateway(deployment, clock=clock, parts=parts)
        try:
            yield gateway, clock
        finally:
            gateway.close()

    def _handlers(self, dialogue: Dialogue) -> dict[str, Handler]:
        handlers = {
            **self._deployment.handlers,
            **unreached(self._release, self.unpinned),
            **looked_up(self._release),
        }
        return dict(pinned(self._release, handlers, dialogue.handlers))

    def _load(
        self,
        dialogue: Dialogue,
        data: Mapping[str, Sequence[Row]],
        engine: Engine,
        now: datetime,
    ) -> None:
        for name, rows in data.items():
            dataset = self._deployment.datasets.get(name)
            if dataset is None:
                sentence = Sentence(
                    "'%(title)s' pins dataset '%(name)s', which is not.",
                    title=dialogue.title,
                    name=name,
                )
                sentence += did_you_mean(name, self._deployment.datasets)
                raise Refused(sentence)
            file = self._folder / f"{name}.csv"
            _write(file, [column.name for column in dataset.columns], rows)
            keyring = self._deployment.keyring
            dataset_files.load(engine, keyring, dataset, file, now=now, may_be_empty=True)


@contextmanager
def stage(
    deployment: Deployment, release: Release, dialled: Set[str] = frozenset()
) -> Iterator[Stage]:
    """Yields a stage on which a release is played; raises DataInvalid for faulty sample data.

    `dialled` are the codes that dialogues dial, for the line of the stage's own.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-dialogues-") as folder:
        yield Stage(deployment, release, Path(folder), dialled)


def channels_of(deployment: Deployment) -> Mapping[str, Channel]:
    """Returns the channels that a dialogue may name, by their names."""
    return {each.name: each for each in deployment.settings.to_channels()}


def _fill(deployment: Deployment, path: Path) -> None:
    engine = database.create(f"sqlite:///{path}", thrown_away=True)
    metadata.create_all(engine)
    for name, dataset in deployment.datasets.items():
        sample = deployment.settings.home / "config" / "sample-data" / f"{name}.csv"
        if sample.exists():
            dataset_files.load(engine, deployment.keyring, dataset, sample, now=NOON)
    engine.dispose()


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)

"""Parts that may stand in for a deployment's own: in trials, on a stage, in tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
    from gateway.composition.stores import FastStores
    from gateway.domain.telecom.channel import Channel
    from gateway.use_cases.ports import Provider, Releases, Toolkit


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is given is used instead of what the settings ask for; the rest is the product's own.

    With an `engine` and `stores` of one process everything that is written stays there: for trying
    menus out. `datasets` says of a dataset in which database its rows are read, where that is
    another one. Serials of cases that can be foretold are for dialogues; `heard` listens to
    declared calls where a dialogue is recorded. `pin_cost` is less where no PIN is anybody's.
    """

    engine: Engine | None = None
    datasets: Mapping[str, Engine] | None = None
    stores: FastStores | None = None
    releases: Releases | None = None
    channels: Mapping[str, Channel] | None = None
    providers: Mapping[str, Provider] | None = None
    toolkit: Toolkit | None = None
    next_serial: Callable[[], int] | None = None
    heard: HeardCalls | None = None
    pin_cost: int | None = None
    senders: ThreadPoolExecutor | None = None


#: Nothing is replaced: the gateway as citizens meet it.
THE_OWN = Parts()

"""What sending needs of the world."""

from __future__ import annotations

import random
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

from gateway.domain.telecom.channel import Channel
from gateway.use_cases.outbound.sending.left_behind import LeftBehind
from gateway.use_cases.outbound.switch_channels import SwitchChannels
from gateway.use_cases.ports import Clock, Consents, Counters, Jobs, Outbox, Provider, Throttle
from gateway.use_cases.ports.spool import WaitingSpools


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPorts:
    """The ports. `pool` makes the calls of a job side by side; `left` are those of earlier jobs."""

    outbox: Outbox
    consents: Consents
    spools: WaitingSpools
    providers: Mapping[str, Provider]
    channels: Mapping[str, Channel]
    delivery_urls: Mapping[str, str]
    throttle: Throttle
    switch: SwitchChannels
    jobs: Jobs
    counters: Counters
    clock: Clock
    pool: Executor
    chance: random.Random = field(default_factory=random.Random)
    left: LeftBehind = field(default_factory=LeftBehind)

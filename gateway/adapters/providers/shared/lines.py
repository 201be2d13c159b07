"""What a provider is given that keeps lines of its own to operators, in `gateway lines`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.adapters.system.keyring import Keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One channel: its settings, the secrets of its webhooks, and where those are, by route.

    What was promised to an operator before it could be told is kept in `folder`, sealed with
    `keyring`; without a folder it is in memory alone.
    """

    settings: Any
    keys: Sequence[str] = field(repr=False)
    urls: Mapping[str, str] = field(repr=False)
    keyring: Keyring
    folder: Path | None = None


#: Holds the lines of channels, by name, until the process is told to stop, and listens at a host
#: and a port for what they shall send. Raises Refused.
HoldLines = Callable[[Mapping[str, HeldLine], str, int], None]

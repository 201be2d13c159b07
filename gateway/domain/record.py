"""What the values of a turn are made of: each turn makes some twenty, so they must cost little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from typing import Self


class Record(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A value with named fields that never change; it is stored as its fields in their order.

    What is added goes to the end, with what it was before as its default: so a store may hold
    records of an earlier gateway. A NamedTuple takes five times as long to make, and a frozen
    dataclass fifteen times (docs/decisions/0027).
    """

    if TYPE_CHECKING:

        def _replace(self, **fields: Any) -> Self: ...

    else:
        #: Returns the record with other values in some of its fields, as a NamedTuple's does.
        _replace = msgspec.Struct.__replace__

"""A plugin of mypy: a record is changed by its own `_replace`, never by that of dataclasses.

mypy takes a struct of msgspec for a dataclass, and `dataclasses.replace` raises TypeError for it.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.errorcodes import CALL_ARG
from mypy.plugin import FunctionContext, Plugin
from mypy.types import Instance, Type, get_proper_type

RECORD = "gateway.domain.record.Record"


class Records(Plugin):
    """Refuses `dataclasses.replace` of a record."""

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Returns what looks at a call of a function; None where nothing does."""
        return _replaced if fullname == "dataclasses.replace" else None


def _replaced(call: FunctionContext) -> Type:
    changed = get_proper_type(call.arg_types[0][0]) if call.arg_types[0] else None
    if isinstance(changed, Instance) and changed.type.has_base(RECORD):
        call.api.fail(
            f"{changed.type.name} is a record: change it by its _replace(...)",
            call.context,
            code=CALL_ARG,
        )
    return call.default_return_type


def plugin(version: str) -> type[Plugin]:
    """Returns the plugin, as mypy asks for it."""
    return Records

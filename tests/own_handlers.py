"""The package `handlers` of this repository, which tests of other deployments take the place of.

A deployment's handlers are the package `handlers` of their process, so a test that opens another
deployment leaves that one's package behind, whatever it means to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

OWN = Path(__file__).parents[1] / "handlers" / "__init__.py"


class OwnHandlers:
    """Remembers the modules of this repository's handlers, and puts them back."""

    def __init__(self) -> None:
        self._kept: dict[str, ModuleType] = {}

    def stand(self) -> None:
        """Makes `import handlers` mean this repository's, for whichever test comes now."""
        loaded = sys.modules.get("handlers")
        if loaded is not None and loaded.__file__ == str(OWN):
            self._kept = _modules()
        elif loaded is not None:
            for name in _modules():
                del sys.modules[name]
            sys.modules.update(self._kept)


def _modules() -> dict[str, ModuleType]:
    return {name: one for name, one in sys.modules.items() if name.partition(".")[0] == "handlers"}

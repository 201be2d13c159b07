"""The reference deployment: in a checkout the folders at its top, in a wheel a copy of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.domain.faults_and_errors.errors import Refused

#: The folders of a deployment; whatever else is beside them is none of it.
FOLDERS = ("menus", "datasets", "forms", "handlers", "config")

README = """\
# Public services of Zamani

The reference deployment of the citizen gateway: an invented country, with its menus, the handlers
of its services and sample data. Take from it what you need, and remove the rest.

```sh
gateway run                                   # everything on this machine
gateway dial '*384*2026#'                     # be a phone
gateway text 'RESULT 10231456 2025'           # one SMS and its reply
gateway menus check && gateway menus test     # before anything is published
```
"""


def reference_files() -> Iterator[tuple[str, Path]]:
    """Yields each file of the reference deployment: its path in a deployment, and where it is.

    Raises Refused where the gateway was installed without it.
    """
    package = Path(__file__).parents[1]
    roots = (package / "sample", package.parent)
    root = next((each for each in roots if (each / "menus" / "main.yaml").is_file()), None)
    if root is None:
        raise Refused(
            "The reference deployment did not come with this installation. Install the wheel, or "
            "take the folders menus, handlers and config of the source."
        )
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
                yield path.relative_to(root).as_posix(), path

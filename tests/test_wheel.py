"""The wheel works away from a checkout: built here, unpacked, and tried in an empty folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import dependencies, dist
from tools.trial import Trial, away

HOME = Path(__file__).parents[1]
SOURCE = (
    "setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "NOTICE",
    "gateway", "menus", "datasets", "forms", "handlers", "config",
)  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of a copy of the source: a build writes beside what it reads."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in SOURCE:
        if (HOME / name).is_dir():
            shutil.copytree(
                HOME / name, source / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copyfile(HOME / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run(
        [*command, str(source)], capture_output=True, encoding="utf-8", env=away(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_no_other(wheel: Path) -> None:
    dist.check_wheel(wheel)


def test_the_reference_deployment_in_the_wheel_is_that_of_the_source(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        told = {name: archive.read(name) for name in archive.namelist() if "/sample/" in name}

    at = "gateway/sample/"
    source = {
        f"{at}{path.relative_to(HOME).as_posix()}": path.read_bytes()
        for folder in ("menus", "datasets", "forms", "handlers", "config")
        for path in (HOME / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert source == told


def test_whoever_installed_the_wheel_gets_from_nothing_to_a_dial(
    wheel: Path, tmp_path: Path
) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environ = away(PYTHONPATH=str(site))

    where = subprocess.run(
        [sys.executable, "-c", "import gateway; print(gateway.__file__)"],
        cwd=empty, env=environ, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    Trial([sys.executable, "-m", "gateway.cli"], empty, environ).of_commands(dependencies.version())

    assert str(site) in where.stdout

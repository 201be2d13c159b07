"""Builds the source distribution and the wheel, and tries both: `make dist`.

The wheel is built from the source distribution. It is installed into an empty environment, and
tried in an empty folder, where no checkout is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tools import dependencies
from tools.trial import Trial, TrialFailed, away

HOME = Path(__file__).parent.parent
OUT = HOME / "dist"
#: Tests that the source distribution runs on itself here; it holds them all.
ITS_TESTS = ("tests/test_docs.py", "tests/test_project_files.py", "tests/test_deployment.py")


def main() -> None:
    """Builds into dist/, tries what was built, and says so; exits with 1 when anything fails."""
    try:
        sdist, wheel = build()
        check_wheel(wheel)
        with tempfile.TemporaryDirectory(prefix="gateway-dist-") as name:
            check_sdist(sdist, Path(name))
            check_installed(wheel, Path(name))
    except (TrialFailed, subprocess.CalledProcessError) as error:
        raise SystemExit(f"The distribution is faulty. {error}") from None
    for path in (sdist, wheel):
        print(f"{path.relative_to(HOME)}: {path.stat().st_size / 1e6:.1f} MB, built and tried.")


def build() -> tuple[Path, Path]:
    """Returns the source distribution, and the wheel that was built from it."""
    shutil.rmtree(OUT, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--outdir", str(OUT), str(HOME)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise TrialFailed(done.stdout + done.stderr)
    return next(OUT.glob("*.tar.gz")), next(OUT.glob("*.whl"))


def check_wheel(wheel: Path) -> None:
    """Refuses a wheel that installs anything but the package, or lacks the reference deployment."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    if tops != {"gateway"}:
        raise TrialFailed(f"The wheel installs {', '.join(sorted(tops))}; it is to be gateway.")
    own = {str(path.relative_to(HOME)) for path in (HOME / "gateway").rglob("*.py")}
    if missing := sorted(own.difference(names)):
        raise TrialFailed(f"The wheel lacks {', '.join(missing)}.")


def check_sdist(sdist: Path, folder: Path) -> None:
    """Refuses a source distribution that does not pass its own tests."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    root = folder / sdist.name.removesuffix(".tar.gz")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ITS_TESTS]
    done = subprocess.run(
        command, cwd=root, env=away(), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise TrialFailed(done.stdout + done.stderr)


def check_installed(wheel: Path, folder: Path) -> None:
    """Refuses a wheel that does not run in an empty environment and an empty folder."""
    venv, empty = folder / "venv", folder / "empty"
    empty.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "-c", str(HOME / "constraints.txt"), f"{wheel}[embedded]"], check=True
    )
    trial = Trial([str(venv / "bin" / "gateway")], empty, away())
    trial.of_commands(dependencies.version())
    trial.of_run()


if __name__ == "__main__":
    main()

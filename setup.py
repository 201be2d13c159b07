"""Puts the reference deployment into the wheel, as data: `gateway init --sample` writes it.

Its folders stand at the top of the source, and nowhere else. Everything else is in setup.cfg.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SAMPLE = ("menus", "datasets", "forms", "handlers", "config")


class BuildWithSample(build_py):
    """Builds the package, and copies the reference deployment beside it as `gateway/sample`.

    An editable installation finds the folders where they are.
    """

    def run(self) -> None:
        """Builds, and copies."""
        super().run()
        if self.editable_mode:
            return
        for folder in SAMPLE:
            if Path(folder).is_dir():
                shutil.copytree(
                    folder,
                    Path(self.build_lib, "gateway", "sample", folder),
                    ignore=shutil.ignore_patterns("__pycache__", ".*"),
                    dirs_exist_ok=True,
                )


setup(cmdclass={"build_py": BuildWithSample})

"""A test that opens another deployment takes the handlers of no other test away."""

from __future__ import annotations

import sys
from pathlib import Path

from gateway.deployment.folder import load_datasets
from tests.own_handlers import OWN, OwnHandlers


def test_handlers_of_another_deployment_give_way_to_this_repositorys(tmp_path: Path) -> None:
    import handlers
    from handlers import my_data

    own = OwnHandlers()
    own.stand()
    _open_another_deployment(tmp_path)
    assert sys.modules["handlers"].__file__ != str(OWN)

    own.stand()

    assert sys.modules["handlers"] is handlers
    assert sys.modules["handlers.my_data"] is my_data


def test_handlers_of_another_deployment_go_where_nothing_stood_before(tmp_path: Path) -> None:
    own = OwnHandlers()
    _open_another_deployment(tmp_path)

    own.stand()

    assert "handlers" not in sys.modules


def _open_another_deployment(folder: Path) -> None:
    (folder / "handlers").mkdir()
    (folder / "handlers" / "__init__.py").write_text("HANDLERS = {}\nDATASETS = {}\n", "utf-8")
    load_datasets(folder)

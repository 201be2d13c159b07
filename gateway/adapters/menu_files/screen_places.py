"""Where the screens of a menu stand in its files, for who wants to change one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.adapters.yaml.documents import Document, parse
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.source_location import Place
from gateway.domain.menu.release import HOME_SERVICE

_MAIN = "main.yaml"
_SERVICE = re.compile(r"""^service:[ ]*["']?(?P<id>[a-z0-9_]+)""", re.MULTILINE)


class ScreenPlaces:
    """Finds them; a file is read when a screen of it is first asked for."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """`files` are the texts of a menu by their names."""
        self._files = files
        self._of = {
            found["id"]: name
            for name, text in files.items()
            if "/" not in name and (found := _SERVICE.search(text))
        }
        self._read: dict[str, Document | None] = {}

    def place(self, screen: str) -> Place | None:
        """Returns where SERVICE.SCREEN begins; None for a screen that no file holds."""
        service, _, name = screen.partition(".")
        file = _MAIN if service == HOME_SERVICE else self._of.get(service, "")
        document = self._document(file) if file in self._files else None
        if document is None:
            return None
        path = ("home",) if service == HOME_SERVICE else ("screens", name)
        if path not in document.spots:
            return None
        return document.spots[path].key

    def _document(self, file: str) -> Document | None:
        if file not in self._read:
            try:
                self._read[file] = parse(self._files[file].encode(), file, "M")
            except FilesInvalid:
                self._read[file] = None
        return self._read[file]

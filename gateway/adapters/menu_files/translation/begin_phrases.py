"""The gateway's own sentences in a language, as a deployment begins to word them itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path as FilePath

from gateway.adapters.menu_files.folder_reading import PHRASES_NAME
from gateway.adapters.shipped_languages.languages import shipped_language
from gateway.adapters.yaml.documents import read
from gateway.adapters.yaml.edit_in_place import edited
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.text.phrases import PHRASES

#: What is translated from where a language does not come with the gateway.
_SOURCE = "en"
_PLURAL = re.compile(r"\{(\w+)\|plural:([^}]*)\}")


def sentences(language: str) -> Mapping[str, str]:
    """Returns every sentence in a language; in English, to be translated, where it has none."""
    found = shipped_language(language)
    if found is not None:
        return {name: found.phrases[name] for name in PHRASES}
    english = shipped_language(_SOURCE)
    texts = english.phrases if english else {}
    return {name: _PLURAL.sub(_uncounted, texts[name]) for name in PHRASES}


def as_lines(texts: Mapping[str, str], language: str) -> str:
    """Returns sentences as they stand in phrases.yaml."""
    return "".join(
        f"{_key(name)}:\n  {_key(language)}: {json.dumps(text, ensure_ascii=False)}\n"
        for name, text in texts.items()
    )


def begun(folder: FilePath, language: str) -> tuple[str, int]:
    """Returns phrases.yaml with the sentences that it lacks in a language, and how many they are.

    What stands in the file stays. Raises FilesInvalid where the file cannot be read.
    """
    path = folder / PHRASES_NAME
    tree = read(path, "M").tree if path.exists() and path.stat().st_size else {}
    written = tree if isinstance(tree, dict) else {}
    source = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    added: dict[str, str] = {}
    edits: dict[Path, str] = {}
    for name, text in sentences(language).items():
        said = written.get(name)
        if said is None:
            added[name] = text
        elif isinstance(said, dict) and language not in said:
            edits[(name, language)] = text
    source = edited(source, edits) if edits else source
    source += "" if not source or source.endswith("\n") else "\n"
    return source + as_lines(added, language), len(added) + len(edits)


def _uncounted(plural: re.Match[str]) -> str:
    """Returns a plural as the bare number: which categories another language has is its own."""
    name, arms = plural.groups()
    other = arms.rpartition("other=")[2]
    return str(other.replace("#", f"{{{name}}}"))


def _key(name: str) -> str:
    return name if name not in ("yes", "no") else f'"{name}"'

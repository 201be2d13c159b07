"""What a menu says that no file of the deployment says: sentences and words of the gateway's own.

They come with the package, in each language of the deployment that it ships; what the files say
wins. A release keeps those it was compiled with, so a later gateway does not reword it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.adapters.menu_files.compiling.texts import Text
from gateway.adapters.menu_files.schemas.files import WordsShape
from gateway.adapters.shipped_languages.languages import spoken
from gateway.adapters.yaml.documents import Tree
from gateway.domain.menu.release import OPEN_NOTHING, clash
from gateway.domain.reading.folding import fold

#: Kept beside the files of a release; no file of a deployment has this name.
OWN_NAME = "own_sentences.yaml"

#: Networks and providers act on these by themselves, whatever a deployment speaks.
_EVERYWHERE = "en"
#: Nobody may lose the way out, whatever language they think of it in.
_WAY_OUT = (*OPEN_NOTHING, "stop")
#: A keyword of the files takes such a word away from the gateway.
_GIVE_WAY = ("start", "help", "menu")


@dataclass(frozen=True, slots=True)
class OwnSentences:
    """The sentences by name and language, and the words by meaning and language."""

    phrases: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, Sequence[str]]]

    @property
    def tree(self) -> Tree:
        """Returns all of it as it stands in a file, and counts in the id of a release."""
        return {
            "phrases": {name: dict(texts) for name, texts in self.phrases.items()},
            "words": {
                meaning: {code: list(words) for code, words in of_meaning.items()}
                for meaning, of_meaning in self.words.items()
            },
        }

    def written(self) -> str:
        """Returns the text of the file that a release keeps."""
        return json.dumps(self.tree, ensure_ascii=False, indent=1) + "\n"


def shipped(languages: Sequence[str]) -> OwnSentences:
    """Returns what comes with the gateway for these languages."""
    found = spoken(languages)
    phrases: dict[str, dict[str, str]] = {}
    for code, language in found.items():
        for name, text in language.phrases.items():
            phrases.setdefault(name, {})[code] = text
    words = {
        each: {code: getattr(language.words, each) for code, language in found.items()}
        for each in WordsShape.model_fields
    }
    everywhere = spoken([_EVERYWHERE])[_EVERYWHERE].words
    for meaning in _WAY_OUT:
        words[meaning][_EVERYWHERE] = getattr(everywhere, meaning)
    return OwnSentences(phrases, words)


def kept(tree: Tree) -> OwnSentences:
    """Returns what a release has kept, from the tree of its file."""
    found = tree if isinstance(tree, dict) else {}
    phrases, words = found.get("phrases"), found.get("words")
    return OwnSentences(
        {name: _texts(each) for name, each in _map(phrases).items()},
        {
            meaning: {code: _list(each) for code, each in _map(of_meaning).items()}
            for meaning, of_meaning in _map(words).items()
        },
    )


def with_phrases(
    languages: Sequence[str], own: OwnSentences, written: Mapping[str, Text]
) -> dict[str, Text]:
    """Returns the sentences of a menu: those that are written, and the gateway's where none is."""
    merged: dict[str, Text] = {}
    for name in dict.fromkeys((*own.phrases, *written)):
        said = written.get(name, {})
        if isinstance(said, str):
            merged[name] = said
            continue
        texts = own.phrases.get(name, {})
        merged[name] = {code: texts[code] for code in languages if code in texts} | dict(said)
    return merged


def with_words(own: OwnSentences, written: WordsShape, keywords: Sequence[str]) -> WordsShape:
    """Returns the reserved words of a menu: of a meaning and a language, those that are written.

    A word of the gateway's gives way to one that the files use otherwise, unless it is for STOP:
    nobody may lose the way out.
    """
    keyword_forms = {fold(word) for word in keywords}
    taken: dict[str, set[str]] = {}
    for meaning, by_language in written:
        for word in (word for words in by_language.values() for word in words):
            taken.setdefault(fold(word), set()).add(meaning)

    def stays(meaning: str, word: str) -> bool:
        if any(clash(meaning, other) for other in taken.get(fold(word), ())):
            return False
        return meaning not in _GIVE_WAY or fold(word) not in keyword_forms

    merged: dict[str, dict[str, list[str]]] = {}
    for meaning, of_files in written:
        of_gateway = {
            code: [word for word in words if stays(meaning, word)]
            for code, words in own.words.get(meaning, {}).items()
            if code not in of_files
        }
        merged[meaning] = of_files | {code: words for code, words in of_gateway.items() if words}
    return WordsShape(**merged)


def _map(tree: Tree | None) -> Mapping[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _texts(tree: Tree) -> Mapping[str, str]:
    return {code: text for code, text in _map(tree).items() if isinstance(text, str)}


def _list(tree: Tree) -> Sequence[str]:
    return [word for word in tree if isinstance(word, str)] if isinstance(tree, list) else []

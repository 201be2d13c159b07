"""What a menu says that no file of the deployment says: sentences and words of the gateway's own.

They come with the package, in each language of the deployment that it ships; what the files say
wins. A release keeps those it was compiled with, so a later gateway does not reword it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.adapters.menu_files.compile_texts import Text
from gateway.adapters.menu_files.file_schemas import WordsShape
from gateway.adapters.shipped_languages.languages import spoken
from gateway.adapters.yaml.documents import Tree
from gateway.domain.reading.folding import fold

#: Kept beside the files of a release; no file of a deployment has this name.
OWN_NAME = "own_sentences.yaml"

#: Networks and providers act on these by themselves, whatever a deployment speaks.
_EVERYWHERE = ("stop", "en")
#: Those that mean something in any text, and those that only answer, do not compete.
_TOGETHER = (("stop", "start", "help", "menu"), ("yes", "no"))


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
    meaning, english = _EVERYWHERE
    phrases: dict[str, dict[str, str]] = {}
    for code, language in found.items():
        for name, text in language.phrases.items():
            phrases.setdefault(name, {})[code] = text
    words = {
        each: {code: getattr(language.words, each) for code, language in found.items()}
        for each in WordsShape.model_fields
    }
    words[meaning] |= {code: getattr(spoken([code])[code].words, meaning) for code in (english,)}
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
    merged: dict[str, dict[str, list[str]]] = {}
    for together in _TOGETHER:
        taken = {fold(word): meaning for meaning, word in _written(written, together)}
        for meaning in together:
            of_files: dict[str, list[str]] = getattr(written, meaning)
            of_gateway = {
                code: [
                    word
                    for word in words
                    if taken.get(fold(word), meaning) == meaning
                    and (
                        meaning == "stop"
                        or together[0] != "stop"
                        or fold(word) not in keyword_forms
                    )
                ]
                for code, words in own.words.get(meaning, {}).items()
                if code not in of_files
            }
            merged[meaning] = of_files | {
                code: words for code, words in of_gateway.items() if words
            }
    return WordsShape(**merged)


def _written(written: WordsShape, meanings: Sequence[str]) -> Iterator[tuple[str, str]]:
    for meaning in meanings:
        for words in getattr(written, meaning).values():
            yield from ((meaning, word) for word in words)


def _map(tree: Tree | None) -> Mapping[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _texts(tree: Tree) -> Mapping[str, str]:
    return {code: text for code, text in _map(tree).items() if isinstance(text, str)}


def _list(tree: Tree) -> Sequence[str]:
    return [word for word in tree if isinstance(word, str)] if isinstance(tree, list) else []

"""What the YAML parser stumbles over, in our words.

Its own are English texts (libyaml's scanner.c and parser.c, which PyYAML's fast loader passes on);
the others, PyYAML's composer's among them, say nothing that who writes a menu could act on.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from gateway.domain.faults_and_errors.sentence import Sentence

_NO_COLON = Sentence("a key here has no colon behind it")
_LIST = Sentence("a line of a list stands where none can be")
_NO_END = Sentence("the file ends within a text or a bracket")
_KEY = Sentence("a key is expected here")
_TAB = Sentence("a tab stands where spaces indent")
_ESCAPE = Sentence("a backslash stands before a sign that it cannot stand before")

_PROBLEMS: Mapping[str, Sentence] = {
    "found character that cannot start any token": Sentence(
        "a tab, @, ` or %(percent)s stands where a text, a key or a list begins", percent="%"
    ),
    "could not find expected ':'": _NO_COLON,
    "did not find expected key": _KEY,
    "did not find expected '-' indicator": Sentence("a line of a list is expected here"),
    "did not find expected ',' or ']'": Sentence("a comma or ] is missing"),
    "did not find expected ',' or '}'": Sentence("a comma or } is missing"),
    "did not find expected node content": Sentence("a value is missing here"),
    "did not find expected <document start>": Sentence("something stands behind the end of a file"),
    "mapping values are not allowed in this context": Sentence("a colon stands where none can be"),
    "mapping keys are not allowed in this context": _KEY,
    "block sequence entries are not allowed in this context": _LIST,
    "found unexpected end of stream": _NO_END,
    "found unexpected document indicator": _NO_END,
    "found unknown escape character": _ESCAPE,
    "did not find expected hexdecimal number": _ESCAPE,
    "found a tab character where an indentation space is expected": _TAB,
    "found a tab character that violates indentation": _TAB,
    "did not find expected comment or line break": Sentence(
        "only a line break can stand behind | or >"
    ),
}


def problem_of(error: yaml.YAMLError) -> Sentence:
    """Returns what the parser stumbled over, as half a sentence."""
    return _PROBLEMS.get(getattr(error, "problem", None) or "", Sentence("unreadable"))

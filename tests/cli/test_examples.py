"""The examples of every `--help`: parsed as they are written, and at home in the sample."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

import click
import pytest

from gateway.deployment.load import Deployment, load
from tests.gateways import environment
from tools.commands import below, every_command, outermost

#: A remark stands behind two spaces or more.
_REMARK = re.compile(r"(?<=\S) {2,}(?=\S)[^'\"]*$")

#: Files that commands open while they read their words, with what may stand in them.
_OPENED = {"news.txt": "The office moves.", "sample.txt": "text=1"}

#: Names that an example brings about itself, by what they name.
_MADE = {"language": {"rw"}, "service": {"household"}}


def _written(context: click.Context) -> Iterator[str]:
    """Yields the examples of a command, each on one line."""
    _, _, examples = (context.command.epilog or "").partition("Example")
    for line in examples.replace("\\\n", " ").splitlines():
        if line.startswith("  ") and re.search(r"(^| )gateway ", line):
            yield _REMARK.sub("", line.strip())


def _words(example: str) -> list[str]:
    """Returns what stands behind `gateway`, without what a shell does with it."""
    filled = re.sub(r"\$\(.*?\)", "2027-03-01", example)
    reader = shlex.shlex(filled, posix=True, punctuation_chars=";|>")
    reader.whitespace_split = True
    words = list(reader)
    words = words[words.index("gateway") + 1 :]
    ends = [place for place, word in enumerate(words) if word in (";", "|", ">")]
    return words[: min(ends, default=len(words))]


def _parsed(example: str) -> click.Context:
    """Returns the context of the command that an example calls, with what it is given."""
    context, words = outermost(), _words(example)
    while isinstance(context.command, click.Group) and words and not words[0].startswith("-"):
        [context] = [each for each in below(context) if each.info_name == words[0]]
        words.pop(0)
    parsed = context.command.make_context(context.info_name, words, parent=context.parent)
    parsed.close()  # and the files that were opened
    return parsed


EXAMPLES = sorted({each for context in every_command().values() for each in _written(context)})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody types; the files that an example names are there, as far as parsers look."""
    monkeypatch.chdir(tmp_path)
    for name, text in _OPENED.items():
        Path(name).write_text(text, "utf-8")
    for context in every_command().values():
        for each in context.command.params:
            if isinstance(each.type, click.Path):
                monkeypatch.setattr(each.type, "exists", False)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    data = tmp_path_factory.mktemp("data")
    return load(environment(data, f"unix://{data}/none.sock"))


def _known(sample: Deployment) -> dict[str, Collection[str]]:
    """Returns what there is in the sample, by the word by which commands call it."""
    release = sample.load_release()
    return {
        "channel": sample.channels,
        "dataset": {*sample.datasets, *sample.tables},
        "institution": release.institutions,
        "language": release.languages,
        "service": release.services,
        "source": sample.settings.alerts.sources,
        "topic": {*release.topics, sample.settings.alerts.topic, "*"},
    }


def _named(context: click.Context) -> Iterator[tuple[str, str]]:
    """Yields what an example names: the kind of it, and its name."""
    group = context.parent.info_name if context.parent else ""
    for name, value in context.params.items():
        kind = name.removesuffix("s")
        if name == "name" and group in ("channels", "institutions"):
            kind = str(group).removesuffix("s")
        for each in value if isinstance(value, tuple) else (value,):
            if each and isinstance(each, str):
                yield kind, each


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.usefixtures("folder")
def test_an_example_is_one_that_its_command_takes(example: str) -> None:
    assert _parsed(example).command


@pytest.mark.usefixtures("folder")
def test_what_an_example_names_is_there_in_the_sample(sample: Deployment) -> None:
    known = _known(sample)

    missing = [
        (example, kind, name)
        for example in EXAMPLES
        if not example.startswith("gateway init")
        for kind, name in _named(_parsed(example))
        if kind in known and name not in known[kind] and name not in _MADE.get(kind, ())
    ]

    assert [] == missing
    kinds = {kind for each in EXAMPLES for kind, _ in _named(_parsed(each))}
    assert known.keys() <= kinds, "no example names one"


@pytest.mark.usefixtures("folder")
def test_a_word_or_a_shortcut_of_an_example_is_free_in_the_sample(sample: Deployment) -> None:
    release = sample.load_release()
    keywords = {
        word
        for service in release.services.values()
        for words in service.keywords.values()
        for word in words
    }
    named = {(kind, name) for each in EXAMPLES for kind, name in _named(_parsed(each))}

    words = {name.upper() for kind, name in named if kind == "word"}
    shortcuts = {name for kind, name in named if kind == "shortcut"}

    assert words
    assert shortcuts
    assert not words & keywords
    assert not shortcuts & {each.shortcut for each in release.services.values()}


@pytest.mark.usefixtures("folder")
def test_what_an_example_lets_happen_later_is_not_over_soon() -> None:
    later = [
        name
        for each in EXAMPLES
        if " menus try " not in each
        for kind, name in _named(_parsed(each))
        if kind in ("at", "valid_until")
    ]

    assert later
    assert [] == [each for each in later if each < "2036"]

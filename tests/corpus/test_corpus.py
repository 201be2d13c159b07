"""The corpus of plain texts: how many are read as they were meant, and none that is prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from tests.corpus.reading import (
    NOTHING,
    Line,
    Result,
    corpus_gateway,
    is_right,
    lines_of,
    results_of,
)
from tests.gateways import environment

#: Of the texts that act, so many do what they must; of those that must act, so many do.
LEAST_PRECISION, LEAST_RECALL = 0.995, 0.95
LANGUAGES = ("en", "sw", "fr", "am")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The reference deployment with its sample data."""
    deployment = load(environment(tmp_path_factory.mktemp("data"), "redis://none"))
    with corpus_gateway(deployment, tmp_path_factory.mktemp("corpus")) as ready:
        yield ready


def misses_of(lines: list[Line], results: list[Result]) -> Mapping[str, list[str]]:
    """Returns the texts that do what they must not, and those that do not do what they must."""
    wrong, missed = [], []
    for line, result in zip(lines, results, strict=True):
        told = f"{line.place} {line.text!r}: {line.service} {line.answers}, not {result}"
        acted = result.service != NOTHING
        if acted and not is_right(line, result):
            wrong.append(told)
        elif line.acts and not acted:
            missed.append(told)
    return {"wrong": wrong, "missed": missed}


def score(lines: list[Line], results: list[Result]) -> tuple[float, float]:
    """Returns precision and recall of whatever acts."""
    acted = [result.service != NOTHING for result in results]
    right = sum(
        act and is_right(line, result)
        for act, line, result in zip(acted, lines, results, strict=True)
    )
    return right / max(1, sum(acted)), right / max(1, sum(line.acts for line in lines))


@pytest.mark.parametrize("part", ["dev", "blind"])
def test_the_corpus_is_read_as_it_was_meant(gateway: Gateway, part: str) -> None:
    lines = lines_of(part)
    results = results_of(gateway, lines)

    precision, recall = score(lines, results)
    misses = misses_of(lines, results)

    told = "\n".join(
        (f"precision {precision:.4f}, recall {recall:.4f}", *misses["wrong"], *misses["missed"])
    )
    assert precision >= LEAST_PRECISION, told
    assert recall >= LEAST_RECALL, told

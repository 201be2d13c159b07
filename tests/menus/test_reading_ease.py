"""What asks more of who reads little than a deployment wants is noted, and is no fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu_checks.notes import Note
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


def noted(
    folder: Path, limits: str, beside: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """The advice on the sample menu with these limits: the line and the sentence of each."""
    main = FILES["main.yaml"].replace("home:\n", f"reading: {limits}\nhome:\n", 1)
    found: list[Note] = []
    files = {**FILES, "main.yaml": main, **(beside or {})}
    load(write(folder, files), HANDLERS, CHANNELS, tell=found.extend)
    return [
        (f"{Path(note.place.file).name}:{note.place.line}", note.sentence)
        for note in found
        if note.advice
    ]


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("{lines: 3}", []),
        (
            "{lines: 2}",
            [("main.yaml:8", "Hard to read: 3 lines to choose from; at most 2.")],
        ),
        ("{digits: 8}", []),
        (
            "{digits: 7}",
            [("results.yaml:8", "Hard to read: Up to 8 figures are typed at once; at most 7.")],
        ),
        ("{words: 9}", []),
        (
            "{words: 7}",
            [
                ("main.yaml:8", "Hard to read: 8 words on a page in language sw; at most 7."),
                ("main.yaml:8", "Hard to read: 9 words on a page in language en; at most 7."),
            ],
        ),
        ("{answers: 4}", []),
        (
            "{answers: 3}",
            [
                (
                    "results.yaml:6",
                    "Hard to read: 4 answers from home until something is said or done; at most 3.",
                )
            ],
        ),
        ("{}", []),
    ],
)
def test_what_is_over_a_limit_is_noted(
    limits: str, told: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert noted(tmp_path, limits) == told


def test_a_language_has_its_own_limit_of_words(tmp_path: Path) -> None:
    told = noted(tmp_path, "{words: 9, words_in: {sw: 7}}")

    assert [
        ("main.yaml:8", "Hard to read: 8 words on a page in language sw; at most 7."),
    ] == told


def test_a_word_that_few_know_is_noted_and_one_of_the_glossary_is_not(tmp_path: Path) -> None:
    (tmp_path / "glossary").mkdir()
    before = noted(tmp_path, "{common_words: true}", {"glossary/en.yaml": "plain: []\n"})
    glossary = {"glossary/en.yaml": "plain: [candidate]\n", "glossary/sw.yaml": "plain: [moja]\n"}
    after = noted(tmp_path, "{common_words: true}", glossary)

    assert any("'Candidate' (language en) is not among" in said for _, said in before)
    assert not any("language sw" in said for _, said in before)
    assert not any("'Candidate'" in said for _, said in after)
    assert any("language sw" in said for _, said in after)


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        ("Candidate {candidate}s", ["Candidate"]),  # an s that hangs on a value is no word
        ("Candidate pre{candidate}, {candidate}-th", ["Candidate", "th"]),
        ("{candidate|plural:one=# ewe,other=# heifers}", ["ewe", "heifers"]),
        ("ewe{candidate}", []),
    ],
)
def test_words_are_read_whole_beside_values_and_in_each_arm_of_a_plural(
    text: str, hard: list[str], tmp_path: Path
) -> None:
    (tmp_path / "glossary").mkdir()
    old = 'en: "{candidate}: {grade}"'
    assert old in FILES["results.yaml"]
    files = {
        "results.yaml": FILES["results.yaml"].replace(old, f'en: "{text}"'),
        "glossary/en.yaml": "plain: []\n",
    }
    main = FILES["main.yaml"].replace("home:\n", "reading: {common_words: true}\nhome:\n", 1)
    found: list[Note] = []
    load(
        write(tmp_path, {**FILES, "main.yaml": main, **files}),
        HANDLERS,
        CHANNELS,
        tell=found.extend,
    )
    line = FILES["results.yaml"].partition(old)[0].count("\n") + 1
    words = [
        note.sentence.split("'")[1]
        for note in found
        if note.advice and (Path(note.place.file).name, note.place.line) == ("results.yaml", line)
    ]

    assert hard == words


@pytest.mark.parametrize(("limit", "told"), [(9, 0), (3, 1)])
def test_a_sentence_of_more_words_is_noted(limit: int, told: int, tmp_path: Path) -> None:
    said = [each for _, each in noted(tmp_path, f"{{sentence: {limit}}}")]

    assert all(f"at most {limit}." in each for each in said)
    assert bool(told) is bool(said)


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        ("{lines: 3, words: 9, digits: 8, answers: 4, strict: true}", []),
        (
            "{lines: 2, strict: true}",
            ["main.yaml:8: [M097] 3 lines to choose from; at most 2."],
        ),
        (
            "{digits: 7, strict: true}",
            ["results.yaml:8: [M097] Up to 8 figures are typed at once; at most 7."],
        ),
    ],
)
def test_a_strict_deployment_publishes_nothing_that_is_over_a_limit(
    limits: str, refused: list[str], tmp_path: Path
) -> None:
    main = FILES["main.yaml"].replace("home:\n", f"reading: {limits}\nhome:\n", 1)
    faults: Sequence[Fault] = ()
    notes: list[Note] = []
    try:
        load(write(tmp_path, {**FILES, "main.yaml": main}), HANDLERS, CHANNELS, tell=notes.extend)
    except FilesInvalid as invalid:
        faults = invalid.faults

    told = [f"{Path(f.file).name}:{f.line}: [{f.code}] {f.sentence}" for f in faults]
    assert (refused, []) == (told, [note for note in notes if note.advice])


def test_advice_is_not_what_the_next_version_refuses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    main = FILES["main.yaml"].replace("home:\n", "reading: {words: 1}\nhome:\n", 1)
    load(write(tmp_path, {**FILES, "main.yaml": main}), HANDLERS, CHANNELS)

    assert "Hard to read" not in caplog.text

"""Keywords of the reference deployment, misspelled; and words that mean something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.deployment.load import load
from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.text.homophones import said_alike
from tests.gateways import environment

#: Words of every day that people may well begin a text with.
EVERYDAY = (
    "እባክዎ እናት አባት ልጅ ልጄ ሴት ወንድ ሰው ሰዎች ዛሬ ነገ ትናንት ውሃ መንገድ ትምህርት መምህር ቤት ቤታችን ከተማ ገጠር ወረዳ ቀበሌ "
    "ዝናብ በቆሎ ጤፍ ስንዴ ላም በሬ ገንዘብ ብር ስልክ መቼ የት ምን ማን እንዴት ለምን ምግብ መሬት ዘር ችግኝ ድልድይ ሆስፒታል ሐኪም ፖሊስ "
    "መብራት ቡና ገበሬ መከር ምርት ምስር ጉዳት አቤቱታ ዋና ሒሳብ ቁጥር ስም ዕድሜ ወር ዓመት ቀን ሳምንት ደብዳቤ መንግሥት ሥራ"
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The menus of the repository."""
    return load(environment(tmp_path_factory.mktemp("data"), "redis://none")).load_release()


def amharic(release: Release) -> list[tuple[str, str]]:
    """Returns each Amharic keyword with its service."""
    return [
        (word, service.id)
        for service in release.services.values()
        for word in service.keywords.get("am", ())
    ]


@pytest.mark.parametrize(
    ("text", "service", "words"),
    [
        ("ዉጤት 10231456", "exam_results", ("10231456",)),
        ("ውጤትን 10231456", "exam_results", ("10231456",)),
        ("ውጤቴ 10231456", "exam_results", ("10231456",)),
        ("ዉጤት10231456", "exam_results", ("10231456",)),
        ("ጤናMbale", "find_clinic", ("Mbale",)),
        ("ጤና፣Mbale", "find_clinic", ("Mbale",)),
        ("RESULTውጤት", "exam_results", ("ውጤት",)),
        ("ሪፖርትውሃ", "report_problem", ("ውሃ",)),
        ("ሪፖርትን ውሃ", "report_problem", ("ውሃ",)),
        ("ክሊንክ Mbale", "find_clinic", ("Mbale",)),
        ("ክልኒክ", "find_clinic", ()),
        ("ማስጠንቀቅያ", "warnings", ()),
        ("መታወቅያ", "id_card", ()),
        ("ኹኔታ", "case_status", ()),
    ],
)
def test_an_amharic_text_is_forgiven_as_others_are(
    release: Release, text: str, service: str, words: tuple[str, ...]
) -> None:
    found = read(release, text, "am")

    assert (service, words) == (found.service, found.words)


@pytest.mark.parametrize("text", ["ዉጤት 1", "ጤናMbale", "RESULTውጤት", "ኹኔታ"])
def test_other_spellings_and_another_script_behind_a_word_are_no_guess(
    release: Release, text: str
) -> None:
    assert "" == read(release, text).meant


def test_every_amharic_keyword_is_known_with_another_vowel_at_its_end(release: Release) -> None:
    for word, service in amharic(release):
        last = ord(word[-1])
        other = chr(last // 8 * 8 + (1 if last % 8 != 1 else 2))

        found = read(release, word[:-1] + other, "am")

        assert service == found.service, word


def test_every_longer_amharic_keyword_is_known_with_an_ending(release: Release) -> None:
    long = [(word, service) for word, service in amharic(release) if len(word) > 2]

    assert 15 <= len(long)
    assert [] == [word for word, service in long if read(release, word + "ን").service != service]


def test_no_keyword_is_guessed_from_another(release: Release) -> None:
    for id, service in release.services.items():
        own = {fold(word) for words in service.keywords.values() for word in words}
        left = {word: found for word, found in release.keywords.items() if word not in own}
        labels = {label: found for label, found in release.labels.items() if found[0] != id}
        others = replace(release, id=f"without-{id}", keywords=left, labels=labels)

        assert {Opening.UNKNOWN} >= {read(others, word).opening for word in own}, id


def test_no_keyword_is_guessed_from_a_word_of_every_day(release: Release) -> None:
    found = {word: read(release, word, "am").meant for word in EVERYDAY.split()}

    assert {} == {word: meant for word, meant in found.items() if meant}


def test_no_two_keywords_of_the_deployment_are_made_one(release: Release) -> None:
    written = {said_alike(word) for word, _ in amharic(release)}

    assert len(written) == len(amharic(release))

"""What the gateway says by itself: a deployment overrides it, and a release keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.menu_files import own_sentences
from gateway.adapters.menu_files.load import compiled, load, sources
from gateway.adapters.menu_files.own_sentences import OWN_NAME, OwnSentences
from gateway.adapters.shipped_languages.languages import shipped_codes, shipped_language
from gateway.cli.main import main
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold
from gateway.domain.telecom.channel import Channel, PageBudget
from gateway.domain.telecom.paging import excess
from gateway.domain.telecom.segments import segment
from gateway.domain.text.phrases import PHRASES
from tests.menus.sample import write

#: A network that counts `CON ` as well leaves 66 characters.
TIGHT = Channel(
    name="tight",
    provider="simulator",
    service_code="*384*2026#",
    page=PageBudget(septets=160, ucs2=70, count_prefix=True),
)

PERMITS = """\
service: permits
shortcut: 21
title: "Permits"
keywords: {keywords}
resume: 30m
nudge: true
second_fact: born
screens:
  born: {{input: date, text: "Born?", next: fee}}
  fee: {{input: money, min: 1, max: 5000, text: "Fee?", next: sure}}
  sure: {{input: yes_no, text: "Sure?", next: done}}
  done: {{end: "Done."}}
"""


def menu(folder: Path, languages: Mapping[str, str], **more: str) -> Path:
    """Writes a menu with one service of one word a text; `more` are files, or keys of main.yaml."""
    listed = ", ".join(f"{code}: {name}" for code, name in languages.items())
    main = f"languages: {{{listed}}}\ncurrency: KES\n{more.pop('main', '')}"
    main += "\nhome: {text: Services, options: {1: {open: permits}, 8: {open: language}}}\n"
    permits = PERMITS.format(keywords=more.pop("keywords", "{}"))
    files = {"main.yaml": main, "permits.yaml": permits}
    files |= {f"{name}.yaml": text for name, text in more.items()}
    folder.mkdir(parents=True, exist_ok=True)
    return write(folder, files)


def loaded(folder: Path, languages: Mapping[str, str], **more: str) -> Release:
    return load(menu(folder, languages, **more), {}, [TIGHT])


def named(codes: Sequence[str]) -> dict[str, str]:
    return {code: language.name for code in codes if (language := shipped_language(code))}


@pytest.mark.parametrize("charset", ["unicode", "transliterate"])
@pytest.mark.parametrize("code", shipped_codes())
def test_each_language_alone_fits_every_page_without_a_phrase_written(
    tmp_path: Path, code: str, charset: str
) -> None:
    if charset == "transliterate" and code in ("ar", "bn", "hi"):
        pytest.skip("its script has no reading in Latin letters")

    release = loaded(tmp_path, named([code]), main=f"charsets: {{{code}: {charset}}}")

    assert PHRASES.keys() == release.phrases.keys()


def test_all_languages_together_are_spoken_at_once(tmp_path: Path) -> None:
    release = loaded(tmp_path, named(shipped_codes()))

    assert len(release.languages) == 11
    # No word means two things, whatever the languages that meet in a deployment.
    assert set(release.reserved.languages.values()) == set(release.languages)


def test_no_two_languages_call_one_thing_by_a_word_of_another(tmp_path: Path) -> None:
    meanings: dict[str, set[str]] = {}
    for code in shipped_codes():
        language = shipped_language(code)
        assert language is not None
        for meaning in ("stop", "start", "help", "menu"):
            for word in getattr(language.words, meaning):
                meanings.setdefault(fold(word), set()).add(meaning)

    assert {} == {word: found for word, found in meanings.items() if len(found) > 1}


#: Which word a sentence tells the citizen to send.
TOLD = {
    "stopped": "start",
    "started": "stop",
    "help": "stop",
    "help_sms_only": "stop",
    "nudge": "stop",
    "nudge_code": "stop",
    "tell_me_kept": "stop",
    "not_understood": "help",
    "not_understood_sms_only": "menu",
    "conversation_over": "menu",
    "too_many_wrong_sms_only": "menu",
}


@pytest.mark.parametrize("code", shipped_codes())
def test_what_a_sentence_tells_to_send_is_a_word_of_its_language(tmp_path: Path, code: str) -> None:
    release = loaded(tmp_path, named([code]))
    for name, meaning in TOLD.items():
        said = sentence(release, code, name, {})
        words = {fold(each) for each in said.split()}

        mine = {
            word
            for word in getattr(release.reserved, meaning)
            if release.reserved.languages.get(word) == code
        }
        assert words & mine, (name, said)


#: Said at the end of a session, where no key leads to a second page.
LAST_PAGES = (
    "too_many_wrong", "unavailable", "too_slow", "answer_by_sms", "closed", "try_again",
    "closed_until", "closed_now", "too_often", "resume_lapsed",
    "kept", "kept_without_sms", "tell_me_kept", "tell_me_full",
)  # fmt: skip
#: Said in an SMS that should cost no more than one.
ONE_SMS = (
    "too_many_wrong_sms_only", "help_sms_only", "not_understood_sms_only", "not_understood", "help",
    "conversation_over", "did_you_mean", "stopped", "started", "passed_on",
    "kept", "kept_without_sms", "tell_me_kept", "tell_me_full",
)  # fmt: skip
VALUES = {
    "opens": "2027-09-28T10:58",
    "until": "2027-09-28",
    "service_code": "*384*2026#",
    "reference": "ABCD1234",
    "keywords": "ab",
    "keyword": "ab",
}


@pytest.mark.parametrize("code", shipped_codes())
def test_a_last_page_is_one_page_and_an_answer_one_sms(tmp_path: Path, code: str) -> None:
    release = loaded(tmp_path, named([code]))

    last = {name: sentence(release, code, name, VALUES) for name in LAST_PAGES}
    sms = {name: sentence(release, code, name, VALUES) for name in ONE_SMS}

    assert {} == {name: over for name, said in last.items() if (over := excess(said, TIGHT.page))}
    assert {} == {name: said for name, said in sms.items() if len(segment(said).parts) > 1}


def test_a_deployment_overrides_a_phrase_in_one_language_and_keeps_the_rest(
    tmp_path: Path,
) -> None:
    own = 'more: {sw: "{more} Endelea"}\npin_again: "PIN 2?"\n'

    release = loaded(tmp_path, {"en": "English", "sw": "Kiswahili"}, phrases=own)

    assert "9 Endelea" == sentence(release, "sw", "more", {"more": "9"})
    assert "9 More" == sentence(release, "en", "more", {"more": "9"})
    assert {"PIN 2?"} == {sentence(release, code, "pin_again") for code in release.languages}


def test_the_language_of_a_region_says_what_the_language_says(tmp_path: Path) -> None:
    release = loaded(tmp_path, {"pt-BR": "Português"})

    assert "Escolha" == sentence(release, "pt-BR", "language_text")


def test_a_language_that_does_not_come_along_is_one_fault_that_says_how_to_begin(
    tmp_path: Path,
) -> None:
    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, {"en": "English", "rw": "Kinyarwanda"})

    (fault,) = caught.value.faults
    assert ("phrases.yaml", "M035") == (Path(fault.file).name, fault.code)
    assert "Kinyarwanda (rw)" in fault.sentence
    assert "`gateway menus phrases rw --write`" in fault.sentence


def test_the_command_that_the_fault_names_mends_it(tmp_path: Path) -> None:
    own = 'more: {en: "{more} Next"}\nhelp: "Ask us."\n'
    folder = menu(tmp_path, {"en": "English", "rw": "Kinyarwanda"}, phrases=own)

    done = CliRunner().invoke(main, ["menus", "phrases", "rw", "--write", "--path", str(folder)])
    again = CliRunner().invoke(main, ["menus", "phrases", "rw", "--write", "--path", str(folder)])
    release = load(folder, {}, [TIGHT])

    assert 0 == done.exit_code, done.output
    assert f"{len(PHRASES) - 1} phrases written" in done.output
    assert "0 phrases written" in again.output
    assert "9 More" == sentence(release, "rw", "more", {"more": "9"})
    assert "9 Next" == sentence(release, "en", "more", {"more": "9"})
    assert "Ask us." == sentence(release, "rw", "help")


def test_a_language_that_stands_in_speaks_for_one_that_does_not_come_along(
    tmp_path: Path,
) -> None:
    languages = {"en": "English", "rw": "Kinyarwanda"}

    release = loaded(tmp_path, languages, main="fallbacks: {rw: en}")

    assert "Choose" == sentence(release, "rw", "language_text")


def test_words_of_the_files_count_instead_of_those_of_the_gateway(tmp_path: Path) -> None:
    words = "words: {help: {sw: [SAIDIA]}, menu: {sw: [ANZA]}}"
    languages = {"sw": "Kiswahili"}

    reserved = loaded(tmp_path, languages, main=words, keywords="{sw: [NDIO, HABARI]}").reserved

    assert {"saidia"} == reserved.help
    assert {"anza"} == reserved.menu
    assert "anza" not in reserved.start  # what the files say wins over what the gateway says
    assert {"acha", "sitisha", "stop", "unsubscribe"} <= reserved.stop


def test_no_keyword_takes_the_way_out(tmp_path: Path) -> None:
    for word in ("ACHA", "STOP"):
        with pytest.raises(MenuInvalid, match="word for stop"):
            loaded(tmp_path, {"sw": "Kiswahili"}, keywords=f"{{sw: [{word}]}}")


@pytest.fixture
def reworded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version of the gateway, which says one thing otherwise and one thing more."""
    now = own_sentences.shipped

    def later(languages: Sequence[str]) -> OwnSentences:
        found = now(languages)
        phrases = {**found.phrases, "more": dict.fromkeys(languages, "{more} Later")}
        phrases["too_slow_again"] = dict.fromkeys(languages, "Still too slow.")
        return OwnSentences(phrases, {**found.words, "help": {"en": ["LATER"]}})

    for reader in ("load", "folder_reading"):
        monkeypatch.setattr(f"gateway.adapters.menu_files.{reader}.shipped", later)


def kept_files(folder: Path, kept: Mapping[str, str]) -> Path:
    folder.mkdir()
    return write(folder, kept)


def test_a_release_says_what_it_said_whatever_a_later_gateway_says(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = menu(tmp_path / "menus", {"en": "English"})
    published, kept = load(folder, {}, [TIGHT]), sources(folder)
    request.getfixturevalue("reworded")

    later = compiled(kept_files(tmp_path / "kept", kept), {})

    assert published.id == later.id
    assert published.reserved == later.reserved
    assert published.phrases == {name: later.phrases[name] for name in PHRASES}
    assert "Still too slow." == sentence(later, "en", "too_slow_again")


def test_what_the_gateway_says_counts_in_the_id_of_a_release(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = menu(tmp_path / "menus", {"en": "English"})
    before = load(folder, {}, [TIGHT]).id
    request.getfixturevalue("reworded")

    with pytest.raises(MenuInvalid, match="too_slow_again"):  # this version does not know it
        load(folder, {}, [TIGHT])

    own = own_sentences.shipped(["en"])
    assert own.tree in [own_sentences.kept(own.tree).tree]
    assert before not in (sources(folder)[OWN_NAME],)


def test_a_release_from_before_keeps_the_words_of_its_files(tmp_path: Path) -> None:
    phrases = "".join(f'"{name}": "{name} of then"\n' for name in PHRASES)
    kept = sources(menu(tmp_path / "menus", {"en": "English"}, phrases=phrases))
    del kept[OWN_NAME]

    release = compiled(kept_files(tmp_path / "kept", kept), {})

    assert frozenset() == release.reserved.stop
    assert "more of then" == sentence(release, "en", "more")


def test_the_file_that_releases_keep_is_none_of_a_menu(tmp_path: Path) -> None:
    with pytest.raises(MenuInvalid, match="kept with releases"):
        loaded(tmp_path, {"en": "English"}, own_sentences="phrases: {}\n")

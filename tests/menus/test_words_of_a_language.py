"""The glossary beside the menu, and labels that people send: what they refuse, and what not."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load, parsed
from gateway.adapters.menu_files.translation.po_export_import import exported, written_texts
from gateway.deployment.folder import load_handlers
from gateway.domain.commands.keywords import read
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.menu.release import Release
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.glossary import found_in
from gateway.domain.text.gsm7 import is_gsm7
from tests.gateways import HOME

LANGUAGES = ("en", "sw", "fr", "am")

#: What stood in the menus before they were read by an editor, in place of what stands there now.
OLD = [
    ("advisory", "n'approchez pas des rivières", "loin des rivières", "M123"),
    ("advisory", "ne restez pas sous les arbres", "loin des arbres", "M123"),
    ("advisory", "malades et mettez-les au feu", "malades, puis le feu", "M123"),
    ("advisory", "weka mavuno yasilowe", "kausha mavuno", "M123"),
    ("advisory", "angalia chini ya majani ya mahindi", "kagua majani ya mahindi", "M127"),
    ("advisory", "ኃይለኛ ነፋስና ዝናብ። ከዛፍ ይራቁ፣ ጣሪያ ያጥብቁ፣", "ማዕበል።", "M123"),
    ("advisory", "የበቆሎ ቅጠል ሥር ይመልከቱ፣", "ቅጠሉን ያዩ፣", "M123"),
    ("advisory", "በራስዎ መድኃኒት አይርጩ፤", "", "M127"),
    ("benefit_payment", "Usimlipe mtu yeyote.", "Huduma hii haina ada.", "M123"),
    ("benefit_payment", " ለማንም ገንዘብ አይክፈሉ።", "", "M127"),
    ("benefit_payment", "ያለፈው ክፍያ", "የመጨረሻ ክፍያ", "M123"),
    ("birth_or_death", '"Kuzaliwa au kifo"', '"Kizazi au kifo"', "M123"),
    ("birth_or_death", "ከሁለት ምስክሮች ጋር ወደ ወረዳ ቢሮ ይምጡ", "ከሁለት ምስክር ጋር ይምጡ", "M127"),
    ("case_status", "Suala {number}: limepokelewa", "Kesi {number}: imepokelewa", "M123"),
    ("case_status", '"ነጥብ መስጠት"', '"መመዘኛ"', "M123"),
    ("consultation", '"Votre avis"', '"Consultation"', "M123"),
    ("consultation", " hadi mwisho.", ".", "M127"),
    ("education", "የትምህርት ቤት ምዝገባ", "የትምህርት ቤት ቦታ", "M123"),
    ("id_card", "ወዲያው ወደ ቢሮው ይሂዱ", "ወዲያው ይሂዱ", "M127"),
    ("market_prices", "Pommes de terre", "Patates", "M123"),
    ("my_data", "Tufute taarifa zako, za watoto", "Tufute taarifa zako", "M127"),
    ("school_places", "aucune place libre", "plus de place", "M123"),
    ("school_places", "የልደት ምስክር ወረቀት ይዘው ይምጡ።", "", "M127"),
    ("vaccination", '"Finir les SMS de vaccin"', '"Finir les rappels"', "M123"),
    ("vaccination", "ne plus recevoir de SMS et effacer ses données", "finir et l'oublier", "M125"),
    ("vaccination", '"Oui, effacer"', '"Finir"', "M125"),
    ("vaccination", "and delete the child's data?", "and forget the child?", "M123"),
    ("vaccination", "hakuna chanjo nyingine.", "ratiba ya chanjo imekamilika.", "M123"),
    ("vaccination", "ማስታወሻና መረጃ ይሰረዝ?", "ማስታወሻው ይቁም?", "M125"),
    ("vaccination", '"ቀጣይ ክትባት ማየት"', '"ቀጣይ ቀን"', "M124"),
    ("vaccination", "የልጁ መረጃ ተሰርዟል", "መረጃው ጠፍቷል", "M123"),
    ("vaccination", '"Pata vikumbusho", fr', '"Sajili mtoto", fr', "M124"),
    ("warnings", "Pour quel district ne plus avoir", "Choisissez pour en finir", "M123"),
    ("warnings", '"See my districts"', '"My districts"', "M124"),
    ("warnings", "am: \"ማስጠንቀቂያ\"}", "am: \"አደጋ\"}", "M123"),
    ("advisory", "Météo, insectes", "Meteo, forêts", "M105"),
    ("rate_service", '"Give a mark"', '"Rate a service"', "M097"),
    ("exam_results", "Total grade:", "Overall grade:", "M097"),
    ("benefit_payment", "{again|time}. Or go", "{again|time}, or go", "M097"),
    ("vaccination", "No more vaccines at this age.", "At this age the schedule is over.", "M097"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the reference deployment's menus and datasets, without its dialogues."""
    home = tmp_path_factory.mktemp("deployment")
    shutil.copytree(HOME / "menus", home / "menus", ignore=shutil.ignore_patterns("dialogues"))
    shutil.copytree(HOME / "datasets", home / "datasets")
    shutil.copytree(HOME / "forms", home / "forms")
    return home / "menus"


def faults_of(folder: Path) -> list[Fault]:
    """Returns the faults of a menu."""
    try:
        load(folder, load_handlers(HOME, folder), ())
    except MenuInvalid as invalid:
        return list(invalid.faults)
    return []


@pytest.fixture(scope="module")
def release(folder: Path) -> Release:
    """The reference menu as it stands."""
    menu, faults = parsed(folder)
    assert menu is not None
    assert [] == faults
    return menu.release


@pytest.fixture(scope="module")
def refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Fault]]:
    """The faults of the menu with every old text put back, by the file they stand in."""
    home = tmp_path_factory.mktemp("old")
    shutil.copytree(folder.parent, home, dirs_exist_ok=True)
    for service, now, before, _ in OLD:
        path = home / "menus" / f"{service}.yaml"
        text = path.read_text("utf-8")
        assert now in text, now
        path.write_text(text.replace(now, before), encoding="utf-8")
    found: dict[str, list[Fault]] = {}
    for fault in faults_of(home / "menus"):
        found.setdefault(Path(fault.file).stem, []).append(fault)
    return found


@pytest.mark.parametrize(("service", "now", "before", "code"), OLD, ids=[row[1] for row in OLD])
def test_a_text_that_was_wrong_is_refused(
    folder: Path,
    refused: Mapping[str, list[Fault]],
    service: str,
    now: str,
    before: str,
    code: str,
) -> None:
    lines = (folder / f"{service}.yaml").read_text("utf-8").splitlines()
    stand = {number for number, line in enumerate(lines, start=1) if now in line}

    assert stand & {fault.line for fault in refused[service] if fault.code == code}


def test_the_menus_hold_to_their_own_glossaries(folder: Path) -> None:
    assert [] == faults_of(folder)


def test_no_language_but_that_in_ethiopic_letters_costs_more_for_a_letter(
    release: Release,
) -> None:
    for screen in release.screens.values():
        text = getattr(screen, "text", None)
        for language in ("en", "sw", "fr") if text else ():
            assert is_gsm7("".join(text[language].pieces[::2])), screen.id


@pytest.mark.parametrize(
    ("text", "service", "words"),
    [
        ("HALI YA HEWA", "advisory", ()),
        ("Hali ya hewa Mbale", "advisory", ("Mbale",)),
        ("hali ya hewa na wadudu", "advisory", ()),
        ("HALI 100020266", "case_status", ("100020266",)),
        ("SAJILI MTOTO", "vaccination", ()),
        ("sajili mtoto Amina 01102026", "vaccination", ("Amina", "01102026")),
        ("PATA VIKUMBUSHO", "vaccination", ()),
        ("SAJILI", "birth_or_death", ()),
        ("KUZALIWA", "birth_or_death", ()),
        ("VIZAZI", "birth_or_death", ()),
        ("Kuzaliwa au kifo", "birth_or_death", ()),
        ("TAFUTA KITUO CHA AFYA", "find_clinic", ()),
        ("AIDE SOCIALE", "benefit_payment", ()),
        ("የአየር ሁኔታ Olare", "advisory", ("Olare",)),
        ("የጉዳይ ሁኔታ", "case_status", ()),
        ("Check my case 100020266", "case_status", ("100020266",)),
        ("Suivre mon dossier", "case_status", ()),
        ("RAVAGEURS Mbale", "advisory", ("Mbale",)),
        ("HEWA Mbale", "advisory", ("Mbale",)),
    ],
)
def test_what_a_screen_says_opens_what_it_names(
    release: Release, text: str, service: str, words: tuple[str, ...]
) -> None:
    found = read(release, text)

    assert (service, words) == (found.service, found.words)


@pytest.mark.parametrize("text", ["I do not know", "Je ne sais pas", "Yes", "Autre", "SMS"])
def test_a_line_that_names_nothing_opens_nothing(release: Release, text: str) -> None:
    assert "" == read(release, text).service


@pytest.mark.parametrize(
    ("file", "now", "then", "code", "says"),
    [
        ("main.yaml", "clocks: {sw: from_six", "clocks: {fr: from_six", "M121", "language fr yet"),
        (
            "case_status.yaml",
            'sw: "Fuatilia suala langu"',
            'sw: "Matokeo ya mtihani"',
            "M122",
            "opens 'exam_results'",
        ),
        ("main.yaml", "{open: education}", "{open: education, label: Clinic}", "M122", "clinic"),
        ("glossary/sw.yaml", "verbs:", "verb:", "M001", "Unknown key 'verb'"),
        (
            "glossary/en.yaml",
            "in: [consultation]",
            "in: [consultatoin]",
            "M129",
            "no service 'consultatoin'. Did you mean 'consultation'?",
        ),
        ("glossary/en.yaml", "screen: my_data.sure", "screen: my_dta.sure", "M129", "'my_data'?"),
        (
            "case_status.yaml",
            'sw: "Fuatilia suala langu"',
            'sw: "Fuatilia {n|plural:one=kesi #,other=suala #}"',
            "M123",
            "Not 'kesi",
        ),
        ("my_data.yaml", "next: sure}", "next: erase}", "M125", "One key erases"),
        ("warnings.yaml", "next: sure}", "next: stop}", "M125", "is asked about first"),
        ("warnings.yaml", "Yes, end them", "Yes", "M125", "it erases"),
    ],
)  # fmt: skip
def test_what_else_is_refused(
    folder: Path, tmp_path: Path, file: str, now: str, then: str, code: str, says: str
) -> None:
    shutil.copytree(folder.parent, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "menus" / file
    text = path.read_text("utf-8")
    assert now in text
    path.write_text(text.replace(now, then), encoding="utf-8")

    found = [fault.sentence for fault in faults_of(tmp_path / "menus") if fault.code == code]

    assert any(says in sentence for sentence in found), found


def test_a_glossary_may_name_a_service_that_the_menu_has_left_out(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder.parent, tmp_path, dirs_exist_ok=True)
    glossary = tmp_path / "menus" / "glossary" / "en.yaml"
    text = glossary.read_text("utf-8").replace("in: [consultation]", "in: [land_register]")
    glossary.write_text(text, encoding="utf-8")

    assert "M129" not in {fault.code for fault in faults_of(tmp_path / "menus")}


def test_a_glossary_of_no_language_is_named(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder.parent, tmp_path, dirs_exist_ok=True)
    shutil.copy(folder / "glossary" / "sw.yaml", tmp_path / "menus" / "glossary" / "so.yaml")

    (fault,) = [each for each in faults_of(tmp_path / "menus") if each.code == "M126"]

    assert fault.file.endswith("so.yaml")


def test_translators_read_the_words_beside_the_texts_they_touch(
    folder: Path, release: Release
) -> None:
    menu, _ = parsed(folder)
    assert menu is not None
    texts = [
        text
        for text in written_texts(folder, release.languages)
        if text.context == "case_status.yaml:screens.received.end"
    ]

    po = exported(Review(menu=menu, contracts={}), texts, "sw").decode()

    assert "The citizen is addressed as wewe" in po
    assert "Glossary: 'case' is 'suala'; not 'kesi'" in po


@pytest.mark.parametrize(
    ("screen", "is_refused"), [("advisory.storms", True), ("gone.storm", False)]
)
def test_a_protected_screen_that_is_gone_from_its_service_is_told(
    folder: Path, tmp_path: Path, screen: str, is_refused: bool
) -> None:
    shutil.copytree(folder.parent, tmp_path, dirs_exist_ok=True)
    glossary = tmp_path / "menus" / "glossary" / "sw.yaml"
    text = glossary.read_text("utf-8")
    assert "{screen: advisory.storm," in text
    glossary.write_text(text.replace("{screen: advisory.storm,", f"{{screen: {screen},"), "utf-8")

    told = [fault for fault in faults_of(tmp_path / "menus") if fault.code == "M127"]

    assert [screen in fault.sentence for fault in told] == [True] * is_refused


def test_a_phrase_is_found_where_a_line_ends_in_it() -> None:
    assert "kausha mavuno" == found_in(["kausha mavuno"], "Tafadhali kausha\nmavuno yako")
    assert "" == found_in(["kausha mavuno"], "kausha, mavuno")

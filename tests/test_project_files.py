"""What stands around the code: licence, pages for those who help, the standard's evidence."""

from __future__ import annotations

import configparser
import hashlib
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

HOME = Path(__file__).parent.parent

#: The text of the Apache License 2.0, as its authors publish it.
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"

PAGES = ("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md", "docs/dpg.md", "docs/privacy.md")

INDICATORS = (
    "1. Relevance to the Sustainable Development Goals",
    "2. Open licence",
    "3. Clear ownership",
    "4. Platform independence",
    "5. Documentation",
    "6. Mechanism for extracting data",
    "7. Adherence to privacy and applicable laws",
    "8. Adherence to standards and best practices",
    "9. Do no harm by design",
)


def read(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


def metadata() -> configparser.SectionProxy:
    config = configparser.ConfigParser()
    config.read(HOME / "setup.cfg", encoding="utf-8")
    return config["metadata"]


def test_the_licence_is_the_apache_licence_word_for_word() -> None:
    assert hashlib.sha256((HOME / "LICENSE").read_bytes()).hexdigest() == APACHE_2


def test_the_package_says_its_licence_and_brings_its_text() -> None:
    assert metadata()["license_expression"] == "Apache-2.0"
    for name in metadata()["license_files"].split():
        assert (HOME / name).is_file()


def test_the_notice_names_who_owns_it() -> None:
    assert metadata()["author"] in read("NOTICE")


def test_only_this_python_is_told_to_be_tested() -> None:
    told = re.findall(r"Python :: (3\.\d+)", metadata()["classifiers"])

    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert running in told, "a Python that runs every test stands in setup.cfg and CONTRIBUTING.md"
    assert all(f"Python {version}" in read("CONTRIBUTING.md") for version in told)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_an_address_that_nobody_reads(page: str) -> None:
    assert not re.search(r"[\w.]+@[\w-]+\.\w+", read(page))


@pytest.mark.parametrize("page", PAGES[:3])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", read(page)):
        assert "://" in target or (HOME / target).exists(), target


def test_the_standard_has_its_nine_indicators_each_with_evidence() -> None:
    heads = re.findall(r"^## (\d\. .+)$", read("docs/dpg.md"), re.MULTILINE)

    assert tuple(heads) == INDICATORS
    for head, part in indicators().items():
        links = [each for each in re.findall(r"\]\(([^)#]+)", part) if "://" not in each]
        assert links, f"no evidence in the repository for: {head}"
        for target in links:
            assert (HOME / "docs" / target).exists(), target


def test_each_indicator_says_what_is_left_for_a_person() -> None:
    for head, part in indicators().items():
        assert "**Left for a person:**" in part, head


def test_the_goals_are_those_of_the_menus() -> None:
    of_menus = defaultdict(set)
    for path in HOME.glob("menus/*.yaml"):
        menu = yaml.safe_load(path.read_text(encoding="utf-8"))
        for goal in menu.get("goals", ()):
            of_menus[goal].add(path.name)

    told = {}
    for row in indicators()[INDICATORS[0]].splitlines():
        if named := re.match(r"\| (\d+) ", row):
            told[int(named[1])] = set(re.findall(r"menus/(\w+\.yaml)", row))

    assert told == of_menus


def indicators() -> dict[str, str]:
    """Returns the text under each indicator's heading."""
    parts = re.split(r"^## (\d\. .+)$", read("docs/dpg.md"), flags=re.MULTILINE)
    return {
        head: text.partition("\n## ")[0]
        for head, text in zip(parts[1::2], parts[2::2], strict=True)
    }

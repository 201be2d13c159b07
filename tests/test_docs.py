"""The documentation says what the code does: names, links, packages."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.redis.rq_jobs import QUEUES
from gateway.cli import main as command_line
from gateway.cli.processes.serve_and_work import WORK
from gateway.domain.telecom.delivery import DeliveryStatus

HOME = Path(__file__).parent.parent
FOLDERS = ("bench", "config", "deploy", "docs", "gateway", "handlers", "menus", "tests", "tools")
PAGES = sorted(
    [*HOME.glob("*.md"), *(page for each in FOLDERS for page in HOME.glob(f"{each}/**/*.md"))]
)


def read(name: str) -> str:
    return (HOME / name).read_text(encoding="utf-8")


def test_the_page_on_providers_names_each_provider_and_route() -> None:
    page = read("docs/providers.md")

    told = set(re.findall(r"^\|[^|]+\| `([a-z]+)` \|", page, re.MULTILINE))
    routes = set(re.findall(r"`POST /([a-z-]+)/<channel>`", page))

    assert set(PROVIDERS) == told
    assert {route for kind in PROVIDERS.values() for route in kind.routes} == routes


def test_every_state_of_an_mt_is_in_the_architecture() -> None:
    page = read("docs/architecture.md")

    assert [] == [status for status in DeliveryStatus if status.value not in page]


def test_the_words_of_the_glossary_are_names_in_the_code() -> None:
    source = "\n".join(path.read_text("utf-8") for path in HOME.glob("gateway/**/*.py"))
    classes = set(re.findall(r"^class (\w+)", source, re.MULTILINE))
    rows = re.findall(r"^\|[^|]+\|[^|]+\| (`[^|]+) \|$", read("docs/glossary.md"), re.MULTILINE)

    assert rows
    assert [] == [name for row in rows for name in re.findall(r"`(\w+)`", row)
                  if name not in classes]  # fmt: skip


def test_every_dependency_has_its_reason() -> None:
    config = configparser.ConfigParser()
    config.read(HOME / "setup.cfg")
    wanted = re.findall(r"^[A-Za-z][\w-]*", config["options"]["install_requires"], re.MULTILINE)

    reasons = re.findall(r"^\| ([^|]+) \|", read("docs/dependencies.md"), re.MULTILINE)

    told = {name.strip().lower() for row in reasons for name in row.split(",")}
    assert [] == [name for name in wanted if name.lower() not in told]


def test_the_readme_names_only_commands_that_exist() -> None:
    scripts = "".join(re.findall(r"```sh.*?```", read("README.md"), re.DOTALL))
    used = set(re.findall(r"(?:bin/|^)gateway ([a-z]+)\b", scripts, re.MULTILINE))

    assert used
    assert used <= set(command_line.COMMANDS)


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    (line,) = re.findall(r"^0 done.*", read("docs/operations.md"), re.MULTILINE)

    for code in (
        command_line.EXIT_CONFIGURATION,
        command_line.EXIT_UNREACHABLE,
        command_line.EXIT_REFUSED,
    ):
        assert f"· {code} " in line


def test_the_workers_of_the_command_line_are_the_queues_and_the_ticker() -> None:
    assert {*QUEUES, "ticker"} == set(WORK)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOME)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target, anchor in links(page):
        file = (page.parent / target) if target else page
        if not file.exists():
            dead.append(target)
        elif anchor and file.suffix == ".md" and anchor not in headings(file):
            dead.append(f"{target}#{anchor}")

    assert [] == dead


def links(page: Path) -> list[tuple[str, str]]:
    """Returns the links of a page to files of the repository, each with its anchor."""
    prose = without_code(page.read_text(encoding="utf-8"))
    found = re.findall(r"\]\(([^)\s]*)\)|(?:src|href)=\"([^\"]+)\"", prose)
    targets = [one or other for one, other in found]
    return [(each.partition("#")[0], each.partition("#")[2]) for each in targets
            if "://" not in each]  # fmt: skip


def headings(page: Path) -> set[str]:
    """Returns the anchors that platforms make of the headings of a page."""
    anchors: set[str] = set()
    for title in re.findall(r"^#+ +(.+?) *$", without_code(page.read_text("utf-8")), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("\\", "")
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        number = sum(1 for each in anchors if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", each))
        anchors.add(f"{slug}-{number}" if number else slug)
    return anchors


def without_code(text: str) -> str:
    """Returns a page without its blocks of code, in which nothing is a link or a heading."""
    return re.sub(r"^( *)(`{3,}).*?^\1\2 *$", "", text, flags=re.MULTILINE | re.DOTALL)

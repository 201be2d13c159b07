"""The commands of README and docs exist as they are written, and are run here or elsewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import openpyxl
import pytest

from tests.cli.conftest import Run
from tests.gateways import SAMPLES
from tests.test_docs import HOME, PAGES
from tools.commands import below, outermost

#: Commands that are not run as they are written, by how they begin; each with the reason.
ELSEWHERE = {
    "make ": "a target installs, builds or runs everything: the continuous integration does",
    "pip install ": "installs from a registry, and tests need no network",
    "export GATEWAY_DATABASE_URL=": "has an ellipsis where a deployment has its servers",
    "python3 -m venv ": "makes an environment: `make dist` does, and tries the wheel in it",
    ". gateway-env/": "enters that environment",
    "cd ": "goes where the commands behind it belong: tests/test_docs_start.py goes there",
    "gateway run": "runs until it is stopped: tests/promises runs it",
    "gateway dial '*384*2026*22#'": "tests/test_docs_start.py walks the page",
    "gateway init market": "tests/xlsforms/test_docs_page.py walks the page",
    "gateway menus import": "tests/xlsforms/test_docs_page.py walks the page",
    "gateway text 'STALL": "tests/xlsforms/test_docs_page.py walks the page",
    "docker ": "needs an engine: tests/test_compose.py runs what compose.yaml starts",
    "cat > .env": "writes the file that compose.yaml reads; its lines follow",
    "POSTGRES_PASSWORD=": "a line of .env",
    "GATEWAY_KEY=": "a line of .env",
    "GATEWAY_PUBLIC_URL=": "a line of .env",
    "AT_API_KEY=": "a line of .env",
    "TWILIO_AUTH_TOKEN=": "a line of .env",
    "END": "the end of .env",
    "export GATEWAY_API_URL=": "for compose: tests/test_compose.py sets it",
    "gateway alerts take": "needs a warning: tests/cli/test_alerts.py takes one",
    "gateway alerts draft": "needs a warning: tests/cli/test_alerts.py drafts one",
    "gateway backup ": "writes where backups are: tests/cli/test_backup.py makes and checks one",
    "DATABASE_URL=": "tests/deploy/test_restore.py backs up and restores",
    "createdb ": "tests/deploy/test_restore.py restores into a database of its own",
    "gateway migrate": "tests/contracts/test_migrations.py migrates",
    "gateway serve": "runs until it is stopped: tests/processes starts it",
    "gateway work ": "runs until it is stopped: tests/processes starts it",
    "gateway doctor": "exits with 4 where no Redis is: tests/cli/test_commands.py runs it",
    "gateway menus test": "tests/test_dialogues.py plays all, tests/menus the options",
    "gateway menus publish": "tests/menus/test_menus_publish.py publishes",
    "gateway dial '*384*2026#' 1 2 --record": "writes into menus/; see the next",
    "gateway dial '*384*2026*43#'": "tests/test_docs_newcomer.py walks the page",
    "gateway text 'TANK 118'": "tests/test_docs_newcomer.py walks the page",
    "gateway data import clinics": "tests/test_docs_datasets.py walks the page",
    "gateway dial '*384*2026*61#'": "tests/test_docs_datasets.py walks the page",
    "gateway text 'CLINIC Mlimani'": "tests/test_docs_datasets.py walks the page",
    "gateway text 'KLINIKI": "tests/test_docs_datasets.py walks the page",
    "gateway data export wells": "tests/test_docs_forms.py walks the page",
    "gateway dial '*384*7#'": "tests/providers follows the page",
    "gateway text WATER --channel loft": "tests/providers follows the page",
    "gateway text WATER --channel pelican": "tests/providers follows the page",
    "gateway channels cases": "tests/cli/test_channels_cases.py runs those of this page",
    "gateway channels try pelican": "tests/cli/test_channels_try.py tries channels",
    "gateway dial '*141#' 1 2 --channel mspace": "tests/cli/test_dial_kinds.py follows the page",
    "curl ": "asks the stand-in of `gateway run`: tests/providers ask it",
    "gateway broadcast": "tests/test_docs_broadcasts.py walks the page",
    "gateway consents ": "tests/test_docs_consent.py walks the page",
    "gateway init zamani": "tests/test_docs_broadcasts.py walks the page",
    "gateway dial '*384*2026#' 1 --from": "tests/test_docs_broadcasts.py walks the page",
    "gateway dial '*384*2026#' 2 --from": "tests/test_docs_broadcasts.py walks the page",
    "gateway dial '*384*2026*81*1*1#'": "tests/test_docs_broadcasts.py walks the page",
    "gateway text SITISHA": "tests/test_docs_broadcasts.py walks the page",
    "gateway dial '*384*2026#' 3 --from": "tests/test_docs_first_warning.py walks the page",
    "gateway dial '*384*2026#' 4 --from": "tests/test_docs_first_warning.py walks the page",
    "gateway text 'The bridge at": "tests/test_docs_first_warning.py walks the page",
    "gateway lines": "runs until it is stopped: tests/providers/smpp runs the lines it holds",
    "adb ": "leads to a phone on a cable",
    "export PHONE_USERNAME=": "has an ellipsis where a phone has its secrets",
    "SMS=": "names the webhooks that the next lines register",
    "hook": "registers a webhook at a phone's app, which nobody else has",
    "for event in": "registers further webhooks there",
    "gateway menus rollback --by asha": "tests/test_docs_desk.py walks the page",
    "gateway dial '*384*2026*52*2#'": "tests/test_docs_desk.py walks the page",
    "gateway menus try '*384*2026*52#'": "tests/test_docs_desk.py walks the page",
    "gateway dial '*384*2026*22*2#'": "tests/test_docs_desk.py walks the page",
    "gateway sessions list --number '0711 000 001' --by": "tests/test_docs_desk.py walks the page",
    "gateway cases show 732191468": "tests/test_docs_desk.py walks the page",
    "gateway sms list --by hana": "tests/test_docs_desk.py walks the page",
    "gateway people add": "tests/test_docs_institutions.py walks the page",
    "gateway people link": "tests/cli/test_letting_in.py walks the page",
    "gateway people sign-out": "tests/cli/test_letting_in.py walks the page",
    "gateway people sessions": "tests/cli/test_letting_in.py walks the page",
    "gateway institutions s": "tests/test_docs_institutions.py walks the page",
    "gateway institutions limit": "tests/test_docs_institutions.py walks the page",
    "gateway helpdesk list --by hana": "tests/test_docs_institutions.py walks the page",
    "gateway cases list --by hana": "tests/test_docs_institutions.py walks the page",
    "gateway audit": "tests/test_docs_institutions.py walks the page",
    "gateway sms show": "needs an SMS: tests/cli/test_sms.py shows one",
    "gateway sessions show": "needs a session: tests/cli/test_sessions.py shows one",
    "gateway cases answer": "needs a case: tests/cli/test_working_on_cases.py answers one",
    "gateway cases close": "needs cases: tests/cli/test_working_on_cases.py solves some",
    "gateway helpdesk assign": "needs a message: tests/cli/test_working_on_cases.py assigns one",
    "gateway helpdesk answer": "needs a message: tests/cli/test_help_desk.py answers one",
    "gateway drafts ": "tests/cli/test_drafts.py pulls drafts to folders, and saves them",
    "gateway cases move": "needs a case: tests/cli/test_cases.py moves one",
}

_BLOCK = re.compile(r"^( *)```(sh|console)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`(gateway [^`]+)`(?!`)")


def written(page: Path) -> Iterator[str]:
    """Yields the commands in the blocks of a page, without comments and prompts."""
    for _, language, text in _BLOCK.findall(page.read_text("utf-8")):
        for line in text.splitlines():
            if language == "sh" or line.lstrip().startswith("$ "):
                command = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
                if command := re.sub(r"(^|\s)#\s.*", "", command).strip():
                    yield command


def in_prose(page: Path) -> Iterator[str]:
    """Yields what prose calls a command."""
    for span in _SPAN.findall(page.read_text("utf-8")):
        yield " ".join(span.split())


#: Pages about use; references are made of the help texts themselves.
TOLD = [page for page in PAGES if page.parent in (HOME, HOME / "docs")]
COMMANDS = sorted({command for page in TOLD for command in written(page)})
OURS = sorted({each for page in TOLD for each in in_prose(page)}
              | {each for each in COMMANDS if each.startswith("gateway ")})  # fmt: skip
RUN_HERE = [each for each in COMMANDS if not any(map(each.startswith, ELSEWHERE))]


@pytest.mark.parametrize("line", OURS)
def test_a_command_that_a_page_names_exists_with_its_options(line: str) -> None:
    context = outermost()
    words = shlex.split(line.replace("…", "").replace("|", " "))[1:]
    while words and isinstance(context.command, click.Group) and not words[0].startswith("-"):
        [context] = [each for each in below(context) if each.info_name == words[0]]
        words.pop(0)

    known = {name for each in context.command.get_params(context) for name in each.opts}
    named = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert named <= known, line


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder in which somebody types, with the workbook that a page imports."""
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    for line in (SAMPLES / "facilities.csv").read_text("utf-8").splitlines():
        book.active.append(line.split(","))
    book.save("facilities.xlsx")
    _as_a_ministry_has_it(book).save("list.xlsx")


def _as_a_ministry_has_it(book: openpyxl.Workbook) -> openpyxl.Workbook:
    """Returns the same list behind another sheet, with a title, another name and a column more."""
    rows = list(book.active.values)
    listed = openpyxl.Workbook()
    sheet = listed.create_sheet("2026")
    sheet.append(["Facilities of the country"])
    names = ["Facility name" if name == "name" else name for name in rows[0]]
    sheet.append([*names, "Beds"])
    for row in rows[1:]:
        sheet.append([*row, 40])
    return listed


@pytest.mark.parametrize("line", RUN_HERE)
@pytest.mark.usefixtures("workbook")
def test_a_command_of_a_page_does_what_it_says(loaded: Run, line: str) -> None:
    result = loaded(*shlex.split(line)[1:])

    assert result.exit_code == 0, result.output


def test_what_is_not_ours_has_a_reason_for_not_being_run() -> None:
    assert [] == [line for line in RUN_HERE if not line.startswith("gateway ")]


def test_no_reason_is_given_for_a_command_that_no_page_has() -> None:
    assert [] == [
        begin for begin in ELSEWHERE if not any(each.startswith(begin) for each in COMMANDS)
    ]


def test_commands_of_every_sort_are_run_here() -> None:
    words = {word for each in RUN_HERE for word in each.split()}

    assert {"dial", "text", "check", "cards", "channels", "import", "export", "list"} <= words

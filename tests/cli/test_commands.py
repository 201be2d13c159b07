"""The other commands: what they print, and with which exit code they end."""

from __future__ import annotations

import errno
import json
import re
import socket
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click
import pytest

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.system.clock import SystemClock
from gateway.adapters.system.login import login_name
from gateway.cli.processes.startup_checks import hold_folder
from gateway.cli.shared.machine_errors import of_the_machine
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.web.handset_client import over_http
from tests.cli.conftest import Run
from tests.gateways import HOME, SAMPLES
from tests.ports import free_port
from tools.commands import every_command

#: A deployment that nobody can text, and that has no sender.
DIALLED_ONLY = """\
name: Public services
national_region: KE
channels: {phone: {provider: simulator, service_code: "*384*2026#"}}
"""


@pytest.mark.parametrize("name", list(every_command()), ids=" ".join)
def test_every_command_and_group_explains_itself_with_an_example(
    run: Run, name: tuple[str, ...]
) -> None:
    result = run(*name, "--help")

    assert 0 == result.exit_code
    assert re.search(r"^ *Examples?:\n +(\$ )?gateway \w", result.stdout, re.MULTILINE)
    assert " ".join(("gateway", *name)) in result.stdout.partition("Example")[2]


def test_the_channels_are_listed_with_urls_ready_to_paste(run: Run) -> None:
    result = run("channels", "--json")

    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert {"phone", "at-ke", "twilio"} == set(rows)
    assert "*384*2026#" == rows["at-ke"]["service_code"]
    assert rows["at-ke"]["urls"]["ussd"].startswith("http://127.0.0.1:8384/ussd/at-ke?key=")
    assert "http://127.0.0.1:8384/sms/twilio" == rows["twilio"]["urls"]["sms"]


def test_before_the_first_migration_the_log_says_what_the_forms_lack(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    run("doctor")

    [told] = [each.message for each in caplog.records if "The forms of release" in each.message]
    assert "Run 'gateway migrate'" in told


def test_migrating_twice_does_nothing_the_second_time(run: Run) -> None:
    assert "Applied" in run("migrate").stdout
    assert "up to date" in run("migrate").stdout


def test_an_older_release_is_content_with_a_newer_schema_that_has_what_it_needs(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("ALTER TABLE turns ADD COLUMN of_a_newer_release TEXT")

    assert 5 == run("migrate").exit_code
    assert "All that this one needs is there" in run("migrate", "--newer-too").stdout

    with closing(sqlite3.connect(tmp_path / "gateway.db")) as database, database:
        database.execute("DROP TABLE turns")
    assert 5 == run("migrate", "--newer-too").exit_code


def test_data_are_loaded_whole(run: Run) -> None:
    run("migrate")

    result = run("data", "import", "facilities", str(SAMPLES / "facilities.csv"))

    assert "facilities: 60 rows loaded.\n" == result.stdout


def test_a_faulty_file_is_not_loaded_and_every_fault_is_shown(run: Run, tmp_path: Path) -> None:
    run("migrate")
    lines = (SAMPLES / "facilities.csv").read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([*lines[:3], lines[1], "only,two"]), encoding="utf-8")

    result = run("data", "import", "facilities", str(broken))

    assert 1 == result.exit_code
    assert "broken.csv:4:" in result.stderr
    assert "broken.csv:5:" in result.stderr
    assert "Nothing was loaded." in result.stderr


def test_many_faults_of_one_kind_take_a_few_lines(run: Run, tmp_path: Path) -> None:
    run("migrate")
    head, *rows = (SAMPLES / "facilities.csv").read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([head, *(f"x{row[4:]}" for row in rows)]), encoding="utf-8")

    result = run("data", "import", "facilities", str(broken))

    lines = result.stderr.splitlines()
    assert [f"{broken}:{line}:1" for line in (2, 3, 4)] == [
        line.partition(": ")[0] for line in lines[:3]
    ]
    assert (
        "  and 57 more faults D029 in column 1: in lines 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and "
        "others." == lines[3]
    )
    assert ["60 faults. Nothing was loaded."] == lines[4:]


def test_rows_with_faults_are_written_beside_the_file(run: Run, tmp_path: Path) -> None:
    run("migrate")
    head, *rows = (SAMPLES / "facilities.csv").read_text(encoding="utf-8").splitlines()
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("\n".join([head, f"x{rows[0][4:]}", *rows[1:]]), encoding="utf-8")

    result = run("data", "import", "facilities", str(mixed), "--skip-faulty")

    aside = tmp_path / "mixed.faulty.csv"
    assert "facilities: 59 rows loaded.\n" == result.stdout
    assert (
        f"1 row with faults left out; see {aside}. Mend them in mixed.csv, and import it again.\n"
        == result.stderr
    )
    assert [
        f"{head},line,why",
        f"x{rows[0][4:]},2,'id' is not of the form 1234.",
    ] == aside.read_text(encoding="utf-8-sig").splitlines()

    # Loaded by itself, it would be the whole list.
    refused = run("data", "import", "facilities", str(aside), "--ignore-others")
    assert "would take the place of all" in refused.stderr
    written = run("data", "export", "facilities", str(tmp_path / "out.csv"))
    assert written.stdout.startswith("facilities: 59 rows written")


def test_a_file_of_an_older_program_is_read_in_the_encoding_that_is_named(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    old = tmp_path / "old.csv"
    rows = (SAMPLES / "facilities.csv").read_text(encoding="utf-8")
    old.write_text(rows.replace("Mbale Kuu", "مركز"), encoding="windows-1256")

    refused = run("data", "import", "facilities", str(old), "--dry-run")
    taken = run("data", "import", "facilities", str(old), "--dry-run", "--encoding", "cp1256")
    unknown = run("data", "import", "facilities", str(old), "--encoding", "of-old")

    assert "The file is not UTF-8." in refused.stderr
    assert "--encoding windows-1256" in refused.stderr
    assert "60 rows are free of faults" in taken.stdout
    assert (2, True) == (unknown.exit_code, "'of-old' is no encoding" in unknown.stderr)


@pytest.mark.parametrize("given", ["Facility name", "=name", "Facility="])
def test_a_column_is_mapped_in_one_form_only(run: Run, given: str) -> None:
    result = run("data", "import", "facilities", str(SAMPLES / "facilities.csv"), "--map", given)

    assert 2 == result.exit_code
    assert "'Facility name=name'" in result.stderr


def test_the_progress_of_a_long_file_keeps_out_of_what_programs_read(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    head, *rows = (SAMPLES / "facilities.csv").read_text(encoding="utf-8").splitlines()
    many = [f"{number:04}{row[4:]}" for number, row in enumerate(rows * 120)]
    long = tmp_path / "long.csv"
    long.write_text("\n".join([head, *many]), encoding="utf-8")

    result = run("data", "import", "facilities", str(long), "--json")

    assert {
        "dataset": "facilities",
        "rows": len(many),
        "by": login_name(),
        "changes": None,
        "skipped": 0,
        "set_aside": 0,
        "set_aside_in": None,
        "faults": [],
    } == json.loads(result.stdout)
    assert "" == result.stderr


def test_an_unknown_dataset_names_those_there_are(run: Run, tmp_path: Path) -> None:
    result = run("data", "import", "clinics", str(SAMPLES / "facilities.csv"))

    assert 5 == result.exit_code
    first = "advisories, benefits, clinic_sessions, consultations, exam_results, facilities,"
    assert first in result.stderr


def test_the_doctor_says_how_to_mend_what_it_finds(run: Run) -> None:
    result = run("doctor", "--json")

    findings = {finding["what"]: finding for finding in json.loads(result.stdout)}
    assert 1 == result.exit_code
    assert "Run: gateway migrate" == findings["database"]["fix"]
    assert not findings["redis"]["ok"]
    assert findings["menus"]["ok"]
    assert "The phone simulator." == findings["channel phone"]["sentence"]
    assert findings["SMS"]["ok"]


def test_the_doctor_finds_that_no_channel_can_send(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "dialled.yaml"
    config.write_text(DIALLED_ONLY, "utf-8")
    monkeypatch.setenv("GATEWAY_CONFIG", str(config))

    result = run("doctor", "--json")

    findings = {finding["what"]: finding for finding in json.loads(result.stdout)}
    assert not findings["SMS"]["ok"]
    assert "No channel can send SMS" in findings["SMS"]["sentence"]


def test_the_doctor_finds_missing_workers(
    loaded: Run, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_REDIS_URL", valkey)

    result = loaded("doctor")

    assert 1 == result.exit_code
    assert "Run: gateway work inbound" in result.stdout
    assert "Run: gateway work ticker" in result.stdout
    assert "schema up to date" in result.stdout


def test_the_doctor_tells_of_sms_that_were_given_up_and_of_those_without_a_channel(
    loaded: Run,
) -> None:
    deployment = load()
    engine = database.create(deployment.settings.database_url)
    inbox = SqlInbox(engine, deployment.keyring)
    now = SystemClock().now()
    sms = InboundSms(
        provider_ref="m1", subscriber=Msisdn("+999700000001"), to="20266", text="RESULT"
    )
    id_ = inbox.accept("phone", sms, now)
    while not (inbox.lease(1, now, now) and inbox.put_off(id_ or 0, now, "ValueError")):
        now += timedelta(days=2)
    mt = NewSms(
        channel="at-old", subscriber=sms.subscriber, text="No classes", lane=Lane.BULK,
        purpose=Purpose.NOTICE, key="n1",
    )  # fmt: skip
    SqlOutbox(engine, deployment.keyring).add([mt], now)

    found = json.loads(loaded("doctor", "--json").stdout)
    findings = {finding["what"]: finding for finding in found}

    assert not findings["inbox"]["ok"]
    assert findings["inbox"]["sentence"].startswith("1 SMS of the last 7 days")
    assert "gateway helpdesk list" in findings["inbox"]["fix"]
    assert not findings["SMS at-old"]["ok"]
    assert findings["SMS at-old"]["sentence"].startswith("1 wait for channel 'at-old', which is")


def test_a_worker_without_redis_says_so(run: Run) -> None:
    run("migrate")

    result = run("work", "inbound")

    assert 4 == result.exit_code
    assert "Check that it runs, and GATEWAY_REDIS_URL." in result.stderr


def test_two_gateways_on_one_data_folder_are_refused(run: Run, tmp_path: Path) -> None:
    with hold_folder(tmp_path):
        result = run("run")

    assert 5 == result.exit_code
    assert "already runs" in result.stderr


def test_what_the_machine_refuses_is_said_in_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", "ascii")
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / "file" / "data"))

    result = run("run")

    assert 5 == result.exit_code
    assert f"Error: Not a directory: {tmp_path}/file/data. See whether the path" in result.stderr


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"),
         "No space left on device. Make room on that disk."),
        (OSError(errno.EROFS, "Read-only file system", "/data"),
         ("Read-only file system: /data. It takes no writes: choose a place that does, for data "
         "with GATEWAY_DATA.")),
        (PermissionError(errno.EACCES, "Permission denied", "a"),
         ("Permission denied: a. The account that you are may not: give it the right, or choose "
         "another place.")),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), None),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), None),
        (OSError("without a number"), None),
    ],
)  # fmt: skip
def test_a_machines_refusals_are_told_with_what_to_do(error: OSError, sentence: str | None) -> None:
    assert of_the_machine(error) == sentence


def test_a_port_that_is_taken_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("GATEWAY_PORT", str(taken.getsockname()[1]))

        result = run("run")

    assert 5 == result.exit_code
    assert "the port is taken" in result.stderr


def test_the_ports_to_choose_from_are_named_where_one_is_taken_or_unknown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port(room=2)
    with socket.create_server(("127.0.0.1", port + 1)):
        monkeypatch.setenv("GATEWAY_PORT", str(port))
        next_to_it = run("run")
    monkeypatch.setenv("GATEWAY_PORT", "0")
    unknown = run("run")

    assert (5, 5) == (next_to_it.exit_code, unknown.exit_code)
    assert f"port {port + 1}: the port is taken." in next_to_it.stderr
    assert "standin.port, or another GATEWAY_PORT" in next_to_it.stderr
    assert "Set GATEWAY_PORT" in unknown.stderr


def test_serving_without_secrets_names_each_of_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GATEWAY_DEVELOPMENT", "GATEWAY_KEY"):
        monkeypatch.delenv(name)

    result = run("serve")

    assert 3 == result.exit_code
    for name in ("GATEWAY_KEY", "AT_API_KEY", "TWILIO_AUTH_TOKEN"):
        assert name in result.stderr


def test_a_gateway_that_is_not_there_is_told_of_by_its_address() -> None:
    from gateway.adapters.providers.shared.wire import WireRequest
    from gateway.domain.faults_and_errors.errors import StoreUnavailable

    with pytest.raises(StoreUnavailable, match=r"http://127\.0\.0\.1:9 does not answer"):
        over_http("http://127.0.0.1:9")(WireRequest("/", {}, b""))


def test_data_come_out_as_they_went_in(loaded: Run, tmp_path: Path) -> None:
    for name in ("facilities.csv", "facilities.xlsx"):
        result = loaded("data", "export", "facilities", str(tmp_path / name))
        assert f"facilities: 60 rows written to {tmp_path / name}.\n" == result.stdout

        result = loaded("data", "import", "facilities", str(tmp_path / name))
        assert "facilities: 60 rows loaded: +0 -0 ~0.\n" == result.stdout

    written = (tmp_path / "facilities.csv").read_text(encoding="utf-8-sig")
    assert (SAMPLES / "facilities.csv").read_text(encoding="utf-8") == written


def test_secret_columns_are_said_to_be_left_out(loaded: Run, tmp_path: Path) -> None:
    result = loaded("data", "export", "exam_results", str(tmp_path / "results.xlsx"))

    assert "Left out, since they are secret: birth_date.\n" == result.stderr


def test_programs_read_what_was_written(loaded: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "results.csv")

    result = loaded("data", "export", "exam_results", file, "--json")

    told = json.loads(result.stdout)
    assert ("exam_results", file, ["birth_date"]) == (
        told["dataset"],
        told["file"],
        told["left_out"],
    )
    assert len((tmp_path / "results.csv").read_text("utf-8").splitlines()) - 1 == told["rows"]


@pytest.mark.parametrize(
    ("dataset", "file", "exit_code", "says"),
    [
        ("facilties", "out.csv", 5, "Did you mean 'facilities'?"),
        ("facilities", "out.pdf", 2, "Let FILE end with .csv or .xlsx."),
        ("exam_results", "out.csv", 5, "gateway data import"),
    ],
)
def test_what_cannot_be_written_out_is_said(
    run: Run, tmp_path: Path, dataset: str, file: str, exit_code: int, says: str
) -> None:
    run("migrate")

    result = run("data", "export", dataset, str(tmp_path / file))

    assert exit_code == result.exit_code
    assert says in result.stderr
    assert not (tmp_path / file).exists()


def test_migrating_makes_the_tables_of_the_deployment(run: Run, tmp_path: Path) -> None:
    assert "children" in run("migrate").stdout
    assert "The database is up to date.\n" == run("migrate").stdout

    result = run("data", "export", "children", str(tmp_path / "children.csv"))

    assert f"children: 0 rows written to {tmp_path / 'children.csv'}.\n" == result.stdout


@pytest.mark.parametrize(
    "group",
    ["menus", "menus translations", "data", "calls", "helpdesk", "cases", "people", "institutions"],
)
def test_a_group_says_of_each_command_in_a_whole_sentence_what_it_does(
    run: Run, group: str
) -> None:
    lines = run(*group.split(), "--help").stdout.partition("Commands:\n")[2].splitlines()

    told = [line for line in lines if re.match(r"  \w+  ", line)]
    assert told
    assert all(line.endswith(".") and not line.endswith("...") for line in told), told


#: Commands that change what citizens read, or what the office has of them.
@pytest.mark.parametrize("context", every_command().values(), ids=lambda each: each.command_path)
def test_every_command_takes_the_short_form_of_help(context: click.Context) -> None:
    [shown] = [each for each in context.command.get_params(context) if "--help" in each.opts]
    assert ["-h", "--help"] == shown.opts


def test_a_commands_context_is_made_in_one_place_with_its_parents() -> None:
    making = {
        str(path.relative_to(HOME))
        for folder in ("gateway", "tests", "tools")
        for path in (HOME / folder).rglob("*.py")
        if "click.Context" + "(" in path.read_text("utf-8")
    }
    assert {"tools/commands.py"} == making


ACTING = (
    "cases move",
    "keys reseal",
    "people add",
    "people roles",
    "people remove",
    "institutions set",
    "institutions limit",
    "questions ask",
    "helpdesk answer",
    "helpdesk close",
    "data import",
    "menus publish",
    "menus rollback",
)


@pytest.mark.parametrize("name", ACTING)
def test_whoever_acts_says_who_it_is_and_is_the_login_otherwise(name: str) -> None:
    command = every_command()[tuple(name.split())].command
    [by] = [each for each in command.params if each.name == "by"]
    assert login_name is by.default


def test_who_has_loaded_data_stands_in_the_doctors_report(run: Run) -> None:
    run("migrate")

    told = run("data", "import", "facilities", str(SAMPLES / "facilities.csv"), "--by", "Health")

    assert 0 == told.exit_code
    [row] = [line for line in run("doctor").output.splitlines() if "data facilities" in line]
    assert "60 rows, loaded " in row
    assert row.rstrip(".").endswith(" by Health")

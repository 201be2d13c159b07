"""`gateway backup` copies a database that is in use, and says when a copy is of no use."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import ConsentChange
from tests import gateways
from tests.clock import FixedClock

STRANGE = "Rk" * 21 + "Q="
ASHA = Msisdn("+254700000001")

Run = Callable[..., Result]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return gateways.environment(tmp_path, f"unix://{tmp_path}/none.sock")


@pytest.fixture
def run(environ: dict[str, str]) -> Run:
    def command(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**environ, **more})

    assert 0 == command("migrate").exit_code
    return command


def consents_of(environ: dict[str, str]) -> dict[str, str]:
    """Returns what Asha said, by topic, as the database of a deployment has it."""
    gateway = Gateway(load(environ))
    try:
        said = gateway.sql.consents.of(ASHA)
        return {topic: consent.state.value for topic, consent in said.items()}
    finally:
        gateway.close()


def says(environ: dict[str, str], clock: FixedClock, state: ConsentState) -> None:
    """Stores what Asha says of everything."""
    gateway = Gateway(load(environ), clock=clock)
    change = ConsentChange(subscriber=ASHA, topic=EVERYTHING, state=state, source="sms")
    gateway.sql.consents.change([change], clock.now())
    gateway.close()


def test_a_copy_made_in_use_is_restored_with_all_that_was_committed(
    run: Run, environ: dict[str, str], clock: FixedClock, tmp_path: Path
) -> None:
    says(environ, clock, ConsentState.OPTED_OUT)
    source = load(environ).settings.database_url.removeprefix("sqlite:///")
    writer = sqlite3.connect(source, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM consents")  # in the log, and never committed

    copied = run("backup", str(tmp_path / "copy.db"), "--json")

    writer.execute("ROLLBACK")
    writer.close()
    assert (0, []) == (copied.exit_code, json.loads(copied.stdout)["missing_keys"])
    restored = {**environ, "GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'copy.db'}"}
    clock.advance(60)
    says(environ, clock, ConsentState.OPTED_IN)
    assert {EVERYTHING: "opted_out"} == consents_of(restored)
    assert {EVERYTHING: "opted_in"} == consents_of(environ)


def test_a_copy_is_its_owners_alone_and_leaves_nothing_beside_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    told = run("backup", str(folder / "copy.db"))
    assert (0, "") == (told.exit_code, told.stderr), "a nightly job has nothing to say of it"

    (copy,) = folder.iterdir()
    assert 0o600 == stat.S_IMODE(copy.stat().st_mode)
    assert 0 == run("backup", "--check", str(copy)).exit_code
    assert [copy] == list(folder.iterdir())


def test_a_copy_that_no_key_of_the_deployment_opens_is_told(run: Run, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "copy.db"))

    told = run("backup", "--check", str(tmp_path / "copy.db"), GATEWAY_KEY=STRANGE)

    assert 1 == told.exit_code
    assert "MISSING from GATEWAY_KEY" in told.output


def test_what_is_there_already_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"the only copy of last year")

    told = run("backup", str(tmp_path / "copy.db"))

    assert (5, True) == (told.exit_code, "is there already" in told.output)
    assert b"the only copy of last year" == (tmp_path / "copy.db").read_bytes()


def test_with_postgresql_the_recipe_is_told_without_the_password(run: Run, tmp_path: Path) -> None:
    url = "postgresql+psycopg://gateway:hunter2@db.example/gateway"

    told = run("backup", str(tmp_path / "copy.db"), GATEWAY_DATABASE_URL=url)

    assert 5 == told.exit_code
    assert "pg_dump --format=custom --file=gateway.dump" in told.output
    assert "postgresql://gateway@db.example/gateway" in told.output
    assert "hunter2" not in told.output


def test_with_postgresql_the_recipe_reaches_the_very_server(run: Run, tmp_path: Path) -> None:
    within = "host=/run/postgresql-17&sslmode=verify-full&password=hunter2"
    url = f"postgresql+psycopg://gateway@/gateway?{within}"

    told = run("backup", str(tmp_path / "copy.db"), GATEWAY_DATABASE_URL=url)

    (line,) = (each for each in told.output.splitlines() if "pg_dump" in each)
    address = make_url(line.split("'")[1])
    assert {"host": "/run/postgresql-17", "sslmode": "verify-full"} == dict(address.query)
    assert ("postgresql", "gateway", None) == (
        address.drivername, address.database, address.password,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "is no backup of a gateway"),
        (b"PGDMP", "is no backup of a gateway"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "is no backup of a gateway"),
        (None, "There is no file"),
    ],
)
def test_what_is_no_backup_is_told_so(
    run: Run, tmp_path: Path, octets: bytes | None, sentence: str
) -> None:
    if octets is not None:
        (tmp_path / "copy.db").write_bytes(octets)

    told = run("backup", "--check", str(tmp_path / "copy.db"))

    assert (5, True) == (told.exit_code, sentence in told.output)


def test_a_page_that_rotted_on_the_disk_is_noticed(run: Run, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "copy.db"))
    octets = bytearray((tmp_path / "copy.db").read_bytes())
    octets[8192:12288] = b"\x5a" * 4096
    (tmp_path / "copy.db").write_bytes(octets)

    assert 5 == run("backup", "--check", str(tmp_path / "copy.db")).exit_code


@pytest.mark.parametrize("place", ["nowhere/copy.db", "."])
def test_where_nothing_can_be_written_the_reason_is_told(
    run: Run, tmp_path: Path, place: str
) -> None:
    assert run("backup", str(tmp_path / place)).exit_code in (2, 5)

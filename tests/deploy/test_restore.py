"""The restore drill of docs/operations.md: what was stored is there again, for who has the key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from tests import servers
from tests.clock import FixedClock
from tests.gateways import HOME, environment

SCRIPTS = HOME / "deploy" / "backup"
OTHER_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
WORDS = "no service knows these words"


@pytest.fixture(params=["sqlite", "postgres"])
def addresses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database that is in use, and an empty one to restore into."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/live.db", f"sqlite:///{tmp_path}/restored.db"
        return
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        pytest.skip("The drill makes databases, and leaves TEST_DATABASE_URL alone.")
    with servers.postgres() as url:
        for name in ("live", "restored"):
            plain = "postgresql:" + url.partition(":")[2]
            with psycopg.connect(plain, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        parsed = make_url(url)
        yield (
            parsed.set(database="live").render_as_string(),
            parsed.set(database="restored").render_as_string(),
        )


def script(name: str, url: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    program = servers.postgres_programs()
    environ = {**os.environ, "DATABASE_URL": url, "PATH": f"{program}:{os.environ['PATH']}"}
    return subprocess.run(
        [SCRIPTS / name, *arguments],
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def gateway_says(environ: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments],
        env={**os.environ, **environ}, cwd=HOME, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_a_backup_is_restored_and_its_sealed_texts_are_read_with_the_key(
    addresses: tuple[str, str], tmp_path: Path, valkey: str
) -> None:
    live, restored = addresses
    assert "Applied" in gateway_says(environment(tmp_path, valkey, live), "migrate")
    gateway = Gateway(load(environment(tmp_path, valkey, live)), clock=FixedClock())
    channel = gateway.channels["phone"]
    caller = Msisdn.from_e164("+254712345678")
    for reference, words in enumerate(("blue elephants", WORDS)):  # who fails twice is passed on
        sms = InboundSms(provider_ref=str(reference), subscriber=caller, to="2026", text=words)
        gateway.inbound.accept(channel, sms)
        gateway.inbound.route_pending()
    backup = tmp_path / "gateway.backup"

    written = script("backup.sh", live, backup)  # the gateway has its connections open
    gateway.close()
    brought = script("restore.sh", restored, backup)

    assert 0 == written.returncode, written.stderr
    assert 0 == brought.returncode, brought.stderr
    assert 0o600 == backup.stat().st_mode & 0o777
    environ = environment(tmp_path, valkey, restored)
    assert "up to date" in gateway_says(environ, "migrate")
    assert WORDS in gateway_says(environ, "helpdesk", "list")
    assert found(environ)["ok"]
    lost = found({**environ, "GATEWAY_KEY": OTHER_KEY})
    assert not lost["ok"]
    assert "GATEWAY_KEY is not a key of this database" in str(lost["sentence"])


def found(environ: Mapping[str, str]) -> Mapping[str, object]:
    told = json.loads(gateway_says(environ, "doctor", "--json"))
    (finding,) = [each for each in told if each["what"] == "keys in use"]
    return dict(finding)


def test_nothing_is_overwritten(addresses: tuple[str, str], tmp_path: Path) -> None:
    live, _ = addresses
    engine = database.create(live)
    migrate(engine)
    engine.dispose()
    backup = tmp_path / "gateway.backup"
    assert 0 == script("backup.sh", live, backup).returncode

    again = script("backup.sh", live, backup)
    over = script("restore.sh", live, backup)

    assert again.returncode
    assert "is there already" in again.stderr
    assert over.returncode

"""The keyring: what it seals stays closed to others, and can be found again."""

from __future__ import annotations

import base64
import errno
import os
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.system.keyring import Keyring, load_or_create
from gateway.domain.faults_and_errors.errors import Refused

MASTER = bytes(range(32))
OTHER = bytes(range(1, 33))
NUMBER = "+254700000123"


@given(st.text() | st.binary())
def test_what_was_sealed_opens_again(text: str | bytes) -> None:
    keyring = Keyring(MASTER)

    opened = keyring.open("text", keyring.seal("text", text))

    assert (text.encode() if isinstance(text, str) else text) == opened


def test_equal_texts_do_not_look_equal_when_sealed() -> None:
    keyring = Keyring(MASTER)

    assert keyring.seal("text", "STOP") != keyring.seal("text", "STOP")


def test_a_sealed_number_is_short_and_does_not_hold_the_number() -> None:
    sealed = Keyring(MASTER).seal("msisdn", NUMBER)

    assert len(NUMBER) + 25 == len(sealed)
    assert NUMBER.encode() not in sealed


@pytest.mark.parametrize(
    ("keyring", "purpose", "spoil"),
    [
        pytest.param(Keyring(OTHER), "text", lambda sealed: sealed, id="another key"),
        pytest.param(Keyring(MASTER), "msisdn", lambda sealed: sealed, id="another purpose"),
        pytest.param(Keyring(MASTER), "text", lambda sealed: sealed[:-1], id="cut"),
        pytest.param(Keyring(MASTER), "text", lambda sealed: sealed[:3], id="cut to the nonce"),
        pytest.param(Keyring(MASTER), "text", lambda sealed: b"", id="empty"),
        pytest.param(
            Keyring(MASTER),
            "text",
            lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
            id="last byte changed",
        ),
        pytest.param(
            Keyring(MASTER),
            "text",
            lambda sealed: sealed[:1] + bytes(8) + sealed[9:],
            id="nonce changed",
        ),
    ],
)
def test_an_altered_or_foreign_seal_is_refused(keyring, purpose, spoil) -> None:
    sealed = Keyring(MASTER).seal("text", "The answer is 42")

    with pytest.raises(Refused) as caught:
        keyring.open(purpose, spoil(sealed))

    assert "42" not in str(caught.value)


def test_after_a_rotation_old_seals_open_and_numbers_are_still_found() -> None:
    before = Keyring(MASTER)
    sealed, index = before.seal("text", "old"), before.index("msisdn", NUMBER)

    after = Keyring(OTHER, retired=[MASTER])

    assert after.open_text("text", sealed) == "old"
    assert index == after.index("msisdn", NUMBER)
    with pytest.raises(Refused):
        before.open("text", after.seal("text", "new"))


def test_the_index_depends_on_key_purpose_and_text() -> None:
    keyring = Keyring(MASTER)
    index = keyring.index("msisdn", NUMBER)

    others = {
        keyring.index("other", NUMBER),
        keyring.index("msisdn", NUMBER + "0"),
        Keyring(OTHER).index("msisdn", NUMBER),
        keyring.index("msisdn" + NUMBER[0], NUMBER[1:]),
    }

    assert len(index) == 16
    assert index == Keyring(MASTER).index("msisdn", NUMBER)
    assert len(others - {index}) == 4


def test_a_derived_secret_fits_a_url_and_repeats() -> None:
    secret = Keyring(MASTER).derive("webhook at-ke")

    assert len(secret) == 32
    assert set(secret) <= set(string.ascii_letters + string.digits + "-_")
    assert secret == Keyring(MASTER).derive("webhook at-ke")
    assert secret != Keyring(MASTER).derive("webhook twilio")


def test_secrets_derived_from_retired_keys_follow_the_newest() -> None:
    keyring = Keyring(OTHER, retired=[MASTER])

    assert [Keyring(OTHER).derive("x"), Keyring(MASTER).derive("x")] == keyring.derive_all("x")
    assert keyring.derive("x") == keyring.derive_all("x")[0]


def test_the_key_from_the_environment_wins_and_writes_nothing(tmp_path: Path) -> None:
    value = base64.b64encode(MASTER).decode()

    keyring, created = load_or_create(value, tmp_path)

    assert not created
    assert list(tmp_path.iterdir()) == []
    assert Keyring(MASTER).derive("x") == keyring.derive("x")


def test_retired_keys_follow_the_current_one_in_the_environment() -> None:
    oldest, older, newest = (bytes([each]) * 32 for each in range(3))
    value = ",".join(base64.b64encode(key).decode() for key in (newest, older, oldest))

    keyring, _ = load_or_create(value, None)

    assert Keyring(newest).derive("x") == keyring.derive("x")
    assert Keyring(oldest).index("msisdn", NUMBER) == keyring.index("msisdn", NUMBER)
    assert keyring.open_text("text", Keyring(older).seal("text", "older")) == "older"


def test_the_embedded_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, created = load_or_create(None, tmp_path / "data")
    second, created_again = load_or_create(None, tmp_path / "data")

    assert (created, created_again) == (True, False)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["gateway.key"]
    assert (tmp_path / "data" / "gateway.key").stat().st_mode & 0o777 == 0o600
    assert first.derive("x") == second.derive("x")


def test_the_key_is_made_where_a_file_system_has_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    first, created = load_or_create(None, tmp_path)
    second, again = load_or_create(None, tmp_path)

    assert (created, again) == (True, False)
    assert first.key_ids == second.key_ids
    assert [each.name for each in tmp_path.iterdir()] == ["gateway.key"]


def test_a_full_disk_leaves_no_half_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        load_or_create(None, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_or_create(None, tmp_path)
    (tmp_path / "gateway.key").chmod(0o644)

    with pytest.raises(Refused, match="chmod 600"):
        load_or_create(None, tmp_path)


@pytest.mark.parametrize("value", ["short", "=", "ä", base64.b64encode(b"31 bytes" * 4 + b"x")])
def test_a_key_of_the_wrong_form_is_refused_without_showing_it(value: str | bytes) -> None:
    text = value.decode() if isinstance(value, bytes) else value

    with pytest.raises(Refused, match="openssl rand -base64 32") as caught:
        load_or_create(text, None)

    assert text not in str(caught.value) or text == "="


def test_without_environment_and_folder_the_key_is_asked_for() -> None:
    with pytest.raises(Refused, match="No master key"):
        load_or_create(None, None)


@pytest.mark.parametrize(
    ("keys", "says"),
    [([b"short"], "has 32 bytes"), ([MASTER, MASTER], "listed twice. Leave one")],
    ids=["short", "twice"],
)
def test_a_keyring_refuses_keys_that_cannot_work(keys: list[bytes], says: str) -> None:
    with pytest.raises(Refused, match=says):
        Keyring(keys[-1], keys[:-1])

"""TLS to a pinned address: the certificate must be that of the host, and be trusted."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.adapters.handler_calls.http_exchange import Request, exchange
from gateway.domain.faults_and_errors.errors import DeadlineExceeded, HandlerFailed
from tests.ministry import Ministry, ministry

HOST = "ministry.example"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Writes a certificate for the host and its key; nobody has signed it but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(1970, 1, 1, tzinfo=UTC))  # on whatever day
        .not_valid_after(datetime(9999, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "host.pem", folder / "host.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ministry]:
    """A system with TLS, whose certificate is the only one that is trusted."""
    certificate_file, key_file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    with ministry(tls=context) as running:
        running.answers["/a"] = (200, {"ok": True})
        yield running


def ask(system: Ministry, host: str, path: str = "/a", seconds: float = 5.0) -> bytes:
    """Returns the body of a reply; whatever the host, it is at the system's address."""
    request = Request(
        method="GET",
        url=f"https://{host}:{system.port}{path}",
        headers={},
        timeout_seconds=seconds,
        allow_private=("127.0.0.0/8",),
    )
    return exchange(request, lambda host, port: ["127.0.0.1"]).body


def test_the_right_certificate_is_taken(secure: Ministry) -> None:
    assert b'{"ok": true}' == ask(secure, HOST)
    assert f"{HOST}:{secure.port}" == secure.asked[0].headers["host"]


def test_the_certificate_of_another_host_is_refused(secure: Ministry) -> None:
    with pytest.raises(HandlerFailed):
        ask(secure, "other.example")

    assert [] == secure.asked


def test_a_certificate_that_nobody_trusts_is_refused(
    secure: Ministry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))

    with pytest.raises(HandlerFailed):
        ask(secure, HOST)

    assert [] == secure.asked


def test_a_secure_system_that_hangs_is_cut_off_in_time(secure: Ministry) -> None:
    secure.hangs("/hangs")

    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        ask(secure, HOST, "/hangs", seconds=0.5)

    assert time.monotonic() - began < 3

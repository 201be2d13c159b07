"""The samples for nginx and Caddy: what providers call is open, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.adapters.cap.document import MOST_BYTES
from gateway.adapters.providers.registry import PROVIDERS
from gateway.web.webhooks import LONGEST_BODY
from tests.deploy.tools import said_by, tool
from tests.gateways import HOME

FOLDER = HOME / "deploy" / "proxy"
NGINX = (FOLDER / "nginx.conf").read_text("utf-8")
CADDY = (FOLDER / "Caddyfile").read_text("utf-8")
ROUTES = {route for kind in PROVIDERS.values() for route in kind.routes}


@pytest.mark.parametrize("sample", [NGINX, CADDY], ids=["nginx", "Caddy"])
def test_the_webhooks_are_open_and_nothing_else(sample: str) -> None:
    (opened,) = re.findall(r"(\^/\([a-z|-]+\)/\S+\$)", sample)
    (alerts,) = re.findall(r"(\^/alerts/\S+\$)", sample)

    assert all(re.search(opened, f"/{route}/at-ke") for route in ROUTES)
    closed = [
        "/metrics",
        "/health/ready",
        "/health/serving",
        "/phone",
        "/phone/x",
        "/sms/",
        "/sms/at-ke/x",
        "/",
    ]
    assert not any(re.search(pattern, path) for pattern in (opened, alerts) for path in closed)
    assert re.search(alerts, "/alerts/met")
    assert (64 * 1024, 4 << 20) == (LONGEST_BODY, MOST_BYTES)
    assert re.search(r"\b64(k;|KiB)", sample)
    assert re.search(r"\b4(m;|MiB)", sample)


def test_nginx_takes_its_sample(tmp_path: Path) -> None:
    said_by(
        tmp_path, tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
        "privkey.pem", "-out", "fullchain.pem", "-subj", "/CN=sms.services.example",
    )  # fmt: skip
    text = NGINX.replace("/etc/ssl/gateway", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "site.conf").write_text(text, "utf-8")
    whole = f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")

    said = said_by(
        tmp_path, tool("nginx"), "-t", "-e", tmp_path / "errors", "-p", tmp_path,
        "-c", tmp_path / "nginx.conf",
    )  # fmt: skip

    assert "test is successful" in said


def test_caddy_takes_its_sample(tmp_path: Path) -> None:
    caddy = tool("caddy")
    major, minor = map(int, re.findall(r"\d+", said_by(tmp_path, caddy, "version"))[:2])
    known = (major, minor) >= (2, 7)
    text = CADDY if known else re.sub(r"request_buffers \w+", "buffer_requests", CADDY)
    (tmp_path / "Caddyfile").write_text(text, "utf-8")

    said_by(
        tmp_path, "env", f"XDG_DATA_HOME={tmp_path}", f"XDG_CONFIG_HOME={tmp_path}", caddy,
        "adapt", "--config", tmp_path / "Caddyfile", "--adapter", "caddyfile", "--validate",
    )  # fmt: skip

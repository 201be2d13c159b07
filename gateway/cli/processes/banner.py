"""What `gateway run` says once everything is up: what runs, where, and what to try."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from gateway.deployment.listen_address import local_url
from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release


def banner(deployment: Deployment, release: Release, logs: Path | None, way_in: str = "") -> str:
    """Returns one screen of text; `way_in` is a link for the first administrator."""
    url = deployment.settings.public_url
    metrics = deployment.settings.server.metrics_address
    health = local_url(*metrics) if metrics else url
    dialled = [each.service_code for each in deployment.channels.values() if each.service_code]
    code = dialled[0] if dialled else "*123#"
    languages = ", ".join(release.languages.values())
    command, keyword = _command(), _keyword(release)
    made = deployment.settings.master_key is None
    warning = "The master key was made for this data folder alone. Production needs GATEWAY_KEY."
    rows = [
        "",
        click.style(f"{deployment.settings.name} is running. Ctrl-C stops everything.", bold=True),
        "",
        f"  Phone       {url}/phone",
        *([f"  Console     {deployment.console_url}/console/"] if deployment.has_console else []),
        f"  Webhooks    {url}/ussd/<channel> …   (all of them: gateway channels)",
        f"  Health      {health}/health/ready",
        f"  Metrics     {health}/metrics",
        f"  Services    {len(release.services) - 2} in {languages}",
        f"  Data        {deployment.settings.data_folder}",
        f"  Logs        {logs or 'below'}",
        "",
        "Try next, in another terminal:",
        "",
        f"  {command} dial '{code}' --url {url}",
        *([f"  {command} text {keyword} --url {url}"] if keyword else []),
        f"  edit {deployment.settings.menus_folder.name}/main.yaml, save, and dial again",
        *(
            ["", "Begin with the console by this link, which works once:", f"  {way_in}"]
            if way_in
            else []
        ),
        *(["", warning] if made else []),
        "",
    ]
    return "\n".join(rows)


def _command() -> str:
    """Returns how the gateway is called here: by its name where the shell finds it."""
    called = Path(sys.argv[0])
    found = shutil.which("gateway")
    if called.name != "gateway" or (found and called.exists() and called.samefile(found)):
        return "gateway"
    return str(called)


def _keyword(release: Release) -> str:
    """Returns a word that opens a service in the default language; empty where none does."""
    for service in release.by_shortcut():
        for word in service.keywords.get(release.default_language, ()):
            return word
    return ""

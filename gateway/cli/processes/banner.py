"""What `gateway run` says once everything is up: what runs, where, and what to try."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release


def banner(deployment: Deployment, release: Release, logs: Path | None) -> str:
    """Returns one screen of text."""
    url = deployment.settings.public_url
    dialled = [each.service_code for each in deployment.channels.values() if each.service_code]
    code = dialled[0] if dialled else "*123#"
    languages = ", ".join(release.languages.values())
    made = deployment.settings.master_key is None
    warning = "The master key was made for this data folder alone. Production needs GATEWAY_KEY."
    rows = [
        "",
        click.style(f"{deployment.settings.name} is running. Ctrl-C stops everything.", bold=True),
        "",
        f"  Phone       {url}/phone",
        f"  Webhooks    {url}/ussd/<channel> …   (all of them: gateway channels)",
        f"  Health      {url}/health/ready",
        f"  Metrics     {url}/metrics",
        f"  Services    {len(release.services) - 2} in {languages}",
        f"  Data        {deployment.settings.data_folder}",
        f"  Logs        {logs or 'below'}",
        "",
        "Try next, in another terminal:",
        "",
        f"  .venv/bin/gateway dial '{code}' --url {url}",
        f"  .venv/bin/gateway text 'RESULT 10231456 2025' --url {url}",
        f"  edit {deployment.settings.menus_folder.name}/main.yaml, save, and dial again",
        *(["", warning] if made else []),
        "",
    ]
    return "\n".join(rows)

"""`gateway channels`: what to paste into each provider's dashboard."""

from __future__ import annotations

import json

import click

from gateway.cli.shared.options import json_option
from gateway.deployment.load import load


@click.command(
    epilog="""\b
Examples:
  gateway channels
  gateway channels --json | jq -r '.[] | select(.name=="at-ke") | .urls.ussd'
"""
)
@json_option
def channels(as_json: bool) -> None:
    """List the channels and their webhook URLs, ready to paste into the provider's dashboard.

    The URLs hold the channel's secret: treat them like passwords.
    """
    deployment = load()
    rows: list[dict[str, object]] = []
    for name, settings in deployment.channels.items():
        row: dict[str, str] = {"name": name, "provider": settings.provider}
        if settings.service_code:
            row["service_code"] = settings.service_code
        if settings.address:
            row["address"] = settings.address
        urls = deployment.webhook_urls(name)
        rows.append({**row, "urls": dict(urls)})
        if not as_json:
            click.echo(f"{click.style(name, bold=True)}  {' · '.join(list(row.values())[1:])}")
            for route, url in urls.items():
                click.echo(f"  {route:<9} {url}")
    if as_json:
        click.echo(json.dumps(rows, indent=2))

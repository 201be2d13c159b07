"""`gateway channels`: what to paste into each provider's dashboard."""

from __future__ import annotations

import json

import click

from gateway.cli.options import json_option
from gateway.loaded import load


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
    rows = []
    for name, settings in deployment.channels.items():
        row: dict[str, object] = {"name": name, "provider": settings.provider}
        if settings.service_code:
            row["service_code"] = settings.service_code
        if settings.address:
            row["address"] = settings.address
        rows.append(row | {"urls": dict(deployment.webhook_urls(name))})
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        line = [str(row[key]) for key in ("provider", "service_code", "address") if key in row]
        click.echo(f"{click.style(str(row['name']), bold=True)}  {' · '.join(line)}")
        urls = row["urls"]
        assert isinstance(urls, dict)
        for route, url in urls.items():
            click.echo(f"  {route:<9} {url}")

"""Options that several commands share."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from gateway.adapters.system.login import login_name


def _base_url(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    """Returns the address of a gateway as it is; a usage error says what one looks like."""
    if url is None or _is_base_url(url):
        return url
    raise click.BadParameter(f"'{url}' is not an address such as http://127.0.0.1:8384.")


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no closing bracket, or a port that is no number
        return False


from_option = click.option(
    "--from",
    "number",
    default="+254700000001",
    show_default=True,
    metavar="MSISDN",
    help="The number of the handset; a token where the channel has `tokens`.",
)
channel_option = click.option(
    "--channel", metavar="NAME", help="The channel; the simulator's otherwise."
)
url_option = click.option(
    "--url",
    metavar="BASE",
    callback=_base_url,
    help="A gateway that runs, such as http://127.0.0.1:8384.",
)
language_option = click.option(
    "--language",
    metavar="CODE",
    help="What the subscriber chose before; without it nobody knows.",
)
looker_option = click.option(
    "--by",
    default=login_name,
    metavar="NAME",
    help="Who looks, or for which office: its citizen reads it. The login otherwise.",
)
actor_option = click.option(
    "--by",
    default=login_name,
    metavar="NAME",
    help="Who does it, or for which office: it is noted, and a citizen whom it concerns reads it. "
    "The login otherwise.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for other programs."
)

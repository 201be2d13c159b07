"""`gateway lines`: the process that keeps what has to be connected all the time."""

from __future__ import annotations

from collections.abc import Mapping

import click

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.lines import HeldLine, HoldLines
from gateway.adapters.system.private_files import keep_new_files
from gateway.adapters.system.processes.hangup import end_on_hangup
from gateway.cli.processes.log_format import log_to_stderr
from gateway.deployment.listen_address import listen_address, local_url
from gateway.deployment.load import Deployment, load
from gateway.domain.faults_and_errors.errors import Refused

#: Where it listens for what shall be sent, unless told otherwise.
LISTEN = ("127.0.0.1", 8386)


def lines_of(
    deployment: Deployment, gateway_url: str = ""
) -> Mapping[str, tuple[HoldLines, HeldLine]]:
    """Returns the channels that have a line to hold, by name.

    Those whose provider the stand-in plays have none. Webhooks are called at `gateway_url`, or at
    the web server of this machine.
    """
    settings = deployment.settings
    base = gateway_url.rstrip("/") or local_url(settings.server.host, settings.server.port)
    held = {}
    for name, channel in deployment.channels.items():
        hold = PROVIDERS[channel.provider].hold_lines
        if hold is None or not deployment.has_lines(name):
            continue
        urls = {
            route: base + url.removeprefix(settings.public_url)
            for route, url in deployment.webhook_urls(name).items()
        }
        line = HeldLine(
            settings=channel,
            keys=deployment.webhook_keys(name),
            urls=urls,
            keyring=deployment.keyring,
            folder=settings.data_folder / "lines" / name,
        )
        held[name] = (hold, line)
    return held


def hold_all(deployment: Deployment, listen: tuple[str, int], gateway_url: str = "") -> None:
    """Holds the lines until the process is told to stop; raises Refused where there are none."""
    held = lines_of(deployment, gateway_url)
    kinds = {hold for hold, _ in held.values()}
    if not kinds:
        raise Refused("No channel has a line to hold. See docs/smpp.md.")
    for hold in kinds:  # there is one kind; a second would need a process of its own
        hold({name: line for name, (kind, line) in held.items() if kind is hold}, *listen)


@click.command(
    epilog="""\b
Examples:
  gateway lines
  gateway lines --listen 0.0.0.0:8386 --gateway-url http://web:8384
"""
)
@click.option(
    "--listen",
    metavar="[HOST:]PORT",
    default=f"{LISTEN[0]}:{LISTEN[1]}",
    show_default=True,
    help="Where the other processes ask for what shall be sent: `api_url` of the channels.",
)
@click.option(
    "--gateway-url",
    metavar="URL",
    default="",
    help="Where the webhooks are; the web server of this machine otherwise.",
)
def lines(listen: str, gateway_url: str) -> None:
    """Hold the lines to operators that speak SMPP, until told to stop.

    It binds, keeps the binds alive, and binds again when one is lost. What comes in goes to the
    webhooks; an operator is answered when it is stored. Run one of these for all channels;
    `gateway run` has its own. Each channel that has one says `provider: smpp`.
    """
    try:
        address = listen_address(listen)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--listen") from error
    keep_new_files()
    end_on_hangup()
    deployment = load(strict=True)
    log_to_stderr(deployment.settings.log_level)
    hold_all(deployment, address, gateway_url)

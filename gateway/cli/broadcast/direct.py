"""`gateway broadcast emergency`, `approve`, `schedule`, `start`, `pause`, `resume` and `cancel`."""

from __future__ import annotations

from collections.abc import Callable

import click

from gateway.cli.broadcast.options import id_argument, moment, reason_option
from gateway.cli.broadcast.shown import tell
from gateway.cli.shared.open_gateway import own_gateway
from gateway.cli.shared.options import actor_option, json_option
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.use_cases.broadcast.direct_broadcast import DirectBroadcast


@click.command(
    epilog="""\b
Example:
  gateway broadcast emergency 1 --reason 'Dam failure, Disaster Act s. 12' --by ruth
"""
)
@id_argument
@click.option(
    "--reason", required=True, help="Which danger, and by which law: it is kept in the audit."
)
@actor_option
@json_option
def emergency(broadcast_id: int, reason: str, by: str, as_json: bool) -> None:
    """Declare broadcast ID an emergency: it goes to those who said STOP, too, and at night.

    For danger to life alone, where the law lets it. It takes a role that may warn in an emergency;
    then it is checked anew, and somebody else than who has drafted it approves it.
    """
    with own_gateway() as gateway:
        declared = gateway.broadcast.direct.declare_emergency(broadcast_id, by, reason)
        tell(gateway, declared, as_json=as_json)


@click.command(epilog="\b\nExample:\n  gateway broadcast approve 1 --by juma\n")
@id_argument
@actor_option
@json_option
def approve(broadcast_id: int, by: str, as_json: bool) -> None:
    """Let broadcast ID go out, which somebody else has drafted. It does not begin by that."""
    _directed(lambda direct: direct.approve(broadcast_id, by), as_json)


@click.command(epilog="\b\nExample:\n  gateway broadcast schedule 1 --at '2036-12-01 07:30'\n")
@id_argument
@click.option("--at", required=True, metavar="TIME", help="When, in the deployment's time zone.")
@actor_option
@json_option
def schedule(broadcast_id: int, at: str, by: str, as_json: bool) -> None:
    """Let broadcast ID begin at a time. Nobody need be there then."""
    with own_gateway() as gateway:
        begins = moment(at, gateway.deployment.settings.zone)
        tell(gateway, gateway.broadcast.direct.schedule(broadcast_id, begins, by), as_json=as_json)


@click.command(epilog="\b\nExample:\n  gateway broadcast start 1\n")
@id_argument
@actor_option
@json_option
def start(broadcast_id: int, by: str, as_json: bool) -> None:
    """Let broadcast ID begin now."""
    _directed(lambda direct: direct.start(broadcast_id, by), as_json)


@click.command(epilog="\b\nExample:\n  gateway broadcast pause 1 --reason 'a wrong date'\n")
@id_argument
@reason_option
@actor_option
@json_option
def pause(broadcast_id: int, reason: str, by: str, as_json: bool) -> None:
    """Hold what has not left of broadcast ID; seconds later nothing leaves any more."""
    _directed(lambda direct: direct.pause(broadcast_id, by, reason), as_json)


@click.command(epilog="\b\nExample:\n  gateway broadcast resume 1\n")
@id_argument
@actor_option
@json_option
def resume(broadcast_id: int, by: str, as_json: bool) -> None:
    """Let broadcast ID go on where it was paused: nobody gets it twice."""
    _directed(lambda direct: direct.resume(broadcast_id, by), as_json)


@click.command(epilog="\b\nExample:\n  gateway broadcast cancel 1 --reason 'the rain has ended'\n")
@id_argument
@reason_option
@actor_option
@json_option
def cancel(broadcast_id: int, reason: str, by: str, as_json: bool) -> None:
    """End broadcast ID, and take back what has not left. It cannot be taken up again."""
    _directed(lambda direct: direct.cancel(broadcast_id, by, reason), as_json)


def _directed(deed: Callable[[DirectBroadcast], Broadcast], as_json: bool) -> None:
    """Does something to a broadcast, and tells how it stands then."""
    with own_gateway() as gateway:
        tell(gateway, deed(gateway.broadcast.direct), as_json=as_json)

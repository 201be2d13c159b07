"""The sections of the configuration: each a map of its own in `config/gateway.yaml`."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gateway.deployment.listen_address import listen_address
from gateway.domain.outbound.settling import SettlingRules
from gateway.domain.telecom.sms import Lane


def own_address(written: str) -> str:
    """Returns an address to listen on as it was written; raises for one without a port."""
    try:
        if written and not listen_address(written)[1]:
            raise ValueError("Each web process must know the port: give one above 0.")
    except ValueError as error:
        raise PydanticCustomError("003", "{sentence}", {"sentence": str(error)}) from None
    return written


class Section(BaseModel):
    """A map of keys, each of them known, and none changed once it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(Section):
    """The web server."""

    host: str = Field(default="127.0.0.1", min_length=1, description="The address it listens on.")
    port: int = Field(default=8384, ge=0, le=65535, description="The port; 0 takes a free one.")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        description="The networks of our own proxies, whose X-Forwarded-For is believed. "
        "A channel's `networks` then hold the provider behind them.",
    )
    metrics: Annotated[str, AfterValidator(own_address)] = Field(
        default="",
        description="An address of their own for /metrics and /health/ready, such as "
        "127.0.0.1:9384, which providers do not call; the web server's own when left out.",
    )
    known_hosts: tuple[str, ...] = Field(
        default=(),
        description="In development, further names under which the phone and the stand-in may be "
        "asked for; localhost, this machine's own addresses and that of public_url always are.",
    )
    workers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="How many web processes there are; one for each core is best.",
    )
    threads: int = Field(
        default=24, ge=1, le=256, description="How many turns a process answers at once."
    )

    spool_mebibytes: int = Field(
        default=64,
        ge=1,
        le=65536,
        description="The room on this node's disk, in MiB, for what we are told while the "
        "database is away, and as much for delivery reports on their way. An SMS takes a third "
        "of a KiB.",
    )

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Returns where /metrics and /health/ready are shown, when apart from the webhooks."""
        return listen_address(self.metrics) if self.metrics else None


class StandinSettings(Section):
    """The stand-in that plays the providers in development."""

    port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The port it listens on; the one after the web server's when left out.",
    )


class SettlingSettings(Section):
    """How long an SMS is wanted, and when one of unknown outcome is sent again."""

    urgent_hours: int = Field(
        default=24,
        ge=1,
        le=720,
        description="How long an SMS of the lane `urgent` is wanted, where it does not say so "
        "itself. What waits longer expires; of what was handed over, no report is awaited longer.",
    )
    reply_hours: int = Field(default=72, ge=1, le=720, description="The same for the lane `reply`.")
    bulk_hours: int = Field(default=72, ge=1, le=720, description="The same for the lane `bulk`.")
    reply_again_seconds: int = Field(
        default=300,
        ge=0,
        le=86400,
        description="After so long a reply whose outcome is unknown is sent once more, if the "
        "channel's delivery reports flow and none has come of it; 0 for never.",
    )
    urgent_again_seconds: int = Field(
        default=60,
        ge=0,
        le=86400,
        description="The same for an urgent SMS, which is sent once more after ten minutes though "
        "no reports flow; 0 for never.",
    )

    @property
    def rules(self) -> SettlingRules:
        """Returns the rules, as the use cases know them."""
        again = {Lane.REPLY: self.reply_again_seconds, Lane.URGENT: self.urgent_again_seconds}
        return SettlingRules(
            validity={
                Lane.URGENT: timedelta(hours=self.urgent_hours),
                Lane.REPLY: timedelta(hours=self.reply_hours),
                Lane.BULK: timedelta(hours=self.bulk_hours),
            },
            again_after={lane: timedelta(seconds=each) for lane, each in again.items() if each},
        )


class RetentionSettings(Section):
    """How many days rows stay that else nobody removes but their subscriber, or you."""

    sms_days: int | None = Field(
        default=None,
        ge=7,
        le=36500,
        description="SMS in and out that wait for nothing more; a week at least, since an MO that "
        "comes again is known by its row, and so is a late report.",
    )
    turns_days: int | None = Field(
        default=None, ge=1, le=36500, description="The statistics of USSD turns."
    )
    sessions_days: int = Field(
        default=30,
        ge=0,
        le=400,
        description="How USSD sessions went, found by a caller's number: screens and times, no "
        "answer. With 0 it is not kept.",
    )
    help_desk_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Messages to the help desk that were answered or closed.",
    )
    cases_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Cases, since they were moved last, with their history.",
    )


class DraftSettings(Section):
    """Drafts of menus, on their way to citizens."""

    second_person: bool = Field(
        default=True,
        description="Whether a draft waits until a second person has approved it. Off where only "
        "one person works.",
    )


class BroadcastSettings(Section):
    """Broadcasts: one text to many."""

    approval_above: int = Field(
        default=1000,
        ge=0,
        le=100_000_000,
        description="A broadcast to more recipients than this waits until a second person has "
        "approved it; 0 for all.",
    )
    turns_per_second: float = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="How many USSD turns a second the gateway answers well; a broadcast that "
        "names a service code is sent no faster than its readers may dial. 0 does not slow it.",
    )

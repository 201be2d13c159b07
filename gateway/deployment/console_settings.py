"""The section `console` of the configuration: the operators' pages under /console/."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.deployment.listen_address import listen_address
from gateway.deployment.settings_sections import Section, own_address


class ConsoleSettings(Section):
    """The operators' console."""

    enabled: bool | None = Field(
        default=None,
        description="Whether there is one. Left out, there is in development (`gateway run`), and "
        "in `gateway serve` there is none.",
    )
    listen: Annotated[str, AfterValidator(own_address)] = Field(
        default="",
        description="An address of its own, such as 10.0.0.5:9385, which providers and citizens "
        "cannot reach; the web server's own, under /console/, when left out.",
    )
    url: str = Field(
        default="",
        pattern=r"^(https?://[^/?#\s]+)?$",
        description="The address under which people open it, such as https://desk.example.org; "
        "that of public_url when left out. It stands in one-time links.",
    )
    idle_minutes: int = Field(
        default=30, ge=2, le=720, description="A session ends after so long without a click."
    )
    longest_hours: int = Field(
        default=12, ge=1, le=72, description="A session ends after so long at the latest."
    )

    @property
    def address(self) -> tuple[str, int] | None:
        """Returns where it listens, when apart from the webhooks."""
        return listen_address(self.listen) if self.listen else None

"""What a channel at an operator with hSenid's TAP is configured with."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.adapters.providers.shared.channel_settings import TokenSettings

#: The API of each operator; that of Applink is told when a service is provisioned.
BASES = {
    "ideamart": "https://api.ideamart.io",
    "mspace": "https://api.mspace.lk",
    "bdapps": "https://developer.bdapps.com",
    "applink": "",
}


class Settings(TokenSettings):
    """A channel at an operator with hSenid's TAP."""

    provider: Literal["hsenid"] = Field(
        "hsenid", description="TAP, the platform of hSenid: Ideamart, mSpace, bdapps, Applink."
    )
    operator: Literal["ideamart", "mspace", "bdapps", "applink"] = Field(
        description="Whose TAP it is: `ideamart` (Dialog), `mspace` (Mobitel), `bdapps` (Robi, "
        "Airtel) or `applink` (Banglalink), which needs its `api_url`, too."
    )
    application_id: str = Field(
        min_length=1, max_length=40, description="The id of the application, as APP_000001."
    )
    password: SecretStr = Field(min_length=1, description="The password of the application.")
    ca_file: Path | None = Field(
        None,
        description="A file of certificates (PEM, a whole path) that are trusted besides the "
        "machine's, for an operator whose chain of certificates is not whole.",
    )

    @field_validator("ca_file")
    @classmethod
    def _is_a_whole_path(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_absolute():
            raise ValueError("expected a whole path, such as /etc/gateway/operator.pem")
        return file

    @model_validator(mode="after")
    def _has_an_address(self) -> Settings:
        if not self.api_url and not BASES[self.operator]:
            raise ValueError(f"`{self.operator}` needs `api_url`: the address it has told you")
        return self

    @property
    def base(self) -> str:
        """The address of the API."""
        return self.api_url or BASES[self.operator]

    @property
    def application(self) -> str:
        """The id of the application: a masked number means somebody within it alone."""
        return self.application_id

    @property
    def texts_tokens(self) -> bool:
        """Whether the provider takes SMS to a masked number: it does."""
        return True

    @property
    def pushes_screens(self) -> bool:
        """Whether the provider takes each screen in a call of its own: it does."""
        return True

    @property
    def chooses_sender(self) -> bool:
        """Whether the provider has a sender of its own: that of the application."""
        return True

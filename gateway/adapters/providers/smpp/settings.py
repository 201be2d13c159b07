"""What a channel over SMPP is configured with."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from gateway.adapters.providers.shared.channel_settings import ChannelSettings

#: Where `gateway lines` listens for what shall be sent, on this machine.
LINES = "http://127.0.0.1:8386"


class UssdSettings(BaseModel):
    """What the operator's USSD gateway calls the steps of a session, in `ussd_service_op`.

    The defaults are the operations of SMPP 3.4, 5.3.2.44; some gateways have their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    begins: int = Field(default=1, ge=0, le=255, description="Somebody dials.")
    answers: int = Field(default=18, ge=0, le=255, description="Somebody answers a screen.")
    aborts: int = Field(
        default=81, ge=0, le=255, description="Somebody, or the network, has hung up."
    )
    asks: int = Field(
        default=2, ge=0, le=255, description="A screen of ours that waits for an answer."
    )
    ends: int = Field(
        default=17, ge=0, le=255, description="A screen of ours that ends the session."
    )
    session: Literal["its_session_info", "user_message_reference", "number"] = Field(
        default="its_session_info",
        description="What tells sessions apart: a parameter of the message, or the caller's "
        "`number` alone.",
    )
    service_type: str = Field(
        default="USSD", max_length=5, description="The `service_type` of what we send in a session."
    )


class Settings(ChannelSettings):
    """A channel over SMPP."""

    provider: Literal["smpp"] = Field(
        "smpp", description="SMPP 3.4, straight to an operator; held by `gateway lines`."
    )
    host: str = Field(min_length=1, max_length=253, description="The operator's host.")
    port: int = Field(2775, ge=1, le=65535, description="The operator's port.")
    tls: bool = Field(False, description="Whether the operator speaks SMPP in TLS.")
    ca_file: Path | None = Field(
        None,
        description="With `tls`, a file of certificates (PEM, a whole path) that are trusted "
        "besides the machine's.",
    )
    system_id: str = Field(min_length=1, max_length=15, description="The name of the account.")
    password: SecretStr = Field(
        min_length=1, max_length=8, description="The password: eight characters at most, in SMPP."
    )
    system_type: str = Field("", max_length=12, description="As the operator says; mostly empty.")
    binds: int = Field(1, ge=1, le=16, description="How many binds are held at once.")
    window: int = Field(
        10, ge=1, le=256, description="How many messages of a bind may wait for their answer."
    )
    enquire_seconds: float = Field(
        30.0, ge=1, le=600, description="After so long the operator is asked whether it is there."
    )
    response_seconds: float = Field(
        15.0,
        ge=1,
        le=120,
        description="How long an answer of the operator is waited for, in seconds.",
    )
    alphabet: Literal["gsm7", "latin1"] = Field(
        "gsm7",
        description="What the operator takes for its default alphabet (`data_coding` 0): GSM-7, an "
        "octet for each letter, or Latin-1. All other texts go as UCS-2.",
    )
    long_texts: Literal["udh", "sar", "payload"] = Field(
        "udh",
        description="How a text of several segments goes: each with a header (`udh`), each with "
        "parameters (`sar`), or whole (`payload`, cut by the operator).",
    )
    service_type: str = Field("", max_length=5, description="The `service_type` of SMS.")
    source_ton: int | None = Field(
        None, ge=0, le=6, description="The kind of the sender's address; found out when left out."
    )
    source_npi: int | None = Field(
        None, ge=0, le=18, description="The plan of the sender's address; found out when left out."
    )
    receipt_ids: Literal["same", "hex_to_decimal", "decimal_to_hex"] = Field(
        "same",
        description="Whether receipts write the id of a message otherwise than the answer that "
        "gave it: an answer's `hex_to_decimal` number, or the other way.",
    )
    ussd: UssdSettings = Field(UssdSettings(), description="How the operator speaks USSD.")

    @field_validator("ca_file")
    @classmethod
    def _is_a_whole_path(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_absolute():
            raise ValueError("expected a whole path, such as /etc/gateway/operator.pem")
        return file

    @property
    def base(self) -> str:
        """Where `gateway lines` listens."""
        return self.api_url or LINES

    @property
    def lines(self) -> int:
        """How many lines the channel holds: its binds."""
        return self.binds

    @property
    def pushes_screens(self) -> bool:
        """Whether the provider takes each screen in a call of its own: it does."""
        return True

"""The settings that every channel has, whatever its provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from gateway.domain.faults_and_errors.errors import InvalidAddress
from gateway.domain.institutions.ledger import DECIMALS
from gateway.domain.money.tariff import Tariff
from gateway.domain.telecom.channel import Channel, Keys, PageBudget
from gateway.domain.telecom.msisdn import Address, SenderId, parse_address

_PAGE = PageBudget()
_KEYS = Keys()
_CHANNEL = Channel(name="", provider="")

#: The `api_url` of a channel whose provider is played by the deployment's own stand-in.
STANDIN = "standin"

#: Addresses are often all digits, and a YAML reader may take them for numbers.
_STRICT = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class PageSettings(BaseModel):
    """How much one USSD page of the channel may hold; the limits are those of 3GPP TS 23.038."""

    model_config = _STRICT

    septets: int = Field(
        default=_PAGE.septets,
        ge=40,
        le=182,
        description="The longest page of GSM-7 text, in septets.",
    )
    ucs2: int = Field(
        default=_PAGE.ucs2,
        ge=20,
        le=80,
        description="The longest page of any other text, in UTF-16 units.",
    )
    count_prefix: bool = Field(
        default=_PAGE.count_prefix,
        description="Whether the network counts `CON ` and `END ` as well.",
    )


class KeySettings(BaseModel):
    """The keys that mean the same on every screen of the channel."""

    model_config = _STRICT

    back: str = Field(
        default=_KEYS.back, pattern=r"^[0-9]{1,3}$", description="The key for the screen before."
    )
    home: str = Field(
        default=_KEYS.home, pattern=r"^[0-9]{1,3}$", description="The key for the first screen."
    )
    more: str = Field(
        default=_KEYS.more,
        pattern=r"^[0-9]{1,3}$",
        description="The key for the next page of a long text.",
    )

    @model_validator(mode="after")
    def _are_different(self) -> KeySettings:
        if len({self.back, self.home, self.more}) < 3:
            raise ValueError("back, home and more must be three different keys")
        return self


class TariffSettings(BaseModel):
    """What the channel costs, as the contract says; the ledger reckons with it."""

    model_config = _STRICT

    currency: str = Field(pattern="^[A-Z]{3}$", description="The currency (ISO 4217), as KES.")
    segment: Decimal | None = Field(
        None,
        ge=0,
        max_digits=15,
        decimal_places=DECIMALS,
        description="What a segment of SMS costs, where the provider does not tell it with each.",
    )
    block: Decimal | None = Field(
        None,
        ge=0,
        max_digits=15,
        decimal_places=DECIMALS,
        description="What each started block of a USSD session costs.",
    )
    block_seconds: int = Field(
        20, ge=1, le=3600, description="How long such a block is, in seconds: often 20, or 180."
    )

    def to_tariff(self) -> Tariff:
        """Returns the tariff as the ledger knows it."""
        return Tariff(**self.model_dump())


class ChannelSettings(BaseModel):
    """One channel as it is configured; its name is the key under which it stands in the file."""

    model_config = _STRICT

    provider: str = Field(description="The provider that the channel speaks to.")
    service_code: str | None = Field(
        None,
        pattern=r"^\*[0-9]+(\*[0-9]+)*#$",
        description="What callers dial for USSD, such as `*384*2026#`.",
    )
    address: str | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="The short code or number (E.164) that citizens text.",
    )
    sender_id: str | None = Field(
        None,
        min_length=1,
        max_length=16,
        description="What an SMS shows as its sender: a name of eleven characters at most, a short "
        "code or a number; the address when left out.",
    )
    api_url: str | None = Field(
        None,
        description="Another address of the provider's API; `standin` is the stand-in of "
        "`gateway run`, wherever it listens.",
    )
    webhook_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="The secret in `?key=` of the webhook URLs; "
        "derived from the deployment's key when left out.",
    )
    networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (),
        description="The networks that webhooks may come from; any when left out. "
        "The secret or signature is needed all the same.",
    )
    country: str = Field(
        "",
        pattern="^([A-Z]{2})?$",
        description="The country whose national numbers its networks tell, as KE; "
        "that of `national_region` when left out.",
    )
    page: PageSettings = Field(
        PageSettings(), description="How much one USSD page of the channel may hold."
    )
    keys: KeySettings = Field(
        KeySettings(), description="The keys for back, home and more on every screen."
    )
    deadline_seconds: float = Field(
        _CHANNEL.deadline_seconds,
        ge=1,
        le=30,
        description="How long a USSD turn may take, in seconds; networks hang up at about ten.",
    )
    session_seconds: float = Field(
        _CHANNEL.session_seconds,
        ge=10,
        le=3600,
        description="How long a USSD session is kept after its last turn, in seconds.",
    )
    conversation_seconds: float = Field(
        _CHANNEL.conversation_seconds,
        ge=60,
        le=7 * 86400,
        description="How long an SMS conversation is kept after its last SMS, in seconds.",
    )
    max_per_second: float = Field(
        _CHANNEL.max_per_second,
        gt=0,
        le=10_000,
        description="How many segments of SMS a second the provider takes from this channel.",
    )
    in_flight: int = Field(
        _CHANNEL.in_flight,
        ge=1,
        le=64,
        description="How many SMS one worker hands over at the same moment.",
    )
    subscriber_per_minute: int = Field(
        _CHANNEL.subscriber_per_minute,
        ge=0,
        le=10_000,
        description="How often one subscriber may dial, and text, within a minute; "
        "0 is without limit.",
    )
    channel_per_minute: int = Field(
        _CHANNEL.channel_per_minute,
        ge=0,
        le=1_000_000,
        description="How often all together may dial, and text, within a minute; "
        "0 is without limit.",
    )

    tariff: TariffSettings | None = Field(
        None, description="What the channel costs; without it the ledger has no price of its own."
    )
    flows: str = Field(
        "",
        description="The channel of a neighbour, such as RapidPro, whose flows answer what is "
        "dialled and texted on this one; your menus do when left out.",
    )

    @field_validator("api_url")
    @classmethod
    def _is_a_base_address(cls, url: str | None) -> str | None:
        if url is None or url == STANDIN:
            return url
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"expected an address such as https://api.example.org, or {STANDIN}")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("expected an address without credentials, query or fragment")
        return url.rstrip("/")

    @field_validator("address")
    @classmethod
    def _can_be_texted(cls, address: str | None) -> str | None:
        if address is None or not isinstance(_parsed(address), SenderId):
            return address
        raise ValueError("expected a short code such as 20880, or a number such as +254712345123")

    @field_validator("sender_id")
    @classmethod
    def _can_be_shown(cls, sender_id: str | None) -> str | None:
        if sender_id is not None:
            _parsed(sender_id)
        return sender_id

    @property
    def application(self) -> str:
        """The account at the provider, within which a token means somebody."""
        return ""

    @property
    def texts_tokens(self) -> bool:
        """Whether the provider takes SMS to a token."""
        return False

    @property
    def pushes_screens(self) -> bool:
        """Whether the provider takes each screen of USSD in a call of its own."""
        return False

    @property
    def chooses_sender(self) -> bool:
        """Whether the provider has a sender of its own for what the channel sends."""
        return False

    @property
    def key_in_path(self) -> bool:
        """Whether the webhooks' secret stands in their path, and not in the query."""
        return False

    @property
    def lines(self) -> int:
        """How many lines to its operator the channel holds; none where it is called by HTTP."""
        return 0

    @property
    def has_flows(self) -> bool:
        """Whether flows behind this channel can answer what is dialled and texted on others."""
        return False

    @property
    def own_routes(self) -> Mapping[str, Sequence[str]] | None:
        """The webhooks of this very channel, with their HTTP methods; None for the provider's."""
        return None

    @property
    def proves_itself(self) -> bool:
        """Whether its requests prove their origin by more than the secret in their URLs."""
        return False

    @property
    def signed(self) -> bool:
        """Whether this very channel's webhooks are signed, where not all of the provider's are."""
        return False

    def in_country(self, region: str) -> Self:
        """Returns the settings with a country: this one where they name none."""
        return self if self.country else self.model_copy(update={"country": region})

    def to_channel(self, name: str) -> Channel:
        """Returns the channel as the services know it."""
        return Channel(
            name=name,
            provider=self.provider,
            service_code=self.service_code,
            address=self.address,
            sender_id=self.sender_id,
            chooses_sender=self.chooses_sender,
            application=self.application,
            texts_tokens=self.texts_tokens,
            pushes_screens=self.pushes_screens,
            page=PageBudget(**self.page.model_dump()),
            keys=Keys(**self.keys.model_dump()),
            deadline_seconds=self.deadline_seconds,
            session_seconds=self.session_seconds,
            conversation_seconds=self.conversation_seconds,
            max_per_second=self.max_per_second,
            in_flight=self.in_flight,
            subscriber_per_minute=self.subscriber_per_minute,
            channel_per_minute=self.channel_per_minute,
            tariff=self.tariff.to_tariff() if self.tariff else None,
            flows=self.flows,
        )


class TokenSettings(ChannelSettings):
    """A channel whose networks may tell no number, but a token of the provider's."""

    tokens: bool = Field(
        False,
        description="Whether its networks may give a token in the place of a number. Without it a "
        "webhook with a token is refused.",
    )


def _parsed(text: str) -> Address:
    try:
        return parse_address(text)
    except InvalidAddress as error:
        raise ValueError(str(error)) from None

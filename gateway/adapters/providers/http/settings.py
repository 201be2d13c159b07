"""What a channel is configured with whose provider is told in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, PrivateAttr, SecretStr, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from gateway.adapters.providers.http.template import load as presets
from gateway.adapters.providers.http.template.load import Preset
from gateway.adapters.providers.shared.channel_settings import ChannelSettings, PageSettings
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean

#: Our webhooks by the part of the file that tells of them.
ROUTES = {"ussd": "ussd", "sms_in": "sms", "reports": "delivery"}


class Settings(ChannelSettings):
    """A channel whose provider is told in a file."""

    provider: Literal["http"] = Field(
        "http",
        description="Any provider over HTTP, as a preset says; see [presets.md](presets.md).",
    )
    preset: str = Field(
        pattern="^[a-z][a-z0-9-]{0,39}$",
        description="The preset: one that comes with the gateway (`gateway channels presets`), or "
        "the name of a file of your own in `config/providers/`.",
    )
    secrets: Mapping[str, SecretStr] = Field(
        {}, description="The secrets that the preset asks for, by its names for them."
    )
    options: Mapping[str, str] = Field(
        {}, description="What the preset lets you choose, by its names for it."
    )
    _preset: Preset = PrivateAttr()

    @model_validator(mode="after")
    def _fits_its_preset(self, info: ValidationInfo) -> Settings:
        """Raises SettingsInvalid with every fault of a preset that cannot be read."""
        home = info.context.get("home") if isinstance(info.context, dict) else None
        preset = presets.load(self.preset, home)
        if preset is None:
            known = [*(presets.own(home) if home else ()), *presets.shipped()]
            proposal = did_you_mean(self.preset, known) or f" There are: {', '.join(known)}."
            sentence = f"There is no preset '{self.preset}'.{proposal}"
            raise _wrong("030", sentence, "preset")
        self._preset = preset
        self._has_what_it_asks_for(preset)
        page = preset.shape.page
        if page is not None and "page" not in self.model_fields_set:
            object.__setattr__(self, "page", PageSettings(septets=page.septets, ucs2=page.ucs2))
        return self

    def _has_what_it_asks_for(self, preset: Preset) -> None:
        shape = preset.shape
        for kind, given, asked in (
            ("secrets", self.secrets, shape.secrets),
            ("options", self.options, shape.options),
        ):
            for name in given:
                if name not in asked:
                    proposal = did_you_mean(name, list(asked))
                    known = f" It asks for {', '.join(asked)}." if asked else " It asks for none."
                    said = f"The preset knows no '{name}' of {kind}.{proposal or known}"
                    raise _wrong("032", said, kind, name)
        for name, meant in shape.secrets.items():
            if self.secrets.get(name) is None and not meant.optional:
                said = f"The preset asks for `{name}` below `secrets`: {meant.about}"
                raise _wrong("032", said, "secrets")
        pair = [name for text in preset.proof_basic for name in text.names]
        missing = [name for name in pair if self.secrets.get(name) is None]
        if missing and len(missing) < len(pair):
            said = f"User and password go together: give `{missing[0]}`, or leave both out."
            raise _wrong("032", said, "secrets")
        for name, option in shape.options.items():
            chosen = self.options.get(name, option.default)
            if chosen is None:
                said = f"The preset asks for `{name}` below `options`: {option.about}"
                raise _wrong("032", said, "options")
            if option.one_of and chosen not in option.one_of:
                proposal = did_you_mean(chosen, option.one_of)
                said = f"`{name}` is one of {', '.join(option.one_of)}.{proposal}"
                raise _wrong("032", said, "options", name)
        if shape.sms_out is not None and not self.api_url and not self.base:
            raise _wrong("032", "The provider gives each account an address: write `api_url`.", "")
        for name in ("address", "sender_id") if shape.sms_out is None else ():
            if getattr(self, name):
                raise _wrong("032", f"The preset sends no SMS: leave `{name}` out.", name)
        if shape.ussd is None and self.service_code:
            raise _wrong("032", "The preset has no USSD: leave `service_code` out.", "service_code")

    @property
    def speaks(self) -> Preset:
        """How the provider speaks."""
        return self._preset

    @property
    def base(self) -> str:
        """The address of the API; empty where there is none."""
        return self.api_url or self._preset.base.made(self.chosen).rstrip("/")

    @property
    def chosen(self) -> Mapping[str, str]:
        """The options, chosen or not."""
        options = self._preset.shape.options
        return {name: each.default or "" for name, each in options.items()} | dict(self.options)

    @property
    def known(self) -> Mapping[str, str]:
        """Everything that has a name in the preset: options and secrets."""
        secrets = {name: each.get_secret_value() for name, each in self.secrets.items()}
        return {**self.chosen, **dict.fromkeys(self._preset.shape.secrets, ""), **secrets}

    @property
    def own_routes(self) -> Mapping[str, Sequence[str]]:
        """The webhooks that the preset tells of."""
        parts = {name: getattr(self._preset.shape, name) for name in ROUTES}
        return {
            ROUTES[name]: tuple(part.method) for name, part in parts.items() if part is not None
        }

    @property
    def key_in_path(self) -> bool:
        """Whether the secret stands in the path: the provider writes more behind the URL."""
        ussd = self._preset.shape.ussd
        return ussd is not None and bool(ussd.path)

    @property
    def proves_itself(self) -> bool:
        """Whether requests carry a secret or a signature, beside the secret in their URLs."""
        proof, proving = self._preset.shape.proof, self._preset.proving
        if proving is not None and not proving.shape.optional and proving.key.made(self.known):
            return True
        return bool(proof.field or proof.header or self.basic)

    @property
    def basic(self) -> Sequence[str]:
        """User and password that requests bring; empty where the channel gives none."""
        known = self.known
        pair = [text.made(known) for text in self._preset.proof_basic]
        return pair if all(pair) else []

    @property
    def chooses_sender(self) -> bool:
        """Whether the provider has a sender of its own: the preset names none to it."""
        sms = self._preset.sms
        return sms is not None and not sms.names_sender


def _wrong(code: str, sentence: str, *at: str) -> PydanticCustomError:
    key = at[0] if at else ""
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence, "key": key})

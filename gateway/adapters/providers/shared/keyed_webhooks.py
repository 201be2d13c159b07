"""What providers start from that do not sign: the URLs of their webhooks carry a secret."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.form_fields import prove_key, prove_network
from gateway.adapters.providers.shared.no_webhooks import NoWebhooks
from gateway.domain.telecom.webhook import WebhookRequest


class KeyedWebhooks(NoWebhooks):
    """A provider whose origin is the secret in the URL, and the source network where one is set."""

    def __init__(
        self, channel_name: str, settings: ChannelSettings, webhook_keys: Sequence[str]
    ) -> None:
        if not webhook_keys or not all(webhook_keys):
            raise ValueError(f"Channel '{channel_name}' has no webhook key.")
        self._networks = settings.networks
        self._webhook_keys = webhook_keys

    def prove_head(self, request: WebhookRequest) -> None:
        """Returns when the URL carries a secret of the channel; raises OriginUnproven."""
        if self._networks:
            prove_network(request, self._networks)
        prove_key(request, self._webhook_keys)

    def prove_body(self, request: WebhookRequest) -> None:
        """Returns: nobody has signed it."""

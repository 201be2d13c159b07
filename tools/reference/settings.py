"""docs/reference/settings.md: every setting, with its form, default and variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import (
    ChannelSettings,
    KeySettings,
    PageSettings,
)
from gateway.deployment.alert_settings import AlertSourceSettings, AlertsSettings
from gateway.deployment.settings import Settings
from gateway.deployment.settings_sections import RetentionSettings, ServerSettings, StandinSettings
from gateway.deployment.settings_tree import OVERRIDES
from tools.reference import markdown, shapes

_LINKS = {
    "ServerSettings": "server", "StandinSettings": "standin", "RetentionSettings": "retention",
    "AlertsSettings": "alerts", "AlertSourceSettings": "a-source-of-alerts",
    "PageSettings": "page-of-a-channel", "KeySettings": "keys-of-a-channel",
}  # fmt: skip
_HEADS = (*shapes.HEADS, "variable")


def page() -> str:
    """Returns the page."""
    head = (
        "Every key of `config/gateway.yaml`. [Settings](../settings.md) tells how they are used, "
        "and what a secret is. A variable of the environment wins over the file."
    )
    variables = {".".join(map(str, path)): name for name, path in OVERRIDES.items()}
    parts = [head, *_section("The file", Settings, variables)]
    for name, part in (
        ("server", ServerSettings),
        ("standin", StandinSettings),
        ("retention", RetentionSettings),
    ):
        parts += _section(name, part, variables, f"{name}.")
    parts += _section("alerts", AlertsSettings)
    parts += _section("A source of alerts", AlertSourceSettings)
    parts += _section("A channel", ChannelSettings)
    parts += _section("page of a channel", PageSettings)
    parts += _section("keys of a channel", KeySettings)
    for provider, kind in PROVIDERS.items():
        own = _without(kind.settings, ChannelSettings)
        parts += [f"## Channels of {provider}", own or "No further keys."]
    return markdown.page("Keys of the settings", "the shapes that the settings have", parts)


def _section(
    title: str, shape: type[BaseModel], variables: Mapping[str, str] | None = None, prefix: str = ""
) -> Iterator[str]:
    yield f"## {title}"
    rows = _rows(shape)
    if variables is None:
        yield markdown.table(shapes.HEADS, rows)
    else:
        yield markdown.table(
            _HEADS, [(*row, markdown.code(variables.get(prefix + row[0].strip("`"), "")))
                     for row in rows]
        )  # fmt: skip


def _without(shape: type[BaseModel], known: type[BaseModel]) -> str:
    own = [row for row in _rows(shape) if row[0].strip("`") not in known.model_fields]
    return markdown.table(shapes.HEADS, own)


def _rows(shape: type[BaseModel]) -> list[tuple[str, str, str, str]]:
    schema = shape.model_json_schema()
    return list(shapes.rows(schema, _LINKS, schema.get("$defs", {})))

"""Lists the presets there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.adapters.providers.http.template import load as files
from gateway.adapters.providers.shared.kind import ListedPreset

_PARTS = ("ussd", "sms_in", "sms_out", "reports")


def listed(home: Path) -> Sequence[ListedPreset]:
    """Returns those that come along and a deployment's own, by name; raises SettingsInvalid."""
    names = sorted({*files.shipped(), *files.own(home)})
    return [_listed(preset) for name in names if (preset := files.load(name, home)) is not None]


def _listed(preset: files.Preset) -> ListedPreset:
    shape = preset.shape
    return ListedPreset(
        name=preset.id,
        provider=shape.name,
        about=shape.about,
        speaks=[part for part in _PARTS if getattr(shape, part) is not None],
        countries=shape.countries,
        confidence=shape.confidence,
        sources=shape.sources,
        unsure=shape.unsure,
        begin=shape.begin,
        own=preset.file.parent != files.SHIPPED,
    )

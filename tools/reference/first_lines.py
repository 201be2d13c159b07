"""docs/reference/first-lines.md: by country, what to sign, what to paste where, and its cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from babel import Locale

from gateway.adapters.providers.http.listed import listed
from gateway.adapters.providers.http.template.load import SHIPPED
from gateway.adapters.providers.registry import PROVIDERS
from tools.reference import markdown

_SPEAKS = {"ussd": "USSD", "sms_in": "SMS in", "sms_out": "SMS out", "reports": "reports"}


class Line(NamedTuple):
    """One way to a first line in a country, or in most of them."""

    called: str
    configured: str
    countries: Sequence[str]
    speaks: Sequence[str]
    sure: str
    begin: Sequence[str]
    unsure: Sequence[str]
    page: str


def page() -> str:
    """Returns the page."""
    lines = list(_lines())
    names: dict[str, str] = dict(Locale("en").territories)
    codes = sorted({code for each in lines for code in each.countries}, key=lambda c: names[c])
    head = (
        "What a first line takes, by country. [The first line of a country](../first-line.md) has "
        "the steps around it: the tunnel for trying, the list that `gateway doctor --channel NAME` "
        "goes through, and the live test. The URLs that are pasted are those that "
        "`gateway channels` prints. What stands under *Not confirmed* is what to ask first."
    )
    parts = [head, _contents(codes, names)]
    for code in codes:
        parts += [f"## {names[code]}", *_told(line for line in lines if code in line.countries)]
        parts.append("Besides, what serves [every country](#every-country).")
    parts += ["## Every country", *_told(line for line in lines if not line.countries)]
    return markdown.page("First lines, by country", "the providers and the presets", parts)


def _contents(codes: Sequence[str], names: dict[str, str]) -> str:
    return ", ".join(f"[{names[code]}](#{_anchor(names[code])})" for code in codes) + "."


def _anchor(name: str) -> str:
    kept = "".join(char for char in name.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def _lines() -> Iterator[Line]:
    for name, kind in PROVIDERS.items():
        first = kind.first_line
        if first is not None:
            yield Line(
                first.called, f"provider: {name}", first.countries, first.speaks, "", first.begin,
                (), first.page,
            )  # fmt: skip
    for preset in listed(SHIPPED):  # a folder that has none of a deployment's own
        yield Line(
            preset.provider, f"preset: {preset.name}", preset.countries, preset.speaks,
            preset.confidence, preset.begin, preset.unsure, "presets.md",
        )  # fmt: skip


def _told(lines: Iterator[Line]) -> Iterator[str]:
    for line in sorted(lines, key=lambda each: ("ussd" not in each.speaks, each.called.lower())):
        speaks = ", ".join(_SPEAKS[part] for part in line.speaks)
        sure = f"; how sure: {line.sure}" if line.sure else ""
        yield f"### {markdown.plain(line.called)}"
        yield f"[`{line.configured}`](../{line.page}): {speaks}{sure}."
        yield "\n".join(f"- {markdown.plain(each)}" for each in line.begin)
        if line.unsure:
            yield "Not confirmed:"
            yield "\n".join(f"- {markdown.plain(each)}" for each in line.unsure)

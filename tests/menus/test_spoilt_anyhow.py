"""Whatever an editor leaves behind, the answer is a list of faults and never a crash."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.menu_files.load import load
from gateway.deployment.settings import load as load_settings
from gateway.domain.faults_and_errors.errors import MenuInvalid, SettingsInvalid
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

SETTINGS = (Path(__file__).parents[2] / "config" / "gateway.yaml").read_text("utf-8")

SNIPPETS = st.sampled_from(
    ["", "x", "[]", "{}", "[x]", "{x: y}", "0", "00", "home", "language", "fetch", "{", "}", ": ",
     "{{", "$NAME", "choice", "open", "end", "handler", "each", "*", "  ", "\n", "- ", "#", "ê"]
)  # fmt: skip


@st.composite
def edits(draw: st.DrawFn, source: str) -> str:
    """Draws a text with some words cut out, put in or exchanged."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(source)))
        end = start + draw(st.sampled_from([0, 1, 5, 20, 80]))
        source = source[:start] + draw(SNIPPETS) + source[end:]
    return source


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_menu_is_served_or_refused_with_faults(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    files = {**FILES, name: data.draw(edits(FILES[name]))}

    with tempfile.TemporaryDirectory() as folder:
        try:
            codes = load(write(Path(folder), files), HANDLERS, CHANNELS).id
        except MenuInvalid as invalid:
            codes = " ".join(fault.code for fault in invalid.faults)

    assert codes


@settings(max_examples=80, deadline=None)
@given(edits(SETTINGS))
def test_settings_are_taken_or_refused_with_faults(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), {"gateway.yaml": text})
        environ = {"GATEWAY_CONFIG": "gateway.yaml"}
        try:
            said = load_settings(Path(folder), environ, development=True).name
        except SettingsInvalid as invalid:
            said = " ".join(fault.code for fault in invalid.faults)

    assert said

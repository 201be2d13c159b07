"""The folder of the fonts, for what draws with them and for what serves them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent

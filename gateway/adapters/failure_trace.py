"""Where an error came from, without its words: they may repeat what a citizen typed."""

from __future__ import annotations

import traceback


def trace(error: BaseException) -> str:
    """Returns the error's type and the lines of code it came through, its causes behind it.

    Neither the error's text nor the values in the code are shown.
    """
    seen: set[int] = set()
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        lines = "".join(f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
        parts.append(type(current).__name__ + lines)
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return "\ncaused by ".join(parts)

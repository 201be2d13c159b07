"""Where an error came from, without words that may repeat what a citizen typed."""

from __future__ import annotations

import traceback

from gateway.domain.faults_and_errors.errors import GatewayError


def trace(error: BaseException) -> str:
    """Returns the error's type and the lines of code it came through, its causes behind it.

    Values in the code are not shown, nor an error's text unless it is a GatewayError: those hold
    nothing of a citizen.
    """
    seen: set[int] = set()
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        name = type(current).__name__
        text = f"{name}: {_said_by(current)}" if isinstance(current, GatewayError) else name
        frames = traceback.extract_tb(current.__traceback__)
        lines = (f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
        parts.append("\n".join((text, *lines)))
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    return "\ncaused by ".join(parts)


def _said_by(error: GatewayError) -> str:
    """Returns what an error says; a deployment's own kind of error may fail at that, too."""
    try:
        return str(error)
    except Exception as failed:
        return f"what it says could not be told ({type(failed).__name__})"

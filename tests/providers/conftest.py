"""Property tests without a deadline: a busy machine is no fault of the code."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("providers", deadline=None)
settings.load_profile("providers")

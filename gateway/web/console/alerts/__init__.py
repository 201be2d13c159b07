"""Public warnings that come in, on pages: what they say, what waits for a person, and why."""

"""The shapes of menu files: every key that may be written, with what it means."""

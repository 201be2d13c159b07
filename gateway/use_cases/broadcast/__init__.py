"""Draft, check, approve, fill and report broadcasts."""

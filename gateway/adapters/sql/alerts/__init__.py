"""Public warnings that were taken, and the broadcasts that they became."""

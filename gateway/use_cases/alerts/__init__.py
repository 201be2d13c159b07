"""Public warnings: taken in from their sources, and made into broadcasts."""

"""Floor 2: use cases, one verb per file. They see the world through ports."""

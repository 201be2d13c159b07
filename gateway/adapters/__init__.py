"""Floor 3: one outside thing per file."""

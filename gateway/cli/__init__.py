"""Floor 5: commands, one file per group."""

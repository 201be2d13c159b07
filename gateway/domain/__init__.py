"""Floor 1: what is true. Pure values and decisions; no clock, no I/O."""

"""What keeps the gateway well: the ticker's tasks, its vital signs, its keys."""

"""A process, its children, and what it is started with."""

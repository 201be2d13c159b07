"""Floor 4: the only place that introduces adapters to use cases."""

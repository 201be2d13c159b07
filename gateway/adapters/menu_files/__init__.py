"""Menu files: read, checked against their schemas, compiled."""

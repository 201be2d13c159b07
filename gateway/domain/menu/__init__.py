"""A release: services, screens, conditions and messages, compiled."""

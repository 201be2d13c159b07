"""Public warnings as they come in the Common Alerting Protocol, and what they mean to citizens."""

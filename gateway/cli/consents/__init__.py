"""`gateway consents`."""

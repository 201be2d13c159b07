"""Africa's Talking: webhooks, sender, settings."""

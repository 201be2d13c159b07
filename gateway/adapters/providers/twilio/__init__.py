"""Twilio: webhooks, sender, settings."""

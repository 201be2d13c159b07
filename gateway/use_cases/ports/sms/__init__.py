"""The ports of SMS."""

"""The ports of signing in."""

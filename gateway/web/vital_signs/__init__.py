"""What an operator's tools ask: whether it lives, whether it is ready, and its numbers."""

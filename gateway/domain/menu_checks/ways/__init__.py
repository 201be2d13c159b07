"""Checks of ways: where screens lead, what can be reached, and who comes back to where."""

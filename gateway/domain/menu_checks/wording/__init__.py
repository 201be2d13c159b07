"""Checks of words: what citizens read, and what they are told to type."""

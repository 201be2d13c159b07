"""Keeps things no longer than they are of use."""

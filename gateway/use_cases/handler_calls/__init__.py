"""Calls of handlers and back ends: in the turn, later, or not now."""

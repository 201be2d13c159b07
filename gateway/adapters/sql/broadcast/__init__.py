"""Broadcasts in a database, their lists and their audiences."""

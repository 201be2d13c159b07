"""Stores within one process: for trying out and for tests."""

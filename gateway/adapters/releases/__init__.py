"""Releases as they are stored, kept and served."""

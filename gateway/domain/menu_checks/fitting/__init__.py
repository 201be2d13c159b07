"""Checks of size: what fits a page, and how much of it each text may take."""

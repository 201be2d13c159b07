"""Broadcasts: one text to many, from a draft to its report."""

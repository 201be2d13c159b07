"""Institutions, who works in them as what, and what they did."""

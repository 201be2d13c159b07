"""Settling what became of an MT, as values and decisions."""

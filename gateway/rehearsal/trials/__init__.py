"""Plays trials: a phone on which anything may be done, and a network that does anything."""

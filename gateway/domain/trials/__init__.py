"""Trying a menu out: what is done on a phone, and what a network does to it."""

"""Helping one citizen: what is theirs by number, and what offices work on."""

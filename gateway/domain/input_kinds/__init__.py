"""What a citizen types into an input screen. The table of all kinds is in kinds.py."""

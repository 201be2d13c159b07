"""What can be wrong, where it stands, and what to do about it."""

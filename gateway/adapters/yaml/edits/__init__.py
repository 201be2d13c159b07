"""Edits of a YAML file that leave every other octet as it was."""

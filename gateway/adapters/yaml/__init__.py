"""YAML documents: read with their lines, checked, edited in place."""

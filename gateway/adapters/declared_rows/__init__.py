"""Datasets as an operator declares them in YAML: their columns, and how their source is written."""

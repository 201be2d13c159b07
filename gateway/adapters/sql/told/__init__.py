"""What was said and is kept in rows: for readers of each language."""

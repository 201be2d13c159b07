"""What subscribers said, each time: the table, and what writes it."""

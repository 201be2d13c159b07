"""What subscribers said, each time: the table, and what writes it; what they asked for by place."""

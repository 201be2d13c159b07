"""What subscribers said, as people look at it and take it in."""

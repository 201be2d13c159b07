"""What subscribers have said about our writing to them, as people look at it and take it in."""

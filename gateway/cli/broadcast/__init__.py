"""`gateway broadcast`: one text to many."""

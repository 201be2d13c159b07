"""`gateway doctor`, and what it looks at."""

"""Getting into the console: passwords, and how long somebody stays in."""

"""How long the database is waited for while a citizen waits."""

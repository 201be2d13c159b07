"""The master keys of a database, and the end of their rotation."""

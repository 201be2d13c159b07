"""What providers have told us while the database was away, on the disk of one node."""
